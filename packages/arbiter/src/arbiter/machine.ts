/**
 * The arbiter as a machine: a step takes an event in, and says what is to be done. It reads no clock, has no timers and
 * draws nothing; what it is given it leaves as it was.
 */
import { succeeded } from './breaker.ts'
import { callOff, count, type Draft, draftOf, finished, judgeFailed, putBack, tryAgain } from './draft.ts'
import type { Matter } from './matter.ts'
import { lookAt, takeOutcome } from './news.ts'
import { proceed } from './proceed.ts'
import { rulingOf } from './ruling.ts'
import { withCall, withTokens } from './spending.ts'
import type { ArbiterEvent, ArbiterState, Effect } from './state.ts'

export function step(state: ArbiterState, event: ArbiterEvent): readonly [ArbiterState, readonly Effect[]] {
  const draft = draftOf(state, event.at)
  take(draft, event)
  proceed(draft)
  return finished(draft)
}

function take(draft: Draft, event: ArbiterEvent): void {
  switch (event.event) {
    case 'tick':
      return
    case 'news':
      for (const look of event.looks) lookAt(draft, look)
      for (const outcome of event.outcomes) takeOutcome(draft, outcome)
      return
    case 'verdict':
      takeVerdict(draft, event)
      return
    case 'failure': {
      const matter = judgedIn(draft, event)
      if (matter === undefined) return
      judgeFailed(draft, event.message, event.retryAfterMs)
      tryAgain(draft, matter)
      return
    }
    case 'aborted': {
      const matter = judgedIn(draft, event)
      if (matter === undefined) return
      callOff(draft, event.call)
      putBack(draft, matter, draft.settings.times.retry)
      return
    }
    case 'asked':
      draft.calls = withCall(draft.calls, {
        call: draft.nextCall++,
        at: draft.now,
        scope: event.scope,
        tokens: 0,
      })
      return
    case 'answered':
      draft.calls = withTokens(draft.calls, event.call, event.tokens)
      draft.breaker = succeeded()
      return
    case 'unanswered':
      judgeFailed(draft, event.message, event.retryAfterMs)
      return
    case 'no-case':
      if (judgedIn(draft, event) === undefined) return
      callOff(draft, event.call)
      draft.matters.delete(event.id)
  }
}

/** Undefined if that call was given up in the meantime. */
function judgedIn(
  draft: Draft,
  { id, call }: { readonly id: string; readonly call: number },
): Matter | undefined {
  const matter = draft.matters.get(id)
  return matter?.phase.name === 'judging' && matter.phase.call === call ? matter : undefined
}

function takeVerdict(draft: Draft, event: ArbiterEvent & { readonly event: 'verdict' }): void {
  const { id, call, judgement, cause } = event
  const { input, output } = judgement.tokens
  draft.calls = withTokens(draft.calls, call, input + output)
  const matter = judgedIn(draft, event)
  if (matter === undefined) {
    count(draft, 'unused')
    return
  }
  draft.breaker = succeeded()
  draft.lastVerdictAt = draft.now
  const ruling = rulingOf(judgement, cause)
  const by = 'defer' in ruling.settlement ? 'deferral' : 'verdict'
  const { seen } = matter.conflict
  draft.matters.set(id, { ...matter, phase: { name: 'settling', by, seen } })
  draft.effects.push({ do: 'settle', id, ruling, seen })
}
