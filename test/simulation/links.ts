/** What the wires between nodes are like at the moment, for each direction on its own. */
import type { NodeId } from '@folkmoot/core'

export interface Line {
  /** Nothing passes: a partition, or a clogged link. */
  blocked: boolean
  /** Messages after which the connection breaks, of 1. */
  loss: number
  /** Gossip messages that are lost, and that come twice, of 1. */
  gossipLoss: number
  gossipTwice: number
  delayMin: number
  delayMax: number
}

/** As a local network is on a good day. */
export function goodLine(): Line {
  return { blocked: false, loss: 0, gossipLoss: 0, gossipTwice: 0, delayMin: 1, delayMax: 20 }
}

export class Links {
  readonly #lines = new Map<string, Line>()

  line(from: NodeId, to: NodeId): Line {
    const name = `${from}>${to}`
    const known = this.#lines.get(name)
    if (known !== undefined) return known
    const line = goodLine()
    this.#lines.set(name, line)
    return line
  }

  all(): Iterable<Line> {
    return this.#lines.values()
  }

  /** Both directions are open. */
  isOpen(one: NodeId, other: NodeId): boolean {
    return !this.line(one, other).blocked && !this.line(other, one).blocked
  }
}
