/** Where the socket of a directory is. A path too long for a socket is replaced by one in the system's tmpdir. */
import { hash } from 'node:crypto'
import { readFileSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SOCKET_PATH_BYTES_MAX } from './wire-limits.ts'

const NAME = 'moot.sock'

/** The file that holds the socket's path when it is not in the directory. */
export function pointerPath(dir: string): string {
  return join(dir, `${NAME}.path`)
}

export function ownSocketPath(dir: string): { readonly path: string; readonly elsewhere: boolean } {
  const path = join(dir, NAME)
  if (Buffer.byteLength(path) <= SOCKET_PATH_BYTES_MAX) return { path, elsewhere: false }
  const digits = hash('sha256', realpathSync(dir)).slice(0, 32)
  return { path: join(tmpdir(), `folkmoot-${digits}.sock`), elsewhere: true }
}

/** The path as the node wrote it: its tmpdir may not be ours. */
export function findSocketPath(dir: string): string | undefined {
  const path = join(dir, NAME)
  if (Buffer.byteLength(path) <= SOCKET_PATH_BYTES_MAX) return path
  try {
    return readFileSync(pointerPath(dir), 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
