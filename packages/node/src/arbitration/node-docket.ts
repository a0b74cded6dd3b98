/** The conflicts that a node may settle, as its arbiter sees them: only what its agent may read is there. */
import type { Docket, DocketDecision, OpenConflict, Ruling } from '@folkmoot/arbiter'
import {
  type Conflict,
  claim,
  covers,
  type DocumentId,
  type DocumentRow,
  type EntryHash,
  FolkmootError,
  POLICY,
  parseDocumentId,
  parsePattern,
  type Right,
  type ScopeAddress,
  type Settlement,
  type SettleOptions,
  SUSPICION,
  statusAt,
} from '@folkmoot/core'
import { listenerOf } from '../beliefs/caution.ts'
import { directivesInDispute } from '../beliefs/weighed-statements.ts'
import { isLeftToPeople } from '../left-to-people.ts'
import { decisionOf, type Fallback } from '../policy/decision.ts'
import { hasExpired } from '../present.ts'
import { settleConflict } from '../settle-conflict.ts'
import { isGone, suspectsOf } from '../suspects.ts'
import type { View } from '../view.ts'
import type { Arbiters } from './arbiters.ts'
import { caseOf } from './case.ts'
import { choiceByRule, settlementByRule } from './settlement-by-rule.ts'

/** Who may write may settle, too; but to do so unasked takes the right to. */
const ARBITRATING: readonly Right[] = ['arbitrate']

export type DocketView = Pick<View, 'sight' | 'members' | 'policies' | 'writer'>

export interface NodeDocketParts {
  readonly view: DocketView
  readonly arbiters: Pick<Arbiters, 'placeOf'>
  /** What decides where no policy does. */
  readonly fallback: Fallback
  readonly now: () => number
  /** Patterns; undefined for wherever the node has the right. */
  readonly scopes?: readonly string[] | undefined
}

interface Found {
  readonly row: DocumentRow
  readonly conflict: Conflict
  /** In dispute: of a suspected contradiction there are two. */
  readonly memories: readonly DocumentRow[]
}

export class NodeDocket implements Docket {
  readonly #parts: NodeDocketParts
  readonly #patterns: readonly string[] | undefined

  /** @throws UsageError for a scope that is no pattern */
  constructor(parts: NodeDocketParts) {
    this.#parts = parts
    this.#patterns = parts.scopes?.map(parsePattern)
  }

  open(): readonly OpenConflict[] {
    const { view, now } = this.#parts
    const policyOf = view.policies.lookup()
    return view.sight
      .list({ conflict: 'open', limit: Number.MAX_SAFE_INTEGER, livingAt: now() })
      .flatMap(row =>
        row.conflicts.flatMap(conflict => {
          const found = this.#settleable(row, conflict)
          return found === undefined ? [] : this.#listed(found, policyOf)
        }),
      )
  }

  find(id: string): OpenConflict | undefined {
    const found = this.#find(id)
    return found && this.#listed(found, this.#parts.view.policies.lookup())
  }

  caseOf(id: string) {
    const found = this.#find(id)
    const { view, now } = this.#parts
    return found && caseOf(found, { ...view, nowMs: now(), advice: this.#decisionOn(found).advice })
  }

  async claim(id: string, until: number, seen: readonly EntryHash[]): Promise<void> {
    const { row, conflict } = this.#known(id)
    const plan = claim(row.id, conflict.register, until, seen)
    await this.#parts.view.writer.change(row.scope, plan, ARBITRATING)
  }

  async settle(id: string, ruling: Ruling, seen: readonly EntryHash[]): Promise<void> {
    const { view } = this.#parts
    const found = this.#known(id)
    const [settlement, options] =
      ruling.judge === 'rule' ? this.#byRule(found, ruling.decision, seen) : byModel(ruling)
    const { row, conflict } = found
    await settleConflict(this.#penIn(row.scope), view.sight, row, conflict.register, settlement, {
      ...options,
      seen,
    })
  }

  /** The right may go while a write waits: the last word is with what is known when it is written. */
  #penIn(judged: ScopeAddress): Pick<View['writer'], 'change'> {
    const { writer } = this.#parts.view
    return {
      change: (scope, plan, anyOf) => writer.change(scope, plan, scope === judged ? ARBITRATING : anyOf),
    }
  }

  /** @throws FolkmootError changed */
  #known(id: string): Found {
    const found = this.#find(id)
    if (found === undefined) throw new FolkmootError('changed', `conflict ${id} is not open any more`)
    return found
  }

  #find(id: string): Found | undefined {
    const dot = id.indexOf('.')
    const row = this.#parts.view.sight.row(parseDocumentId(id.slice(0, dot)))
    const conflict = row?.conflicts.find(one => one.id === id)
    return row && conflict && this.#settleable(row, conflict)
  }

  #settleable(row: DocumentRow, conflict: Conflict): Found | undefined {
    const { view, now } = this.#parts
    const status = statusAt(conflict, now())
    if (status === 'resolved' || status === 'deferred') return undefined
    if (row.erased || hasExpired(row, now()) || !this.#isOurs(row.scope)) return undefined
    if (conflict.register !== SUSPICION) return { row, conflict, memories: [row] }
    const memories = suspectsOf(row, (suspect: DocumentId) => view.sight.row(suspect))
    return memories === undefined || memories.some(memory => isGone(memory, now()))
      ? undefined
      : { row, conflict, memories }
  }

  #isOurs(scope: ScopeAddress): boolean {
    const { sight } = this.#parts.view
    if (!sight.mayWrite(scope, ARBITRATING)) return false
    const { agent } = sight.principal.reader
    return this.#patterns?.some(pattern => covers(pattern, scope, agent)) ?? true
  }

  #listed(found: Found, policyOf: ReturnType<DocketView['policies']['lookup']>): OpenConflict {
    const { row, conflict } = found
    const { id, importance, since, claims, candidates } = conflict
    const decision = this.#decisionOn(found, policyOf)
    return {
      ...{ id, importance, since, claims, decision, scope: row.scope },
      seen: candidates.map(({ entry }) => entry),
      isLeftToPeople:
        isLeftToPeople(conflict) || conflict.register === POLICY || this.#isBeyond(decision, found),
      place: this.#parts.arbiters.placeOf(id, row.scope),
    }
  }

  #decisionOn(
    { row, conflict, memories }: Found,
    policyOf = this.#parts.view.policies.lookup(),
  ): DocketDecision {
    return decisionOf(row.scope, memories, conflict, policyOf, this.#parts.fallback)
  }

  /** A rule that cannot be applied, such as putting two memories together. */
  #isBeyond(decision: DocketDecision, found: Found): boolean {
    const { rule } = decision
    if (rule === 'arbiter' || rule === 'person' || found.conflict.register !== SUSPICION) return false
    return this.#ruled(decision, found) === undefined
  }

  #ruled(decision: DocketDecision, { conflict, memories }: Found) {
    const { members } = this.#parts.view
    const { register, candidates } = conflict
    const { changeAt } = listenerOf(this.#parts.view)
    const isDirective = directivesInDispute(memories, register, candidates, changeAt)
    const agentOf = ({ node }: { readonly node: Conflict['candidates'][number]['node'] }) =>
      members.member(node)?.agent ?? ''
    const [one, other] = memories
    if (register !== SUSPICION) return settlementByRule(decision, candidates, agentOf, isDirective)
    return one === undefined || other === undefined
      ? undefined
      : choiceByRule(decision, [one, other], agentOf, isDirective)
  }

  /** @throws FolkmootError changed, if there are other candidates by now */
  #byRule(
    found: Found,
    decision: DocketDecision,
    seen: readonly EntryHash[],
  ): readonly [Exclude<Settlement, { undo: true }>, SettleOptions] {
    const { candidates } = found.conflict
    const isSame = candidates.length === seen.length && candidates.every(({ entry }) => seen.includes(entry))
    const settlement = isSame ? this.#ruled(decision, found) : undefined
    if (settlement === undefined) throw new FolkmootError('changed', 'there are other candidates by now')
    return [settlement, { judge: 'rule', rule: decision.rule, rationale: reasonFor(decision) }]
  }
}

function byModel(ruling: Ruling & { readonly judge: 'model' }) {
  const { settlement, rationale, judge, model, promptHash, confidence } = ruling
  return [settlement, { judge, model, promptHash, confidence, rationale }] as const
}

function reasonFor({ rule, clause, scope }: DocketDecision): string {
  return `clause ${clause} of the policy of ${scope} says ${rule}`
}
