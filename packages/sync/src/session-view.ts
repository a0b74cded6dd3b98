import type { LogId, NodeId } from '@folkmoot/core'
import type { AddressBook } from './address-book.ts'
import type { SharedFrontier } from './frontier.ts'
import { PULL_MS } from './limits.ts'
import type { ReplicatorOptions } from './replicator-options.ts'
import type { View } from './session-state.ts'

/** What all sessions of a node look at. */
export interface Surroundings {
  readonly options: Pick<ReplicatorOptions, 'replica' | 'addresses' | 'pullMs'>
  readonly frontier: SharedFrontier
  /** Which session fetches a log. */
  readonly claims: ReadonlyMap<LogId, NodeId>
  readonly book: AddressBook
}

/** The node around the session with `peer`, cut down to what both may hold. */
export function viewFor(peer: NodeId, now: number, around: Surroundings): View {
  const { options, frontier, claims, book } = around
  const { node: self, mesh } = options.replica
  return {
    now,
    self,
    peer,
    mesh,
    pullMs: options.pullMs ?? PULL_MS,
    tree: name => frontier.of(peer).tree(name),
    position: log => frontier.of(peer).position(log),
    takes: scope => frontier.takes(scope),
    claimed: log => (claims.get(log) ?? peer) !== peer,
    addresses: () => options.addresses?.() ?? [],
    known: () => book.told(),
  }
}
