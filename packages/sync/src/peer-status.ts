/** What people look at: how each peer stands. */
import type { NodeId } from '@folkmoot/core'
import { lagOf } from './fetching.ts'
import type { SharedFrontier } from './frontier.ts'
import type { Outbox } from './outbox.ts'
import type { Session } from './session-state.ts'
import type { Link } from './transport.ts'

/** A connected peer. */
export interface Peer {
  readonly node: NodeId
  readonly link: Link
  readonly outbox: Outbox
  session: Session
}

export interface PeerStatus {
  readonly node: NodeId
  readonly connected: boolean
  readonly addrs: readonly string[]
  /** Entries that the peer is known to have and we lack. */
  readonly lagEntries: number
  /** Equal in all that both may hold when last compared, and nothing changed here since. */
  readonly inSync: boolean
  readonly bytesIn: number
  readonly bytesOut: number
}

/** How far catching up has come; both are 0 when nothing is missing. */
export interface Progress {
  readonly wanted: number
  readonly received: number
}

/** @param root of what both may hold, now */
export function statusOf(
  peer: Peer,
  told: readonly string[],
  frontier: SharedFrontier,
  root: string,
): PeerStatus {
  return {
    node: peer.node,
    connected: true,
    addrs: told.length > 0 ? told : peer.link.addresses,
    lagEntries: lagBehind(peer, frontier),
    inSync: peer.session.phase === 'open' && peer.session.root === root,
    ...peer.link.traffic(),
  }
}

export function absent(node: NodeId, addrs: readonly string[]): PeerStatus {
  return { node, connected: false, addrs, lagEntries: 0, inSync: false, bytesIn: 0, bytesOut: 0 }
}

export function lagBehind({ session }: Peer, frontier: SharedFrontier): number {
  return session.phase === 'open' ? lagOf(session, log => frontier.all.position(log)) : 0
}
