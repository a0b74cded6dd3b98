/**
 * One connection between two nodes, from the moment both could speak until both know that it is over.
 *
 *   made ──▶ each end `connected`, at its own time ──▶ broken ──▶ each end `disconnected`, at its own time
 */
import type { NodeId } from '@folkmoot/core'
import type { Link } from '@folkmoot/sync'
import type { Links } from './links.ts'
import type { NetworkOptions, Port } from './network.ts'

/** What one node knows of a connection, and what is on the way from it. */
interface End {
  readonly port: Port
  readonly peer: NodeId
  readonly link: Link
  readonly count: { bytesIn: number; bytesOut: number }
  phase: 'connecting' | 'connected' | 'over'
  /** Sent and not yet there. */
  pending: number
  wasFull: boolean
  /** When the last message of this direction arrives: none overtakes it. */
  lastAt: number
  /** From here on nothing arrives any more: a message was lost, and so the connection with it. */
  silentFrom: number
  readonly held: Uint8Array[]
}

export interface WireEvents {
  /** Two nodes have no connection any more, though neither may know yet. */
  broken(): void
  /** The node at `port` has been told that the connection is over. */
  lost(port: Port, peer: NodeId): void
}

export interface Wire {
  readonly ends: ReadonlyMap<NodeId, End>
  readonly events: WireEvents
  broken: boolean
}

/** How long a node may go on talking to a peer that is gone. */
const HALF_OPEN_MS_MAX = 4_000

export function newWire(one: Port, other: Port, options: NetworkOptions, events: WireEvents): Wire {
  const ends = new Map([
    [one.node, newEnd(one, other)],
    [other.node, newEnd(other, one)],
  ])
  const wire: Wire = { ends, events, broken: false }
  for (const end of ends.values()) {
    const delay = options.chance.between(0, 30)
    // T2: nothing is received before this end is connected.
    const back = ends.get(end.peer)
    if (back !== undefined) back.lastAt = options.schedule.now + delay
    options.schedule.after(delay, () => open(wire, end, options))
  }
  return wire
}

function newEnd(port: Port, peer: Port): End {
  const count = { bytesIn: 0, bytesOut: 0 }
  const link = { addresses: [`/simulated/${peer.name}`], traffic: () => ({ ...count }) }
  return {
    port,
    peer: peer.node,
    link,
    count,
    phase: 'connecting',
    pending: 0,
    wasFull: false,
    lastAt: 0,
    silentFrom: Number.POSITIVE_INFINITY,
    held: [],
  }
}

function open(wire: Wire, end: End, options: NetworkOptions): void {
  const { port, peer } = end
  if (wire.broken || port.handler === undefined) {
    end.phase = 'over'
    wire.events.lost(port, peer)
    return
  }
  // T2: of a connection that is over and that this node has not been told of, it is told now.
  const stale = port.wires.get(peer)?.ends.get(port.node)
  if (stale !== undefined) close(stale, options)
  end.phase = 'connected'
  port.wires.set(peer, wire)
  port.handler.connected(peer, end.link)
}

/** The connection is over for this end. */
function close(end: End, { trace }: NetworkOptions): boolean {
  const { port, peer } = end
  if (end.phase !== 'connected') return false
  end.phase = 'over'
  port.wires.delete(peer)
  if (port.handler === undefined) return false
  trace.say(`${port.name} loses ${peer.slice(-4)}`)
  port.handler.disconnected(peer)
  return true
}

/** @param by hung up: what it has sent still arrives, and it is told at once. */
export function breakWire(wire: Wire, options: NetworkOptions, by?: Port): void {
  if (wire.broken) return
  wire.broken = true
  wire.events.broken()
  const { schedule, chance } = options
  for (const end of wire.ends.values()) {
    const delay =
      by === undefined ? chance.between(0, HALF_OPEN_MS_MAX) : delayAfter(by, wire, end, schedule.now)
    schedule.after(delay, () => {
      if (close(end, options)) wire.events.lost(end.port, end.peer)
    })
    // What comes the other way may be cut off anywhere on its way.
    const back = wire.ends.get(end.peer)
    if (back !== undefined && back.port !== by) {
      back.silentFrom = Math.min(back.silentFrom, schedule.now + chance.between(0, delay))
    }
  }
}

/** Who hung up knows at once, the other when it has heard the last of it. */
function delayAfter(by: Port, wire: Wire, end: End, now: number): number {
  if (end.port === by) return 0
  return Math.max(0, (wire.ends.get(by.node)?.lastAt ?? now) - now) + 1
}

/** T3: false if there is no connection or no room. */
export function sendOn(
  wire: Wire,
  port: Port,
  bytes: Uint8Array,
  options: NetworkOptions,
  links: Links,
): boolean {
  const end = wire.ends.get(port.node)
  if (end === undefined || end.phase !== 'connected') return false
  if (end.pending > 0 && end.pending + bytes.length > options.bufferBytesMax) {
    end.wasFull = true
    options.stats.count('buffers full')
    return false
  }
  end.pending += bytes.length
  end.count.bytesOut += bytes.length
  const sent = Uint8Array.from(bytes)
  const line = links.line(port.node, end.peer)
  // Into the void: what follows is that this end is told.
  if (wire.broken) return true
  if (options.chance.hit(line.loss)) {
    options.stats.count('connections broken by a loss')
    end.silentFrom = options.schedule.now
    breakWire(wire, options)
  } else if (line.blocked) end.held.push(sent)
  else carry(wire, end, sent, options, links)
  return true
}

/** Sends on what a blocked line held back. */
export function deliverHeld(wire: Wire, from: NodeId, options: NetworkOptions, links: Links): void {
  const end = wire.ends.get(from)
  for (const bytes of end?.held.splice(0) ?? [])
    if (end !== undefined) carry(wire, end, bytes, options, links)
}

function carry(wire: Wire, end: End, bytes: Uint8Array, options: NetworkOptions, links: Links): void {
  const { schedule, chance, trace, stats } = options
  const { delayMin, delayMax } = links.line(end.port.node, end.peer)
  end.lastAt = Math.max(end.lastAt, schedule.now + chance.between(delayMin, delayMax))
  const at = end.lastAt
  schedule.after(at - schedule.now, () => {
    const other = wire.ends.get(end.peer)
    if (other?.phase !== 'connected' || other.port.handler === undefined || at > end.silentFrom) return
    end.pending -= bytes.length
    other.count.bytesIn += bytes.length
    trace.say(`${other.port.name} hears ${end.port.name}`, bytes)
    stats.count('messages delivered')
    other.port.handler.received(end.port.node, bytes)
    if (!end.wasFull || end.phase !== 'connected') return
    end.wasFull = false
    end.port.handler?.drained(end.peer)
  })
}
