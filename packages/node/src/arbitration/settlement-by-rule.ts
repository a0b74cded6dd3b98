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
  type Settlement,
  type Sibling,
} from '@folkmoot/core'

/** Rules that go by who said it, when, and how sure: which one they choose does not depend on what was said. */
const CHOOSING: readonly string[] = ['latest', 'authority', 'confidence']

type Ruled = Extract<Settlement, { pick: number } | { value: Json }>

/**
 * @param candidates oldest first
 * @returns undefined if there is no such rule: a judge or a person has to decide
 */
export function settlementByRule(
  { rule, order }: Pick<PolicyDecision, 'rule' | 'order'>,
  candidates: readonly Sibling[],
  agentOf: NonNullable<ResolverContext['agentOf']>,
): Ruled | undefined {
  if (rule === 'arbiter' || rule === 'person') return undefined
  const context = { authority: order, agentOf }
  // In place of what they say, their numbers: what comes out is the number of the one that was chosen.
  if (CHOOSING.includes(rule))
    return { pick: Number(resolveSiblings(candidates.map(numbered), rule, context)) }
  const value = resolveSiblings(candidates, rule, context)
  if (rule !== 'max') return { value }
  const text = canonicalJson(value)
  return { pick: candidates.findLastIndex(candidate => canonicalJson(candidate.value) === text) + 1 }
}

/** Of two memories one can be chosen; they cannot be put together. */
export function choiceByRule(
  decision: Pick<PolicyDecision, 'rule' | 'order'>,
  memories: readonly [DocumentRow, DocumentRow],
  agentOf: NonNullable<ResolverContext['agentOf']>,
): { readonly pick: number } | undefined {
  if (!CHOOSING.includes(decision.rule)) return undefined
  const said = memories.flatMap(({ registers }, at) => {
    const last = newest(registers.content ?? [])
    return last === undefined ? [] : [{ last, at }]
  })
  if (said.length < 2) return undefined
  said.sort((a, b) => compareTime(a.last, b.last) || (a.last.entry < b.last.entry ? -1 : 1))
  const found = settlementByRule(
    decision,
    said.map(({ last }) => last),
    agentOf,
  )
  const chosen = found !== undefined && 'pick' in found ? said[found.pick - 1] : undefined
  return chosen && { pick: chosen.at + 1 }
}

function numbered(candidate: Sibling, at: number): Sibling {
  return { ...candidate, value: at + 1, ended: false }
}
