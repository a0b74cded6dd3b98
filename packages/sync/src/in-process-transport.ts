/** Transports that meet in one process: for tests, and for several nodes in one program. */
import type { NodeId } from '@folkmoot/core'
import type { Link, Transport, TransportHandler } from './transport.ts'

export interface HubOptions {
  /** Runs work later, in order. A test that gives its own decides when. Default: a microtask. */
  readonly later?: (work: () => void) => void
  /** Bytes on the way to one peer before `send` says no. */
  readonly bufferBytesMax?: number
  readonly isMember?: (node: NodeId) => boolean
}

interface Wire {
  readonly link: Link
  readonly count: { bytesIn: number; bytesOut: number }
  pending: number
  wasFull: boolean
}

interface Port {
  readonly node: NodeId
  readonly wires: Map<NodeId, Wire>
  readonly sought: Set<NodeId>
  handler: TransportHandler | undefined
}

const BUFFER_BYTES_MAX = 4 * 1024 * 1024

export class InProcessHub {
  readonly #ports = new Map<NodeId, Port>()
  readonly #later: (work: () => void) => void
  readonly #bufferBytesMax: number
  readonly #isMember: (node: NodeId) => boolean

  constructor(options: HubOptions = {}) {
    this.#later = options.later ?? queueMicrotask
    this.#bufferBytesMax = options.bufferBytesMax ?? BUFFER_BYTES_MAX
    this.#isMember = options.isMember ?? (() => true)
  }

  transport(node: NodeId): Transport {
    const port: Port = { node, wires: new Map(), sought: new Set(), handler: undefined }
    return {
      start: handler => {
        port.handler = handler
        this.#ports.set(node, port)
        for (const other of this.#ports.values()) if (other.sought.has(node)) this.#connect(other, port)
        return Promise.resolve()
      },
      send: (peer, bytes) => this.#send(port, peer, bytes),
      publish: bytes => this.#publish(port, bytes),
      dial: peer => {
        port.sought.add(peer)
        const other = this.#ports.get(peer)
        if (other !== undefined) this.#connect(port, other)
      },
      disconnect: peer => {
        port.sought.delete(peer)
        this.#disconnect(port, peer)
      },
      stop: () => {
        for (const peer of [...port.wires.keys()]) this.#disconnect(port, peer)
        this.#ports.delete(node)
        port.handler = undefined
        return Promise.resolve()
      },
    }
  }

  /** Cuts a connection as a network would, without either end having asked for it. */
  sever(one: NodeId, other: NodeId): void {
    const port = this.#ports.get(one)
    if (port !== undefined) this.#disconnect(port, other)
  }

  #connect(one: Port, other: Port): void {
    const isAllowed = one !== other && this.#isMember(one.node) && this.#isMember(other.node)
    if (!isAllowed || one.wires.has(other.node)) return
    for (const [here, there] of [
      [one, other],
      [other, one],
    ] as const) {
      const count = { bytesIn: 0, bytesOut: 0 }
      const link = { addresses: [`/in-process/${there.node}`], traffic: () => ({ ...count }) }
      const wire: Wire = { link, count, pending: 0, wasFull: false }
      here.wires.set(there.node, wire)
      this.#tell(here, handler => handler.connected(there.node, link))
    }
  }

  #disconnect(port: Port, peer: NodeId): void {
    const other = this.#ports.get(peer)
    for (const [here, there] of [
      [port, peer],
      [other, port.node],
    ] as const) {
      if (here?.wires.delete(there)) this.#tell(here, handler => handler.disconnected(there))
    }
  }

  #send(port: Port, peer: NodeId, bytes: Uint8Array): boolean {
    const wire = port.wires.get(peer)
    const other = this.#ports.get(peer)
    const back = other?.wires.get(port.node)
    if (wire === undefined || other === undefined || back === undefined) return false
    if (wire.pending > 0 && wire.pending + bytes.length > this.#bufferBytesMax) {
      wire.wasFull = true
      return false
    }
    wire.pending += bytes.length
    wire.count.bytesOut += bytes.length
    const sent = Uint8Array.from(bytes)
    this.#later(() => {
      wire.pending -= sent.length
      back.count.bytesIn += sent.length
      other.handler?.received(port.node, sent)
      if (!wire.wasFull || port.wires.get(peer) !== wire) return
      wire.wasFull = false
      port.handler?.drained(peer)
    })
    return true
  }

  #publish(port: Port, bytes: Uint8Array): boolean {
    const sent = Uint8Array.from(bytes)
    for (const peer of port.wires.keys()) {
      const other = this.#ports.get(peer)
      if (other !== undefined) this.#tell(other, handler => handler.gossiped(port.node, sent))
    }
    return port.wires.size > 0
  }

  #tell(port: Port, event: (handler: TransportHandler) => void): void {
    this.#later(() => {
      if (port.handler !== undefined) event(port.handler)
    })
  }
}
