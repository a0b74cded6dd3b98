/**
 * A circuit breaker (Nygard, "Release It!", 2007): a judge that fails is left alone for a while, and tried again with
 * one call.
 *
 *   closed ──failures in a row──▶ open ──pause over, one call──▶ half-open ──it succeeds──▶ closed
 *                                  ▲                                 │
 *                                  └──────────it fails───────────────┘
 */
import { FAILURES_MAX, type Times } from './settings.ts'

export type Breaker =
  | { readonly state: 'closed'; readonly failures: number }
  /** @property rounds times it opened without a success in between */
  | { readonly state: 'open'; readonly until: number; readonly rounds: number }
  /** @property call the one that tries; null until there is one */
  | { readonly state: 'half-open'; readonly call: number | null; readonly rounds: number }

/** The longest pause that a judge's own wish is granted. */
const RETRY_AFTER_MS_MAX = 3_600_000

export const CLOSED: Breaker = { state: 'closed', failures: 0 }

/** From when on a call may be made; infinite while it depends on one that is under way. */
export function freeFrom(breaker: Breaker): number {
  if (breaker.state === 'open') return breaker.until
  return breaker.state === 'half-open' && breaker.call !== null ? Number.POSITIVE_INFINITY : 0
}

/** A call is made: with `freeFrom` in the past. */
export function called(breaker: Breaker, call: number): Breaker {
  return breaker.state === 'closed' ? breaker : { state: 'half-open', call, rounds: breaker.rounds }
}

/** It came to nothing, for no fault of the judge. */
export function calledOff(breaker: Breaker, call: number): Breaker {
  return breaker.state === 'half-open' && breaker.call === call ? { ...breaker, call: null } : breaker
}

export function succeeded(): Breaker {
  return CLOSED
}

/** @param retryAfterMs how long the judge asks to be left alone: then one failure is enough */
export function failed(
  breaker: Breaker,
  nowMs: number,
  retryAfterMs: number | null,
  times: Pick<Times, 'pause' | 'pauseMax'>,
): Breaker {
  const asked = Math.min(RETRY_AFTER_MS_MAX, Math.max(0, retryAfterMs ?? 0))
  if (breaker.state === 'open') return { ...breaker, until: Math.max(breaker.until, nowMs + asked) }
  if (breaker.state === 'closed') {
    const failures = breaker.failures + 1
    if (failures < FAILURES_MAX && retryAfterMs === null) return { state: 'closed', failures }
  }
  const rounds = breaker.state === 'half-open' ? breaker.rounds : 0
  const pause = Math.min(times.pauseMax, times.pause * 2 ** rounds)
  return { state: 'open', until: nowMs + Math.max(pause, asked), rounds: rounds + 1 }
}
