/** What an arbiter says of itself. */
import { freeFrom } from './breaker.ts'
import { type Left, leftByScope, leftOverall } from './spending.ts'
import type { ArbiterState, Tallies } from './state.ts'

/** Times are milliseconds since 1970. */
export interface ArbiterStatus {
  /** The judge's name; null if there is none: then only rules decide. */
  readonly model: string | null
  /** While the breaker is open the judge is left alone until then. */
  readonly breaker: { readonly state: 'closed' | 'open' | 'half-open'; readonly until: number | null }
  /** Conflicts that it is to settle and has not begun with. */
  readonly queued: number
  /** Ids of the conflicts before the judge now. */
  readonly judging: readonly string[]
  /** Since the start. */
  readonly tallies: Tallies
  /** Of this hour; null where there is no limit. */
  readonly left: Left & { readonly scopes: readonly (Left & { readonly scope: string })[] }
  readonly lastError: string | null
  readonly lastVerdictAt: number | null
}

export function statusOf(state: ArbiterState, model: string | null, nowMs: number): ArbiterStatus {
  const { breaker, calls, settings, tallies, lastError, lastVerdictAt } = state
  const { budget } = settings
  const matters = [...state.matters.values()]
  const inPhase = (name: string) => matters.filter(({ phase }) => phase.name === name)
  const from = freeFrom(breaker)
  const scopes =
    budget.scopeCalls === null && budget.scopeTokens === null ? [] : leftByScope(calls, budget, nowMs)
  return {
    model,
    breaker: { state: breaker.state, until: breaker.state === 'open' ? from : null },
    queued: inPhase('waiting').length,
    judging: inPhase('judging').map(({ conflict }) => conflict.id),
    tallies,
    left: { ...leftOverall(calls, budget, nowMs), scopes },
    lastError,
    lastVerdictAt,
  }
}
