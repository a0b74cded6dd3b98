import {
  type EntryBytes,
  type LogHead,
  type LogId,
  MEMBERSHIP_SCOPE,
  type NodeId,
  type ScopeId,
} from '@folkmoot/core'
import { Announcements } from './announcements.ts'
import { GossipQueue } from './gossip.ts'
import type { Peer } from './peer-status.ts'
import type { Replication } from './replica-port.ts'
import type { SessionEvent } from './session-state.ts'

/** What is to happen in the session with one peer. */
export interface Notice {
  readonly to: Peer
  readonly event: SessionEvent
}

/** How a scope travels, and whether every member may hold it. */
interface Travel {
  replication(scope: ScopeId): Replication
  isOpen(scope: ScopeId): boolean
}

/**
 * What was appended to the logs, and who is to be told of it: the peers that wait for it, at the next flush everybody
 * or, of a scope that not all may hold, each peer alone, and at the next tick those who are not connected to its author.
 * Only works that out; telling them is the replicator's.
 */
export class AppendedNews {
  readonly #travel: Travel
  /** Since the last `stored`. */
  readonly #appended = new Map<LogId, ScopeId>()
  readonly #gossip = new GossipQueue()
  readonly #announcements = new Announcements()

  constructor(travel: Travel) {
    this.#travel = travel
  }

  /** @param from null if it was written here */
  add(head: LogHead, run: readonly EntryBytes[], from: NodeId | null): void {
    this.#appended.set(head.log, head.scope)
    if (this.#travel.replication(head.scope) !== 'push') return
    if (from === null) this.#gossip.add(head, run)
    else if (!this.#travel.isOpen(head.scope)) this.#announcements.add(head, from)
  }

  /** For the sessions that go on once something is stored: all, if it is membership, and those that owe an answer. */
  stored(peers: readonly Peer[]): readonly Notice[] {
    if (this.#appended.size === 0) return []
    const appended = [...this.#appended]
    this.#appended.clear()
    const isMembership = appended.some(([, scope]) => scope === MEMBERSHIP_SCOPE)
    return peers.flatMap((to): readonly Notice[] => {
      const { session } = to
      const isOwed = session.phase === 'open' && appended.some(([log]) => session.owed.has(log))
      return [
        ...(isMembership ? [{ to, event: { kind: 'membership', access: false } } as const] : []),
        ...(isOwed ? [{ to, event: { kind: 'stored' } } as const] : []),
      ]
    })
  }

  /** What was written here: messages for everybody, and notices of what not everybody may hold. */
  written(peers: readonly Peer[]): {
    readonly messages: readonly Uint8Array[]
    readonly notices: readonly Notice[]
  } {
    const { messages, restricted } = this.#gossip.drain(scope => this.#travel.isOpen(scope))
    const event = { kind: 'announce', positions: restricted } as const
    return { messages, notices: restricted.length === 0 ? [] : peers.map(to => ({ to, event })) }
  }

  /** What came from a peer and nobody else may have told of. */
  handedOn(peers: readonly Peer[]): readonly Notice[] {
    return this.#announcements
      .drain(peers)
      .map(({ to, positions }) => ({ to, event: { kind: 'announce', positions } }))
  }
}
