import type { LogId, NodeId } from '@folkmoot/core'
import type { Position } from './frontier-index.ts'
import { placeOf, type RunPlace } from './gossip.ts'
import { OFFERED_MAX } from './limits.ts'
import type { Gossip } from './messages.ts'
import type { Run, RunOutcome, SyncReplica } from './replica-port.ts'

/**
 * Runs that came by gossip: what continues a log is offered at once, what leaves a gap has to be asked for, what is
 * already here or on its way in is dropped.
 */
export class GossipIntake {
  readonly #replica: SyncReplica
  readonly #position: (log: LogId) => Position | undefined
  /** The next entry of logs whose offered runs are not stored yet. Full: gossip waits for anti-entropy. */
  readonly #offered = new Map<LogId, number>()

  constructor(replica: SyncReplica, position: (log: LogId) => Position | undefined) {
    this.#replica = replica
    this.#position = position
  }

  /** Returns the heads that have to be asked for. @throws MalformedError | TooLargeError */
  take(gossip: Gossip, from: NodeId): readonly Position[] {
    const missing = gossip.heads.filter(head => head.seq >= this.#next(head.log))
    for (const entries of gossip.runs) {
      const place = placeOf(entries)
      if (place === undefined || this.#replica.replication(place.head.scope) === 'local') continue
      if (this.#isKnown(place)) continue
      const continues = place.from <= this.#next(place.head.log)
      if (!continues || !this.#offer({ entries }, place, from)) missing.push(place.head)
    }
    return missing
  }

  #next(log: LogId): number {
    return Math.max(this.#offered.get(log) ?? 0, (this.#position(log)?.seq ?? -1) + 1)
  }

  /** A run that ends where we are, and ends differently, is news: its author wrote two histories. */
  #isKnown({ head }: RunPlace): boolean {
    const mine = this.#position(head.log)
    const isFork = mine !== undefined && mine.seq === head.seq && mine.hash !== head.hash
    return head.seq < this.#next(head.log) && !isFork
  }

  #offer(run: Run, { head }: RunPlace, from: NodeId): boolean {
    if (this.#offered.size >= OFFERED_MAX) return false
    const next = head.seq + 1
    const done = (outcome: RunOutcome) => {
      if (outcome.refusal !== undefined || this.#offered.get(head.log) === next)
        this.#offered.delete(head.log)
    }
    if (!this.#replica.offer(run, from, done)) return false
    this.#offered.set(head.log, next)
    return true
  }
}
