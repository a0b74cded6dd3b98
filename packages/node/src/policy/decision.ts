import {
  type Conflict,
  type DocumentRow,
  decide,
  facetsOf,
  POLICY,
  type Policy,
  type PolicyDecision,
  type ResolverName,
  type ScopeAddress,
} from '@folkmoot/core'

/** The policy that a scope goes by, and where it was found. */
export type PolicyLookup = (
  scope: ScopeAddress,
) => { readonly scope: ScopeAddress; readonly policy: Policy } | undefined

export interface Decision extends PolicyDecision {
  /** Where the policy was found; null if there is none. */
  readonly scope: ScopeAddress | null
}

/** What decides where no clause fits. */
export interface Fallback {
  readonly resolver: ResolverName
  readonly authority: readonly string[]
}

/**
 * How a conflict is to be settled, and what is shown until then.
 * @param memories those in dispute: of two, the first clause that fits either decides
 */
export function decisionOf(
  scope: ScopeAddress,
  memories: readonly DocumentRow[],
  conflict: Pick<Conflict, 'register' | 'cause' | 'importance'>,
  policyOf: PolicyLookup,
  { resolver, authority }: Fallback,
): Decision {
  // What a policy says is not for it to decide.
  const found = conflict.register === POLICY ? undefined : policyOf(scope)
  const [decision] = memories
    .flatMap(row => (found === undefined ? [] : decide(found.policy, wordsOf(row), conflict)))
    .filter(({ clause }) => clause !== null)
    .sort((a, b) => (a.clause ?? 0) - (b.clause ?? 0))
  if (found !== undefined && decision !== undefined) return { ...decision, scope: found.scope }
  return {
    ...{ clause: null, rule: resolver, resolver, order: authority, advice: null },
    scope: found?.scope ?? null,
  }
}

function wordsOf(row: DocumentRow) {
  return { kind: facetsOf(row).kind, key: row.key }
}
