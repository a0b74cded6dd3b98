/** What a deterministic rule makes of a disagreement, as a settlement. */
import {
  canonicalJson,
  compareTime,
  type DocumentRow,
  type Json,
  newest,
  type PolicyDecision,
  type ResolverContext,
  resolveSiblings,
  type Sibling,
  saying,
} from '@folkmoot/core'
import { type IsDirective, weighedStatements } from '../beliefs/weighed-statements.ts'

/** Rules that go by who said it, when, and how sure: which one they choose does not depend on what was said. */
const CHOOSING: readonly string[] = ['latest', 'authority', 'confidence']

type Ruled = { readonly pick: number } | { readonly value: Json }

/**
 * A rule goes by what was said: by whom, when and how surely. What a verdict put there is weighed as that.
 * @param candidates oldest first
 * @param isDirective of what is said; such a one is not weighed beside what is stated plainly
 * @returns undefined if there is no such rule: a judge or a person has to decide
 */
export function settlementByRule(
  { rule, order }: Pick<PolicyDecision, 'rule' | 'order'>,
  candidates: readonly Sibling[],
  agentOf: NonNullable<ResolverContext['agentOf']>,
  isDirective: IsDirective,
): Ruled | undefined {
  if (rule === 'arbiter' || rule === 'person') return undefined
  const context = { authority: order, agentOf }
  const statements = weighedStatements(candidates, isDirective)
  if (CHOOSING.includes(rule)) {
    // In place of what they say, their numbers: what comes out is the number of the one that was chosen.
    const chosen = statements[Number(resolveSiblings(statements.map(numbered), rule, context)) - 1]
    return chosen && settledAs(chosen, candidates)
  }
  const value = resolveSiblings(statements, rule, context)
  if (rule !== 'max') return { value }
  const text = canonicalJson(value)
  const largest = statements.findLast(said => canonicalJson(said.value) === text)
  return largest && settledAs(largest, candidates)
}

/** With the candidate that says so; without one by the words alone, unless it has none. */
function settledAs(chosen: Sibling, candidates: readonly Sibling[]): Ruled | undefined {
  const same = candidates.findIndex(({ entry }) => entry === chosen.entry)
  const place = same >= 0 ? same : candidates.findLastIndex(said => saying(said) === saying(chosen))
  if (place >= 0) return { pick: place + 1 }
  return chosen.ended ? undefined : { value: chosen.value }
}

/** Of two memories one can be chosen; they cannot be put together. */
export function choiceByRule(
  decision: Pick<PolicyDecision, 'rule' | 'order'>,
  memories: readonly [DocumentRow, DocumentRow],
  agentOf: NonNullable<ResolverContext['agentOf']>,
  isDirective: IsDirective,
): { readonly pick: number } | undefined {
  if (!CHOOSING.includes(decision.rule)) return undefined
  const said = memories.flatMap(({ registers }, at) => {
    const last = newest(weighedStatements(registers.content ?? [], isDirective))
    return last === undefined ? [] : [{ last, at }]
  })
  if (said.length < 2) return undefined
  said.sort((a, b) => compareTime(a.last, b.last) || (a.last.entry < b.last.entry ? -1 : 1))
  const found = settlementByRule(
    decision,
    said.map(({ last }) => last),
    agentOf,
    isDirective,
  )
  const chosen = found !== undefined && 'pick' in found ? said[found.pick - 1] : undefined
  return chosen && { pick: chosen.at + 1 }
}

function numbered(candidate: Sibling, at: number): Sibling {
  return { ...candidate, value: at + 1, ended: false }
}
