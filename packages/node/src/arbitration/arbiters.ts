import { claimRank, type Member, type NodeId, type Right, type ScopeAddress } from '@folkmoot/core'

/** What is asked of the membership log. */
interface Members {
  readonly version: number
  member(node: NodeId): Pick<Member, 'agent'> | undefined
  can(
    reader: { readonly node: NodeId; readonly agent: string },
    right: Right,
    scope: ScopeAddress,
    atMs: number,
  ): boolean
}

export interface ArbitersParts {
  readonly self: NodeId
  readonly members: () => Members
  /** Members that can be reached now. */
  readonly connected: () => readonly NodeId[]
  readonly now: () => number
}

/** Who can be reached, and who may do what, is asked again after so long: places are a courtesy, not a lock. */
const KEPT_MS = 1000

/** The order in which those who may settle a conflict go about it. Nobody hands it out: each works it out. */
export class Arbiters {
  readonly #parts: ArbitersParts
  #others = new Map<ScopeAddress, readonly NodeId[]>()
  #askedAt = Number.NEGATIVE_INFINITY
  #version = -1

  constructor(parts: ArbitersParts) {
    this.#parts = parts
  }

  /** How many of those who may settle it, and can be reached, come before this node. */
  placeOf(conflict: string, scope: ScopeAddress): number {
    const others = this.#othersIn(scope)
    if (others.length === 0) return 0
    const own = claimRank(conflict, this.#parts.self)
    return others.filter(node => claimRank(conflict, node) < own).length
  }

  #othersIn(scope: ScopeAddress): readonly NodeId[] {
    const { members, connected, now } = this.#parts
    const nowMs = now()
    const access = members()
    if (Math.abs(nowMs - this.#askedAt) >= KEPT_MS || access.version !== this.#version) {
      this.#others = new Map()
      this.#askedAt = nowMs
      this.#version = access.version
    }
    const known = this.#others.get(scope)
    if (known !== undefined) return known
    const others = connected().filter(node => {
      const agent = access.member(node)?.agent
      return agent !== undefined && access.can({ node, agent }, 'arbitrate', scope, nowMs)
    })
    this.#others.set(scope, others)
    return others
  }
}
