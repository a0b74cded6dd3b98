import type { MultiaddrConnection } from '@libp2p/interface'
import type { Link } from '../transport.ts'

interface Socket {
  readonly bytesRead: number
  readonly bytesWritten: number
  once(event: 'close', listener: () => void): unknown
}

interface Meter {
  readonly open: Set<Socket>
  closedIn: number
  closedOut: number
}

/** Real bytes on the sockets to each peer, from the first of its connections that is open to the last. */
export class WireMeter {
  readonly #meters = new Map<string, Meter>()

  /** A connection whose peer has just proved who it is. */
  attach(peer: string, connection: MultiaddrConnection): void {
    const { socket } = connection as { socket?: Socket }
    if (socket === undefined) return
    const meter = this.#meters.get(peer) ?? { open: new Set(), closedIn: 0, closedOut: 0 }
    this.#meters.set(peer, meter)
    meter.open.add(socket)
    socket.once('close', () => {
      meter.open.delete(socket)
      meter.closedIn += socket.bytesRead
      meter.closedOut += socket.bytesWritten
      if (meter.open.size === 0) this.#meters.delete(peer)
    })
  }

  traffic(peer: string): ReturnType<Link['traffic']> {
    const meter = this.#meters.get(peer)
    let [bytesIn, bytesOut] = [meter?.closedIn ?? 0, meter?.closedOut ?? 0]
    for (const socket of meter?.open ?? []) {
      bytesIn += socket.bytesRead
      bytesOut += socket.bytesWritten
    }
    return { bytesIn, bytesOut }
  }
}
