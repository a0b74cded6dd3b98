/** The local door: commands and agents of the same user reach a running node through a socket in its directory. */
import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { FolkmootError } from '@folkmoot/core'
import type { MemoryNode } from '@folkmoot/node'
import { Doorkeeper } from './doorkeeper.ts'
import { SocketConnection, type SocketOptions } from './socket-connection.ts'
import { ownSocketPath, pointerPath } from './socket-path.ts'
import { CONNECTIONS_MAX } from './wire-limits.ts'

export interface SocketDoor {
  readonly path: string
  /** Ends streams, lets answers under way leave, takes the socket away. */
  close(): Promise<void>
}

/** Whoever visits shows a token. @throws FolkmootError `busy` if another node answers on the directory's socket */
export async function serveSocket(
  node: MemoryNode,
  dir: string,
  options: SocketOptions = {},
): Promise<SocketDoor> {
  const keeper = new Doorkeeper(node, dir)
  const connections = new Set<SocketConnection>()
  const server = createServer(socket => {
    const connection = new SocketConnection(socket, keeper, options)
    connections.add(connection)
    socket.on('close', () => connections.delete(connection))
  })
  server.maxConnections = CONNECTIONS_MAX

  const { path, elsewhere } = ownSocketPath(dir)
  await listenPrivately(server, path)
  if (elsewhere) writeFileSync(pointerPath(dir), `${path}\n`, { mode: 0o600 })

  let closing: Promise<void> | undefined
  return {
    path,
    close: () => {
      closing ??= closeAll(server, connections).finally(() => {
        if (elsewhere) rmSync(pointerPath(dir), { force: true })
      })
      return closing
    },
  }
}

async function closeAll(server: Server, connections: ReadonlySet<SocketConnection>): Promise<void> {
  const closed = new Promise(resolve => server.close(resolve))
  await Promise.all([...connections].map(connection => connection.close()))
  await closed
}

/** A socket that nobody answers is what a node that died has left. */
async function listenPrivately(server: Server, path: string): Promise<void> {
  try {
    await listen(server, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    if (await answers(path)) throw new FolkmootError('busy', `another node answers on ${path}`)
    rmSync(path, { force: true })
    await listen(server, path)
  }
  chmodSync(path, 0o600)
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    // The socket is made inside listen(), and must never be open to others, not even until chmod.
    const umask = process.umask(0o177)
    try {
      server.listen(path, () => {
        server.off('error', reject)
        resolve()
      })
    } finally {
      process.umask(umask)
    }
  })
}

function answers(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(path)
    const tell = (alive: boolean) => {
      socket.destroy()
      resolve(alive)
    }
    socket.once('connect', () => tell(true)).once('error', () => tell(false))
  })
}
