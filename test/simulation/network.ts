/**
 * A network that keeps the law of the transport (T1 to T8) and no more than it:
 *
 *   send     in order and whole, or the connection breaks; both ends learn of that at their own time
 *   publish  handed on from node to node, each message on its own: lost, late, in any order, sometimes twice
 *   dial     tried again with growing pauses; needs both directions to be open
 */
import type { NodeId } from '@folkmoot/core'
import type { Transport, TransportHandler } from '@folkmoot/sync'
import { Links } from './links.ts'
import type { Chance } from './random.ts'
import type { Schedule } from './schedule.ts'
import type { Stats } from './stats.ts'
import type { Trace } from './trace.ts'
import { breakWire, deliverHeld, newWire, sendOn, type Wire } from './wire.ts'

export interface NetworkOptions {
  readonly schedule: Schedule
  readonly chance: Chance
  readonly stats: Stats
  readonly trace: Trace
  /** Bytes on the way in one direction before `send` says no. */
  readonly bufferBytesMax: number
  /** As the topic's validator: false for bytes that no honest node hands on. */
  readonly isGossip?: (bytes: Uint8Array) => boolean
}

/** One node's place in the network, from `start` until `stop` or a crash. */
export interface Port {
  readonly node: NodeId
  readonly name: string
  readonly isMember: (node: NodeId) => boolean
  handler: TransportHandler | undefined
  /** Connections that the node was told of. */
  readonly wires: Map<NodeId, Wire>
  readonly sought: Set<NodeId>
  /** Peers that are dialled until they answer. */
  readonly dialling: Set<NodeId>
  /** Gossip that came already. */
  readonly heard: Set<number>
}

const DIAL_PAUSE_MS = 300
const DIAL_PAUSE_MS_MAX = 10_000
const GOSSIP_DELAY_MS_MAX = 400

export class Network {
  readonly links = new Links()
  readonly #options: NetworkOptions
  readonly #ports = new Map<NodeId, Port>()
  readonly #wires = new Set<Wire>()
  readonly #met = new Set<string>()
  #published = 0

  constructor(options: NetworkOptions) {
    this.#options = options
  }

  transport(node: NodeId, name: string, isMember: (node: NodeId) => boolean): Transport {
    const port: Port = {
      node,
      name,
      isMember,
      handler: undefined,
      wires: new Map(),
      sought: new Set(),
      dialling: new Set(),
      heard: new Set(),
    }
    return {
      start: handler => {
        port.handler = handler
        this.#ports.set(node, port)
        return Promise.resolve()
      },
      send: (peer, bytes) => {
        const wire = port.handler && port.wires.get(peer)
        return wire !== undefined && sendOn(wire, port, bytes, this.#options, this.links)
      },
      publish: bytes => {
        if (port.handler === undefined) return false
        const id = this.#published++
        port.heard.add(id)
        return this.#spread(port, id, Uint8Array.from(bytes), undefined)
      },
      dial: peer => {
        port.sought.add(peer)
        this.#dial(port, peer, DIAL_PAUSE_MS)
      },
      disconnect: peer => {
        port.sought.delete(peer)
        const wire = port.handler && port.wires.get(peer)
        if (wire !== undefined) breakWire(wire, this.#options, port)
      },
      stop: () => {
        this.unplug(node)
        return Promise.resolve()
      },
    }
  }

  /** The node is gone, from one moment to the next. */
  unplug(node: NodeId): void {
    const port = this.#ports.get(node)
    if (port === undefined) return
    port.handler = undefined
    this.#ports.delete(node)
    for (const wire of this.#wires) if (wire.ends.has(node)) breakWire(wire, this.#options)
  }

  /** Breaks the connection of two nodes, if there is one. False: there was none. */
  sever(one: NodeId, other: NodeId): boolean {
    const wire = this.#wireOf(one, other)
    if (wire !== undefined) breakWire(wire, this.#options)
    return wire !== undefined
  }

  isConnected(one: NodeId, other: NodeId): boolean {
    return this.#wireOf(one, other) !== undefined
  }

  block(from: NodeId, to: NodeId): void {
    this.links.line(from, to).blocked = true
  }

  /** What was held back comes after all, if the connection lasted so long. */
  unblock(from: NodeId, to: NodeId): void {
    this.links.line(from, to).blocked = false
    const wire = this.#wireOf(from, to)
    if (wire !== undefined) deliverHeld(wire, from, this.#options, this.links)
  }

  #wireOf(one: NodeId, other: NodeId): Wire | undefined {
    for (const wire of this.#wires) if (wire.ends.has(one) && wire.ends.has(other)) return wire
    return undefined
  }

  #dial(port: Port, peer: NodeId, pause: number): void {
    if (port.dialling.has(peer)) return
    port.dialling.add(peer)
    const { schedule, chance } = this.#options
    schedule.after(chance.between(0, pause), () => {
      port.dialling.delete(peer)
      if (port.handler === undefined || !port.sought.has(peer) || this.isConnected(port.node, peer)) return
      const other = this.#ports.get(peer)
      if (other !== undefined && this.#mayMeet(port, other)) this.#connect(port, other)
      else this.#dial(port, peer, Math.min(pause * 2, DIAL_PAUSE_MS_MAX))
    })
  }

  #mayMeet(one: Port, other: Port): boolean {
    return this.links.isOpen(one.node, other.node) && one.isMember(other.node) && other.isMember(one.node)
  }

  #connect(one: Port, other: Port): void {
    const { stats, trace } = this.#options
    const pair = [one.name, other.name].sort().join('-')
    stats.count(this.#met.has(pair) ? 'reconnects' : 'first connections')
    this.#met.add(pair)
    trace.say(`connect ${pair}`)
    const wire = newWire(one, other, this.#options, {
      broken: () => this.#wires.delete(wire),
      lost: (port, peer) => {
        if (port.sought.has(peer)) this.#dial(port, peer, DIAL_PAUSE_MS)
      },
    })
    this.#wires.add(wire)
  }

  #spread(port: Port, id: number, bytes: Uint8Array, from: NodeId | undefined): boolean {
    const { stats, chance } = this.#options
    for (const peer of port.wires.keys()) {
      if (peer === from) continue
      const line = this.links.line(port.node, peer)
      if (line.blocked || chance.hit(line.gossipLoss)) {
        stats.count('gossip lost')
        continue
      }
      this.#handOn(port, peer, id, bytes, false)
      if (!chance.hit(line.gossipTwice)) continue
      stats.count('gossip twice')
      this.#handOn(port, peer, id, bytes, true)
    }
    return port.wires.size > 0
  }

  #handOn(from: Port, to: NodeId, id: number, bytes: Uint8Array, again: boolean): void {
    const { schedule, chance, trace } = this.#options
    const { delayMin, delayMax } = this.links.line(from.node, to)
    schedule.after(chance.between(delayMin, Math.max(delayMax, GOSSIP_DELAY_MS_MAX)), () => {
      const port = this.#ports.get(to)
      const isFirst = port !== undefined && !port.heard.has(id)
      if (port?.handler === undefined || (!isFirst && !again)) return
      port.heard.add(id)
      // What is no gossip is not handed on.
      const isFit = this.#options.isGossip?.(bytes) ?? true
      trace.say(`${port.name} hears gossip ${id} from ${from.name}`, bytes)
      port.handler.gossiped(from.node, Uint8Array.from(bytes))
      if (isFirst && isFit) this.#spread(port, id, bytes, from.node)
    })
  }
}
