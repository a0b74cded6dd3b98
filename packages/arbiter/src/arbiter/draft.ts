/** A state while one step works on it: a copy that is the step's own, and what the step wants done. */
import * as breaker from './breaker.ts'
import { type Matter, WAITING } from './matter.ts'
import { withoutCall } from './spending.ts'
import type { ArbiterState, Effect, Tallies } from './state.ts'

type Writable<T> = { -readonly [K in keyof T]: T[K] }

export interface Draft extends Writable<Omit<ArbiterState, 'matters'>> {
  readonly now: number
  readonly matters: Map<string, Matter>
  readonly effects: Effect[]
}

export function draftOf(state: ArbiterState, now: number): Draft {
  return { ...state, now, matters: new Map(state.matters), effects: [] }
}

export function finished({ now: _, effects, ...state }: Draft): readonly [ArbiterState, readonly Effect[]] {
  return [state, effects]
}

export function count(draft: Draft, what: keyof Tallies): void {
  draft.tallies = { ...draft.tallies, [what]: draft.tallies[what] + 1 }
}

/** Back to the queue; with `after`, not for so many milliseconds. */
export function putBack(draft: Draft, matter: Matter, after = 0): void {
  const notBefore = after === 0 ? matter.notBefore : draft.now + after
  draft.matters.set(matter.conflict.id, { ...matter, phase: WAITING, isGone: false, notBefore })
}

/** Back to the queue after a failure: each next attempt waits twice as long. */
export function tryAgain(draft: Draft, matter: Matter): void {
  const { retry, retryMax } = draft.settings.times
  const after = Math.min(retryMax, retry * 2 ** matter.tries)
  putBack(draft, { ...matter, tries: matter.tries + 1 }, after)
}

/** A judgement that is not wanted any more. */
export function cancel(draft: Draft, call: number): void {
  draft.effects.push({ do: 'cancel', call })
  draft.breaker = breaker.calledOff(draft.breaker, call)
}

/** A call that was set aside and is not made: it costs nothing. */
export function callOff(draft: Draft, call: number): void {
  draft.breaker = breaker.calledOff(draft.breaker, call)
  draft.calls = withoutCall(draft.calls, call)
}

export function judgeFailed(draft: Draft, message: string, retryAfterMs: number | null): void {
  draft.breaker = breaker.failed(draft.breaker, draft.now, retryAfterMs, draft.settings.times)
  draft.lastError = message
  count(draft, 'failed')
}
