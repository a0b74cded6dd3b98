/** What judging has cost in the last hour, and when there is room for more. */
import type { ScopeAddress } from '@folkmoot/core'
import type { Budget } from './settings.ts'

export const HOUR_MS = 3_600_000

/** One call. Its tokens are known when it has ended. */
export interface Call {
  readonly call: number
  readonly at: number
  readonly scope: ScopeAddress
  readonly tokens: number
}

/** What is left of a budget; null where there is no limit. */
export interface Left {
  readonly calls: number | null
  readonly tokens: number | null
  /** Milliseconds since 1970: when there is room again; null if there is now, or never will be. */
  readonly until: number | null
}

/** With a call more, and without those that are older than an hour. Oldest first. */
export function withCall(calls: readonly Call[], call: Call): readonly Call[] {
  return [...recent(calls, call.at), call]
}

export function withoutCall(calls: readonly Call[], call: number): readonly Call[] {
  return calls.filter(one => one.call !== call)
}

export function withTokens(calls: readonly Call[], call: number, tokens: number): readonly Call[] {
  return calls.map(one => (one.call === call ? { ...one, tokens } : one))
}

/**
 * From when on another call may be made in a scope. What a call will cost is not known before: the last ones of an hour
 * may go over a limit of tokens by as much as they cost.
 */
export function roomFrom(calls: readonly Call[], budget: Budget, scope: ScopeAddress, nowMs: number): number {
  const live = recent(calls, nowMs)
  const own = live.filter(call => call.scope === scope)
  return Math.max(
    within(live, budget.calls, budget.tokens, nowMs),
    within(own, budget.scopeCalls, budget.scopeTokens, nowMs),
  )
}

export function leftOverall(calls: readonly Call[], budget: Budget, nowMs: number): Left {
  return leftOf(recent(calls, nowMs), budget.calls, budget.tokens, nowMs)
}

export function leftByScope(
  calls: readonly Call[],
  budget: Budget,
  nowMs: number,
): readonly (Left & { readonly scope: ScopeAddress })[] {
  const live = recent(calls, nowMs)
  return [...new Set(live.map(({ scope }) => scope))].sort().map(scope => ({
    scope,
    ...leftOf(
      live.filter(call => call.scope === scope),
      budget.scopeCalls,
      budget.scopeTokens,
      nowMs,
    ),
  }))
}

function recent(calls: readonly Call[], nowMs: number): readonly Call[] {
  return calls.filter(({ at }) => at > nowMs - HOUR_MS)
}

function leftOf(
  live: readonly Call[],
  callsMax: number | null,
  tokensMax: number | null,
  nowMs: number,
): Left {
  const from = within(live, callsMax, tokensMax, nowMs)
  return {
    calls: callsMax === null ? null : Math.max(0, callsMax - live.length),
    tokens: tokensMax === null ? null : Math.max(0, tokensMax - tokensIn(live)),
    until: from <= nowMs || from === Number.POSITIVE_INFINITY ? null : from,
  }
}

/** The oldest calls leave the hour one by one; it is the first moment at which those that stay are below both limits. */
function within(
  live: readonly Call[],
  callsMax: number | null,
  tokensMax: number | null,
  nowMs: number,
): number {
  let calls = live.length
  let tokens = tokensIn(live)
  const isOver = () => calls >= (callsMax ?? Infinity) || tokens >= (tokensMax ?? Infinity)
  if (!isOver()) return nowMs
  for (const { at, tokens: cost } of live) {
    calls -= 1
    tokens -= cost
    if (!isOver()) return at + HOUR_MS
  }
  // A budget of nothing.
  return Number.POSITIVE_INFINITY
}

function tokensIn(calls: readonly Call[]): number {
  return calls.reduce((sum, { tokens }) => sum + tokens, 0)
}
