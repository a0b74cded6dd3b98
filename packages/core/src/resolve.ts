/** Deterministic resolvers: which of several concurrent values readers act on until somebody settles it. */
import { canonicalJson, type Json } from './json.ts'
import type { Sibling } from './row.ts'

export type ResolverName = 'latest' | 'authority' | 'confidence' | 'keep-all'

/** What a resolver may know beside the siblings. */
export interface ResolverContext {
  /** Agents from most to least trusted; an agent not named comes last. */
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
    const rank = (sibling: Sibling) => {
      const place = authority.indexOf(agentOf(sibling))
      return place < 0 ? authority.length : place
    }
    const best = Math.min(...siblings.map(rank))
    return newest(siblings.filter(sibling => rank(sibling) === best))?.value ?? null
  },

  /** The statement its author was surest of; unsaid confidence counts as none. */
  confidence: siblings => {
    const best = Math.max(...siblings.map(sibling => sibling.confidence ?? 0))
    return newest(siblings.filter(sibling => (sibling.confidence ?? 0) === best))?.value ?? null
  },

  /** Every different value, oldest first; a single one stands alone. */
  'keep-all': siblings => {
    const values = distinctValues(siblings.filter(sibling => !sibling.ended))
    return values.length === 1 ? (values[0] as Json) : values
  },
}

export function resolveSiblings(
  siblings: readonly Sibling[],
  resolver: ResolverName = 'latest',
  context: ResolverContext = {},
): Json {
  return siblings.length === 0 ? null : RESOLVERS[resolver](siblings, context)
}

/** True if the siblings disagree. Equal values from several authors are corroboration. */
export function disagree(siblings: readonly Sibling[]): boolean {
  const [first, ...rest] = siblings
  return first !== undefined && rest.some(other => saying(other) !== saying(first))
}

export function newest(siblings: readonly Sibling[]): Sibling | undefined {
  return siblings.at(-1)
}

function distinctValues(siblings: readonly Sibling[]): Json[] {
  const seen = new Map<string, Json>()
  for (const sibling of siblings) if (!seen.has(saying(sibling))) seen.set(saying(sibling), sibling.value)
  return [...seen.values()]
}

function saying(sibling: Sibling): string {
  return sibling.ended ? 'x' : `v${canonicalJson(sibling.value)}`
}
