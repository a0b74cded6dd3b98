/** Live blocks for editors: a y-websocket server whose rooms are the node's blocks. */
import { createServer, type IncomingMessage, type Server, STATUS_CODES } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { type Access, type Admission, admit, roomOf } from './block-access.ts'
import type { BlockDoor } from './block-door.ts'
import { CLOSE_MS, EDITORS_MAX, MESSAGE_BYTES_MAX, PING_MS, UNSENT_BYTES_MAX } from './block-limits.ts'
import { type Editor, Unwelcome } from './block-room.ts'
import { BlockRooms } from './block-rooms.ts'

export interface BlockServerOptions extends Access {
  /** 0, the default, takes any free port. */
  readonly port?: number
  /** Loopback by default: whoever has the token can write as this node. */
  readonly host?: string
}

export interface BlockServer {
  /** Where a y-websocket client connects; the room is a block's key or id, and `token` goes into its `params`. */
  readonly url: string
  /** Writes what was typed, sends everyone away. */
  close(): Promise<void>
}

export async function serveBlocks(door: BlockDoor, options: BlockServerOptions): Promise<BlockServer> {
  const { host = '127.0.0.1', port = 0 } = options
  // Those who may read differently share no room: news goes from one to the other through the node.
  const houses = new Map<BlockDoor, BlockRooms>([[door, new BlockRooms(door)]])
  const roomsOf = (its: BlockDoor) => {
    const known = houses.get(its)
    const rooms = known ?? new BlockRooms(its)
    houses.set(its, rooms)
    return rooms
  }
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_BYTES_MAX })
  const http = createServer((_request, response) => response.writeHead(426).end())
  http.on('upgrade', (request, socket, head) => {
    const admission = sockets.clients.size >= EDITORS_MAX ? 503 : admit(request, door, options)
    if (typeof admission === 'number') return refuse(socket, admission)
    sockets.handleUpgrade(request, socket, head, client => {
      admitted.set(client, admission)
      void welcome(client, request, admission, roomsOf(admission.door))
    })
  })
  await listen(http, port, host)
  const pings = setInterval(() => pingAll(sockets), PING_MS)

  let closing: Promise<void> | undefined
  async function closeAll(): Promise<void> {
    clearInterval(pings)
    const closed = new Promise(resolve => http.close(resolve))
    for (const rooms of houses.values()) await rooms.close()
    for (const client of sockets.clients) client.close(1001, 'the node is going down')
    const late = setTimeout(() => terminateAll(sockets), CLOSE_MS)
    await closed
    clearTimeout(late)
  }
  const { port: taken } = http.address() as AddressInfo
  return {
    url: `ws://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    close: () => {
      closing ??= closeAll()
      return closing
    },
  }
}

function refuse(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

async function welcome(
  client: WebSocket,
  request: IncomingMessage,
  { isReadOnly }: Admission,
  rooms: BlockRooms,
): Promise<void> {
  const editor: Editor = {
    isReadOnly,
    send: message => {
      if (client.bufferedAmount > UNSENT_BYTES_MAX) client.terminate()
      else if (client.readyState === client.OPEN) client.send(message)
    },
    sendAway: (code, reason) => client.close(code, reason),
  }
  const early: Uint8Array[] = []
  let take = (bytes: Uint8Array): void => {
    early.push(bytes)
  }
  alive.add(client)
  client.on('pong', () => alive.add(client))
  client.on('error', () => client.terminate())
  client.on('message', (data, isBinary) => {
    alive.add(client)
    if (isBinary) take(new Uint8Array(data as Buffer))
  })
  try {
    const room = await rooms.enter(roomOf(request), editor)
    client.on('close', () => rooms.leave(room, editor))
    if (client.readyState !== client.OPEN) rooms.leave(room, editor)
    take = bytes => sendingAway(editor, () => room.receive(editor, bytes))
    for (const bytes of early) take(bytes)
  } catch (error) {
    if (error instanceof Unwelcome) editor.sendAway(error.closeCode, error.message)
    else editor.sendAway(1011, 'the node cannot open the block now')
  }
}

function sendingAway(editor: Editor, step: () => void): void {
  try {
    step()
  } catch (error) {
    if (!(error instanceof Unwelcome)) throw error
    editor.sendAway(error.closeCode, error.message)
  }
}

function terminateAll(sockets: WebSocketServer): void {
  for (const client of sockets.clients) client.terminate()
}

/** How each client came in. */
const admitted = new WeakMap<WebSocket, Admission>()

/** Clients heard of since the last ping. */
const alive = new WeakSet<WebSocket>()

function pingAll(sockets: WebSocketServer): void {
  for (const client of sockets.clients) {
    if (!alive.delete(client)) client.terminate()
    else if (admitted.get(client)?.stands() === false) client.close(4401, 'the token is no longer good')
    else client.ping()
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
