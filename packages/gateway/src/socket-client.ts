/**
 * Talks to the node that runs on a directory, if one does. Loads next to nothing, so that a command is quick:
 *
 *   const client = await connectSocket(dir)
 *   const memory = await client?.call('get', { id: 'greeting' })
 */
import { lstatSync, statSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { readDoorToken } from './door-token.ts'
import { WireError } from './errors.ts'
import { findSocketPath } from './socket-path.ts'
import { SocketSession } from './socket-session.ts'
import type { Client } from './wire.ts'

export { readDoorToken } from './door-token.ts'
export type { WireErrorCode, WireFault } from './errors.ts'
export { toFault, WireError } from './errors.ts'
export type { CallName, Item, Params, Result, StreamName } from './operations/table.ts'
export type { CallOptions, Client, RequestOptions } from './wire.ts'
export { LIMIT_MAX } from './wire-limits.ts'
export { decodeText, LineCutter } from './wire-lines.ts'

export interface Visitor {
  /** The directory's own by default. */
  readonly token?: string
  /** In whose service all is asked. */
  readonly user?: string
  /** Of which branch all is asked; of the node itself by default. */
  readonly branch?: string
}

/**
 * Undefined if no node runs there. That a token is no good is told by the first answer.
 * @throws WireError `directory` if the socket is somebody else's
 */
export async function connectSocket(dir: string, visitor: Visitor = {}): Promise<Client | undefined> {
  const path = findSocketPath(dir)
  if (path === undefined || !isOurs(dir, path)) return undefined
  const socket = await open(path)
  if (socket === undefined) return undefined
  const { token = readDoorToken(dir) ?? '', ...asked } = visitor
  return new SocketSession(socket, { auth: token, ...asked })
}

/** In the shared tmpdir anybody can make a socket of that name: only the directory's owner is believed. */
function isOurs(dir: string, path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) return false
  if (found.isSocket() && found.uid === statSync(dir).uid) return true
  throw new WireError('directory', `${path} is no socket of the directory's owner`)
}

function open(path: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    socket.once('connect', () => resolve(socket))
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve(undefined)
      else reject(new WireError('unreachable', `cannot reach the node on ${path}: ${error.message}`))
    })
  })
}
