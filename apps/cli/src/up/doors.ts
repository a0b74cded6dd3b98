/** The doors that moot up opens beside the socket. A new one is added here and nowhere else. */
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { serveBlocks } from '@folkmoot/gateway'
import type { MemoryNode } from '@folkmoot/node'
import { UsageError } from '../fault.ts'
import { parsePort } from '../input/numbers.ts'

export interface DoorFlags {
  readonly http?: string
  readonly blocks?: string
}

/** Ports; undefined leaves the door closed. */
export interface DoorPorts {
  readonly blocks: number | undefined
}

export interface Doors {
  readonly http: string | null
  readonly blocks: string | null
  close(): Promise<void>
}

/** Who may edit blocks, and who may only look on, has the token in these files of the directory. */
const EDIT_TOKEN = 'blocks.token'
const READ_TOKEN = 'blocks.read-token'
const TOKEN_BYTES = 24
const OWNER_ONLY = 0o600

/** @throws UsageError */
export function checkDoors({ http, blocks }: DoorFlags): DoorPorts {
  if (http !== undefined)
    throw new UsageError('--http is not built yet: use the socket, as every command does')
  return { blocks: parsePort('blocks', blocks) }
}

export async function openDoors(node: MemoryNode, { blocks: port }: DoorPorts): Promise<Doors> {
  if (port === undefined) return { http: null, blocks: null, close: async () => {} }
  const token = tokenIn(node.dir, EDIT_TOKEN)
  const readOnlyToken = tokenIn(node.dir, READ_TOKEN)
  const blocks = await serveBlocks(node, {
    ...{ port, token, readOnlyToken },
    visitor: its => node.visitor(its),
  })
  return { http: null, blocks: blocks.url, close: () => blocks.close() }
}

/** Made once, and kept: an editor that was set up goes on working after a restart. */
function tokenIn(dir: string, file: string): string {
  const path = join(dir, file)
  try {
    const token = readFileSync(path, 'utf8').trim()
    if (token !== '') return token
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
  writeFileSync(path, `${token}\n`, { mode: OWNER_ONLY })
  return token
}
