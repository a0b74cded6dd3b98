/**
 * The transport: bytes between members, nothing of what they mean.
 *
 * Law
 * T1  What `send` took is delivered whole, in order and at most once, or the peer is reported disconnected.
 * T2  A peer is `connected` before anything is `received` from it, and `disconnected` once for each `connected`.
 * T3  `send` returns false if the peer is gone or its buffer is full, and then took nothing. If it is still
 *     connected, `drained` follows when there is room.
 * T4  No handler runs inside a call to the transport: a step that sends is never re-entered.
 * T5  `publish` reaches members known now, at most once each, perhaps late, perhaps never. False: sent to nobody.
 * T6  `dial` goes on, with pauses that grow, until the peer is connected, and again when it was lost, until
 *     `disconnect`. Dialling a connected peer changes nothing.
 * T7  Only members are ever `connected`; who a peer is has been proved by its key.
 * T8  After `stop` has resolved no handler runs, and the port is free.
 *
 * Without T1 a page could follow one that was lost; without T3 a slow reader would fill this process's memory;
 * without T4 a peer's answer would meet a state that is half changed.
 */
import type { NodeId } from '@folkmoot/core'

/** One live connection, for people who look at it. */
export interface Link {
  /** Where the peer is, as far as this end knows. */
  readonly addresses: readonly string[]
  /** Bytes so far, as close to the wire as the transport can see. */
  traffic(): { readonly bytesIn: number; readonly bytesOut: number }
}

export interface TransportHandler {
  connected(peer: NodeId, link: Link): void
  disconnected(peer: NodeId): void
  received(peer: NodeId, bytes: Uint8Array): void
  /** `from` is the neighbour that handed it on, not its author. */
  gossiped(from: NodeId, bytes: Uint8Array): void
  drained(peer: NodeId): void
}

export interface Transport {
  start(handler: TransportHandler): Promise<void>
  send(peer: NodeId, bytes: Uint8Array): boolean
  publish(bytes: Uint8Array): boolean
  dial(peer: NodeId, addresses: readonly string[]): void
  disconnect(peer: NodeId): void
  stop(): Promise<void>
}
