import type { LogId, NodeId } from '@folkmoot/core'
import type { Fingerprint } from './fingerprint.ts'
import type { Message } from './messages.ts'

/** What a node has let us know that it holds: at least so much. */
export interface KnownFrontier {
  /** When it last said anything of it, by the clock that `tick` tells. */
  readonly heardAt: number
  /** The last entry of each log. */
  readonly positions: ReadonlyMap<LogId, number>
}

interface Known {
  heardAt: number
  /** At which everything was noted that both held. */
  root: Fingerprint | null
  readonly positions: Map<LogId, number>
}

/**
 * What each node is known to hold: what it told of, sent or confirmed, and all that both sides have when they find
 * themselves equal. Kept when it goes away, for as long as this process lives: of members alone, so it is bounded.
 */
export class KnownFrontiers {
  readonly #known = new Map<NodeId, Known>()

  of(node: NodeId): KnownFrontier | undefined {
    return this.#known.get(node)
  }

  holds(node: NodeId, positions: Iterable<{ readonly log: LogId; readonly seq: number }>, now: number): void {
    const known = this.#heard(node, now)
    for (const { log, seq } of positions) {
      if (seq > (known.positions.get(log) ?? -1)) known.positions.set(log, seq)
    }
  }

  /** What a node lists, it holds. */
  hears(node: NodeId, message: Message, now: number): void {
    if (message.kind !== 'heads') return
    this.holds(
      node,
      message.lists.flatMap(list => list.items),
      now,
    )
  }

  /** Equal at `root`. @param positions asked for only if that is news */
  equals(
    node: NodeId,
    root: Fingerprint,
    positions: () => Iterable<{ readonly log: LogId; readonly seq: number }>,
    now: number,
  ): void {
    if (this.#heard(node, now).root !== root) this.holds(node, positions(), now)
    this.#heard(node, now).root = root
  }

  #heard(node: NodeId, now: number): Known {
    const known = this.#known.get(node) ?? { heardAt: now, root: null, positions: new Map() }
    known.heardAt = now
    this.#known.set(node, known)
    return known
  }
}
