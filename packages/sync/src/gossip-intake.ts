import type { LogId, NodeId, ScopeId } from '@folkmoot/core'
import type { Position } from './frontier-index.ts'
import { placeOf, type RunPlace } from './gossip.ts'
import { OFFERED_MAX } from './limits.ts'
import type { Gossip } from './messages.ts'
import type { Run, RunOutcome, SyncReplica } from './replica-port.ts'

export interface GossipPort {
  readonly replica: SyncReplica
  position(log: LogId): Position | undefined
  /** False for scopes that never leave a node, and those that this one may not hold. */
  takes(scope: ScopeId): boolean
  /** A run was refused because something before it is not here: it has to be asked for again. */
  lacking(head: Position, from: NodeId): void
}

/**
 * Runs that came by gossip: what continues a log is offered at once, what leaves a gap has to be asked for, what is
 * already here or on its way in is dropped.
 */
export class GossipIntake {
  readonly #port: GossipPort
  /** The next entry of logs whose offered runs are not stored yet. Full: gossip waits for anti-entropy. */
  readonly #offered = new Map<LogId, number>()

  constructor(port: GossipPort) {
    this.#port = port
  }

  /** Returns the heads that have to be asked for. @throws MalformedError | TooLargeError */
  take(gossip: Gossip, from: NodeId): readonly Position[] {
    const missing = gossip.heads.filter(head => head.seq >= this.#next(head.log))
    for (const entries of gossip.runs) {
      const place = placeOf(entries)
      if (place === undefined || !this.#port.takes(place.head.scope)) continue
      if (this.#isKnown(place)) continue
      const continues = place.from <= this.#next(place.head.log)
      if (!continues || !this.#offer({ entries }, place, from)) missing.push(place.head)
    }
    return missing
  }

  #next(log: LogId): number {
    return Math.max(this.#offered.get(log) ?? 0, (this.#port.position(log)?.seq ?? -1) + 1)
  }

  /** A run that ends where we are, and ends differently, is news: its author wrote two histories. */
  #isKnown({ head }: RunPlace): boolean {
    const mine = this.#port.position(head.log)
    const isFork = mine !== undefined && mine.seq === head.seq && mine.hash !== head.hash
    return head.seq < this.#next(head.log) && !isFork
  }

  #offer(run: Run, { head }: RunPlace, from: NodeId): boolean {
    if (this.#offered.size >= OFFERED_MAX) return false
    const next = head.seq + 1
    const done = (outcome: RunOutcome) => {
      if (outcome.refusal !== undefined || this.#offered.get(head.log) === next)
        this.#offered.delete(head.log)
      if (outcome.refusal?.code === 'gap') this.#port.lacking(head, from)
    }
    if (!this.#port.replica.offer(run, from, done)) return false
    this.#offered.set(head.log, next)
    return true
  }
}
