import type { EntryHash, NodeId } from '../ids.ts'
import type { ScopeAddress } from '../scope.ts'
import type { Claim } from './access.ts'
import { earliest, type Holdings } from './holdings.ts'
import { bySight, type Measure, memberUntil, rightUntil } from './judgement.ts'
import { type Known, type Past, sightFrom } from './past.ts'
import type { Right } from './right.ts'

/** Answers kept. A few hundred authors write in some scopes each, mostly with what was newest at the time. */
const ANSWERS_KEPT_MAX = 50_000

/** What can be said of the authors that name one set of heads: every one of these answers is for good. */
interface View {
  readonly measure: Measure
  readonly members: Map<NodeId, number>
  readonly agents: Map<NodeId, string | undefined>
  readonly rights: { readonly [right in Right]: Map<NodeId, Map<ScopeAddress, number>> }
}

/** What the author of an entry might do by what it knew, whenever this is asked. */
export class Claims {
  readonly #past: Past
  readonly #holdings: Holdings
  readonly #views = new Map<string, View>()
  #kept = 0

  constructor(past: Past, holdings: Holdings) {
    this.#past = past
    this.#holdings = holdings
  }

  /** The first of its heads that cannot be followed. */
  unknownHead({ authority }: Claim): EntryHash | undefined {
    return authority.find(head => this.#past.find(head) === undefined)
  }

  /** Until when its author was a member; -1 for never, also if it names what is not known here. */
  memberUntil({ node, authority }: Claim): number {
    const view = this.#view(authority)
    if (view === undefined) return -1
    const known = view.members.get(node)
    if (known !== undefined) return known
    const until = memberUntil(this.#holdings, node, view.measure)
    view.members.set(node, until)
    this.#kept += 1
    return until
  }

  agentOf({ node, authority }: Claim): string | undefined {
    const view = this.#view(authority)
    if (view === undefined) return undefined
    if (view.agents.has(node)) return view.agents.get(node)
    const held = earliest(this.#holdings.certificatesOf(node), one => view.measure(one) >= 0)
    view.agents.set(node, held?.entry.body.agent)
    return held?.entry.body.agent
  }

  rightUntil(claim: Claim, scope: ScopeAddress, right: Right): number {
    const view = this.#view(claim.authority)
    if (view === undefined) return -1
    const scopes = view.rights[right].get(claim.node) ?? new Map<ScopeAddress, number>()
    const known = scopes.get(scope)
    if (known !== undefined) return known
    const who = { node: claim.node, agent: this.agentOf(claim) }
    const until = rightUntil(this.#holdings, who, right, scope, view.measure)
    view.rights[right].set(claim.node, scopes.set(scope, until))
    this.#kept += 1
    return until
  }

  #view(authority: readonly EntryHash[]): View | undefined {
    const key = authority.length === 1 ? (authority[0] as EntryHash) : authority.join()
    const known = this.#views.get(key)
    if (known !== undefined) return known
    const heads: Known[] = []
    for (const hash of authority) {
      const head = this.#past.find(hash)
      if (head === undefined) return undefined
      heads.push(head)
    }
    if (this.#kept > ANSWERS_KEPT_MAX) {
      this.#views.clear()
      this.#kept = 0
    }
    const view: View = {
      measure: bySight(sightFrom(heads, this.#past.genesis)),
      members: new Map(),
      agents: new Map(),
      rights: { admin: new Map(), arbitrate: new Map(), read: new Map(), relay: new Map(), write: new Map() },
    }
    this.#views.set(key, view)
    this.#kept += 1
    return view
  }
}
