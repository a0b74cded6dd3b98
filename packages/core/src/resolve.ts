/** Deterministic resolvers: which of several concurrent values readers act on until somebody settles it. */
import { canonicalJson, type Json } from './json.ts'
import type { Sibling } from './row.ts'
import { statementsOf } from './statements.ts'

export const RESOLVER_NAMES = ['latest', 'authority', 'confidence', 'max', 'union', 'keep-all'] as const
export type ResolverName = (typeof RESOLVER_NAMES)[number]

/** What a resolver may know beside the siblings. */
export interface ResolverContext {
  /** Agents from most to least trusted; an agent not named comes where `*` stands, or last. */
  readonly authority?: readonly string[]
  readonly agentOf?: (sibling: Sibling) => string
}

/** Gives the effective value of siblings sorted oldest first. Law: depends on the set of siblings alone. */
type Resolver = (siblings: readonly Sibling[], context: ResolverContext) => Json

const RESOLVERS: Readonly<Record<ResolverName, Resolver>> = {
  /** The newest statement, by hybrid time and then by entry hash. */
  latest: siblings => newest(siblings)?.value ?? null,

  /** The newest statement of the most trusted agent. */
  authority: (siblings, { authority = [], agentOf = () => '' }) => {
    const others = authority.indexOf('*')
    const rank = (sibling: Sibling) => {
      const place = authority.indexOf(agentOf(sibling))
      return place >= 0 ? place : others >= 0 ? others : authority.length
    }
    const best = Math.min(...siblings.map(rank))
    return newest(siblings.filter(sibling => rank(sibling) === best))?.value ?? null
  },

  /** The statement its author was surest of; unsaid confidence counts as none. */
  confidence: siblings => {
    const best = Math.max(...siblings.map(sibling => sibling.confidence ?? 0))
    return newest(siblings.filter(sibling => (sibling.confidence ?? 0) === best))?.value ?? null
  },

  /** The largest number, as it was written; of equal ones the newest. The newest statement if nobody gave one. */
  max: siblings => {
    const numbers = siblings.flatMap(({ value, ended }) => {
      const number = ended ? undefined : numberIn(value)
      return number === undefined ? [] : [{ value, number }]
    })
    const largest = numbers.reduce((most, { number }) => Math.max(most, number), Number.NEGATIVE_INFINITY)
    const found = numbers.findLast(({ number }) => number === largest)
    return found?.value ?? newest(siblings)?.value ?? null
  },

  /**
   * Every different element of lists, in the order of the statements; what is no list is a list of one. A single one
   * stands alone, unless somebody gave it as a list.
   */
  union: siblings => {
    const said = siblings.filter(({ ended }) => !ended).map(({ value }) => value)
    const elements = distinct(said.flatMap(value => (isList(value) ? value : [value])))
    return elements.length === 1 && !said.some(isList) ? (elements[0] as Json) : elements
  },

  /** Every different value, oldest first; a single one stands alone. */
  'keep-all': siblings => {
    const values = distinct(siblings.filter(sibling => !sibling.ended).map(({ value }) => value))
    return values.length === 1 ? (values[0] as Json) : values
  },
}

export function resolveSiblings(
  siblings: readonly Sibling[],
  resolver: ResolverName = 'latest',
  context: ResolverContext = {},
): Json {
  return siblings.length === 0 ? null : RESOLVERS[resolver](statementsOf(siblings), context)
}

/** True if the siblings disagree. Equal values from several authors are corroboration. */
export function disagree(siblings: readonly Sibling[]): boolean {
  const [first, ...rest] = siblings
  return first !== undefined && rest.some(other => saying(other) !== saying(first))
}

export function newest(siblings: readonly Sibling[]): Sibling | undefined {
  return siblings.at(-1)
}

/** Decimal, as JSON writes numbers; a sign `+` and leading zeros may stand before it too. */
const DECIMAL = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/** What a value says as a number: people and commands write numbers as text. Undefined if it says none. */
function numberIn(value: Json): number | undefined {
  const number = typeof value === 'string' && DECIMAL.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

function distinct(values: readonly Json[]): Json[] {
  const seen = new Map<string, Json>()
  for (const value of values) {
    const text = canonicalJson(value)
    if (!seen.has(text)) seen.set(text, value)
  }
  return [...seen.values()]
}

/** What it says, as a text: equal for siblings that agree. */
export function saying(sibling: Sibling): string {
  return sibling.ended ? 'x' : `v${canonicalJson(sibling.value)}`
}
