import { describe, expect, test } from 'vitest'
import type { OpenConflict } from './docket.ts'
import { step } from './machine.ts'
import { wakeAt } from './proceed.ts'
import { FAILURES_MAX, NO_LIMITS, PLACE_MAX, RULINGS_AT_ONCE, type Settings, TIMES } from './settings.ts'
import { type ArbiterEvent, type ArbiterState, type Effect, newArbiterState, type Outcome } from './state.ts'
import { statusOf } from './status.ts'
import {
  claimBy,
  conflictOf,
  decisionFor,
  entries,
  judgementOf,
  NOW,
  OTHER,
  SELF,
  SETTINGS,
} from './testing/conflicts.ts'
import { deepFrozen } from './testing/deep-freeze.ts'

/** Every step is given a state, and an event, of which nothing can be changed. */
class Run {
  state: ArbiterState
  now = NOW

  constructor(settings: Partial<Settings> = {}) {
    this.state = newArbiterState({ ...SETTINGS, ...settings })
  }

  tell(event: Omit<ArbiterEvent, 'at'>): readonly Effect[] {
    const [state, effects] = step(
      deepFrozen(this.state),
      deepFrozen({ ...event, at: this.now } as ArbiterEvent),
    )
    this.state = state
    return effects
  }

  look(...conflicts: readonly OpenConflict[]): readonly Effect[] {
    return this.tell({
      event: 'news',
      looks: conflicts.map(one => [one.id, one] as const),
      outcomes: [],
    } as never)
  }

  gone(id: string): readonly Effect[] {
    return this.tell({ event: 'news', looks: [[id, undefined]], outcomes: [] } as never)
  }

  outcome(conflict: OpenConflict | string, failure?: Outcome['failure']): readonly Effect[] {
    const id = typeof conflict === 'string' ? conflict : conflict.id
    const outcome = { id, ...(failure === undefined ? {} : { failure }) }
    const look = [id, typeof conflict === 'string' ? undefined : conflict] as const
    return this.tell({ event: 'news', looks: [look], outcomes: [outcome] } as never)
  }

  after(ms: number): readonly Effect[] {
    this.now += ms
    return this.tell({ event: 'tick' })
  }

  /** From the first look to the call. */
  judging(conflict: OpenConflict): number {
    this.look(conflict)
    this.outcome({ ...conflict, claims: [claimBy(SELF, this.now + TIMES.lease)] })
    return this.state.nextCall - 1
  }

  failure(id: string, call: number, retryAfterMs: number | null = null): readonly Effect[] {
    return this.tell({ event: 'failure', id, call, message: 'no answer', retryAfterMs } as never)
  }

  verdict(id: string, call: number, verdict: Parameters<typeof judgementOf>[0], tokens?: number) {
    return this.tell({
      ...{ event: 'verdict', id, call, cause: 'concurrent-values' },
      judgement: judgementOf(verdict, tokens),
    } as never)
  }
}

describe('[AR1] [AR2] [AR3] who decides', () => {
  test.each<readonly [string, Partial<OpenConflict>, boolean, readonly Effect['do'][]]>([
    ['a rule, at once', { decision: decisionFor('latest') }, true, ['settle']],
    ['a rule, also without a judge', { decision: decisionFor('union') }, false, ['settle']],
    ['the judge, after a claim', {}, true, ['claim']],
    ['nobody, where there is no judge', {}, false, []],
    ['a person, where the policy says so', { decision: decisionFor('person') }, true, []],
    ['a person, where no clause fits', { decision: decisionFor('latest', null) }, true, []],
    ['a person, of what was taken back', { isLeftToPeople: true }, true, []],
  ])('%s', (_name, more, hasJudge, wanted) => {
    const run = new Run({ hasJudge })
    expect(run.look(conflictOf('c', more)).map(effect => effect.do)).toEqual(wanted)
  })
})

describe('[AR4] [AR5] turns', () => {
  test.each([0, 1, 3])('place %i waits so many steps', place => {
    const run = new Run()
    const first = run.look(conflictOf('c', { place }))
    if (place === 0) expect(first).toMatchObject([{ do: 'claim', until: NOW + TIMES.lease }])
    else {
      expect(first).toEqual([])
      expect(wakeAt(run.state, run.now)).toBe(NOW + place * TIMES.claimStep)
      expect(run.after(place * TIMES.claimStep - 1)).toEqual([])
      expect(run.after(1)).toMatchObject([{ do: 'claim' }])
    }
  })

  test('no place waits longer than the last that counts', () => {
    const run = new Run()
    run.look(conflictOf('c', { place: 5000 }))
    expect(wakeAt(run.state, run.now)).toBe(NOW + PLACE_MAX * TIMES.claimStep)
  })

  test("another's claim is waited for, and taken over one step for each place after it has run out", () => {
    const run = new Run()
    const until = NOW + 60_000
    expect(run.look(conflictOf('c', { place: 1, claims: [claimBy(OTHER, until)] }))).toEqual([])
    expect(wakeAt(run.state, run.now)).toBe(until + TIMES.claimStep)
    expect(run.after(60_000)).toEqual([])
    expect(run.after(TIMES.claimStep)).toMatchObject([{ do: 'claim', id: 'c' }])
    expect(run.state.tallies.takenOver).toBe(1)
  })

  test('a rule waits for a claim, too', () => {
    const run = new Run()
    const ruled = { decision: decisionFor('latest'), claims: [claimBy(OTHER, NOW + 1000)] }
    expect(run.look(conflictOf('c', ruled))).toEqual([])
    expect(run.after(1000)).toMatchObject([{ do: 'settle' }])
  })

  test('[AR7] a claim of its own that it finds is gone on with, for as long as it holds', () => {
    const run = new Run()
    const until = NOW + TIMES.goOn
    expect(run.look(conflictOf('c', { claims: [claimBy(SELF, until)] }))).toMatchObject([{ do: 'judge' }])
    expect(wakeAt(run.state, run.now)).toBe(until)
    expect(run.state.tallies.resumed).toBe(1)
  })

  test('with too little of it left, it is left to run out', () => {
    const run = new Run()
    expect(run.look(conflictOf('c', { claims: [claimBy(SELF, NOW + TIMES.goOn - 1)] }))).toEqual([])
    expect(run.after(TIMES.goOn)).toMatchObject([{ do: 'claim' }])
  })
})

describe('[AR6] two that claim at once', () => {
  const both = [claimBy(OTHER, NOW + TIMES.lease), claimBy(SELF, NOW + TIMES.lease)]

  test('the one behind does not begin', () => {
    const run = new Run()
    run.look(conflictOf('c'))
    expect(run.outcome(conflictOf('c', { claims: both }))).toEqual([])
    expect(run.state.tallies).toMatchObject({ yielded: 1 })
    expect(statusOf(run.state, null, run.now).left.calls).toBeNull()
    expect(run.state.calls).toEqual([])
  })

  test('or breaks its call off, when it hears of the other late', () => {
    const run = new Run()
    const call = run.judging(conflictOf('c'))
    expect(run.look(conflictOf('c', { claims: both }))).toEqual([{ do: 'cancel', call }])
    expect(run.state.tallies).toMatchObject({ yielded: 1 })
    expect(run.verdict('c', call, { kind: 'pick', pick: 1 })).toEqual([])
    expect(run.state.tallies).toMatchObject({ unused: 1, byModel: 0 })
  })

  test('the one in front goes on', () => {
    const run = new Run()
    run.judging(conflictOf('c'))
    expect(run.look(conflictOf('c', { claims: [...both].reverse() }))).toEqual([])
    expect(statusOf(run.state, 'm', run.now).judging).toEqual(['c'])
  })
})

describe('[AR8] a value that comes while it is judged', () => {
  test('breaks the call off, and the conflict is judged anew', () => {
    const run = new Run()
    const call = run.judging(conflictOf('c'))
    const effects = run.look(conflictOf('c', { seen: entries('a', 'b', 'd') }))
    expect(effects).toMatchObject([
      { do: 'cancel', call },
      { do: 'claim', seen: ['a', 'b', 'd'] },
    ])
    expect(run.state.tallies.changed).toBe(1)
  })

  test('is noticed at the latest when the verdict is written', () => {
    const run = new Run()
    const call = run.judging(conflictOf('c'))
    expect(run.verdict('c', call, { kind: 'pick', pick: 2 })).toMatchObject([
      { do: 'settle', seen: ['a', 'b'], ruling: { judge: 'model', settlement: { pick: 2 } } },
    ])
    const changed = { code: 'changed' as const, message: 'other candidates' }
    expect(run.outcome(conflictOf('c', { seen: entries('a', 'b', 'd') }), changed)).toEqual([])
    expect(run.after(TIMES.claimStep)).toMatchObject([{ do: 'claim', seen: ['a', 'b', 'd'] }])
  })

  test('a settlement by somebody else breaks it off, too', () => {
    const run = new Run()
    const call = run.judging(conflictOf('c'))
    expect(run.gone('c')).toEqual([{ do: 'cancel', call }])
    expect(statusOf(run.state, 'm', run.now)).toMatchObject({ queued: 0, judging: [] })
  })
})

describe('a verdict', () => {
  test.each([
    [{ kind: 'pick', pick: 1 }, { pick: 1 }, 'byModel'],
    [{ kind: 'merge', value: 'both' }, { value: 'both' }, 'byModel'],
    [
      { kind: 'context', contexts: [{ pick: 1, when: 'at home' }] },
      { contexts: [{ pick: 1, when: 'at home' }] },
      'byModel',
    ],
    [{ kind: 'defer' }, { defer: true }, 'deferred'],
  ] as const)('%o is written down as %o', (verdict, settlement, tally) => {
    const run = new Run()
    const call = run.judging(conflictOf('c'))
    expect(run.verdict('c', call, verdict)).toMatchObject([{ do: 'settle', ruling: { settlement } }])
    run.outcome('c')
    expect(run.state.tallies[tally]).toBe(1)
    expect(run.state.matters.size).toBe(0)
    expect(run.state.lastVerdictAt).toBe(NOW)
  })

  test('that cannot be written down at all is not asked for again', () => {
    const run = new Run()
    const call = run.judging(conflictOf('c'))
    run.verdict('c', call, { kind: 'merge', value: '' })
    run.outcome(conflictOf('c'), { code: 'usage', message: 'the text is empty' })
    expect(run.state.matters.size).toBe(0)
    expect(run.state.lastError).toBe('the text is empty')
  })
})

describe('[AR12] [AR13] a judge that fails', () => {
  test('is asked again, later each time, while its claim holds', () => {
    const run = new Run()
    const call = run.judging(conflictOf('c'))
    expect(run.failure('c', call)).toEqual([])
    expect(wakeAt(run.state, run.now)).toBe(NOW + TIMES.retry)
    expect(run.after(TIMES.retry)).toMatchObject([{ do: 'judge' }])
    run.failure('c', call + 1)
    expect(wakeAt(run.state, run.now)).toBe(run.now + 2 * TIMES.retry)
  })

  test('several times in a row is left alone, nothing is claimed meanwhile, and one call tries again', () => {
    const run = new Run({ concurrency: 1 })
    for (let i = 0; i < FAILURES_MAX; i++) run.failure(`c${i}`, run.judging(conflictOf(`c${i}`)))
    expect(statusOf(run.state, 'm', run.now).breaker).toEqual({ state: 'open', until: NOW + TIMES.pause })
    expect(run.look(conflictOf('d'), conflictOf('e'))).toEqual([])
    expect(run.after(TIMES.pause).filter(effect => effect.do !== 'cancel')).toHaveLength(1)
    expect(run.state.breaker.state).toBe('half-open')
  })

  test('and says when to come again is left alone until then', () => {
    const run = new Run()
    run.failure('c', run.judging(conflictOf('c')), 600_000)
    expect(statusOf(run.state, 'm', run.now).breaker).toEqual({ state: 'open', until: NOW + 600_000 })
  })

  test('to answer in time has failed', () => {
    const run = new Run()
    const call = run.judging(conflictOf('c'))
    expect(run.after(TIMES.judgement - 1)).toEqual([])
    expect(run.after(1)).toEqual([{ do: 'cancel', call }])
    expect(run.state.tallies.failed).toBe(1)
  })

  test('lets the next in line go first', () => {
    const run = new Run()
    run.failure('c', run.judging(conflictOf('c')))
    run.now += TIMES.lease
    run.look(conflictOf('c', { claims: [claimBy(SELF, run.now)] }))
    expect(wakeAt(run.state, run.now)).toBe(run.now + 2 * TIMES.claimStep)
  })

  test('to have anything put before it costs nothing', () => {
    const run = new Run()
    const call = run.judging(conflictOf('c'))
    run.tell({ event: 'no-case', id: 'c', call } as never)
    expect(run.state).toMatchObject({ calls: [], breaker: { state: 'closed', failures: 0 } })
    expect(run.state.matters.size).toBe(0)
  })

  test('by breaking off is tried again and not held against it', () => {
    const run = new Run()
    const call = run.judging(conflictOf('c'))
    run.tell({ event: 'aborted', id: 'c', call } as never)
    expect(run.state.breaker).toEqual({ state: 'closed', failures: 0 })
    expect(wakeAt(run.state, run.now)).toBe(NOW + TIMES.retry)
  })
})

describe('limits', () => {
  test('[AR10] no more are judged at once than so many, the most urgent first', () => {
    const run = new Run({ concurrency: 2 })
    const claims = run.look(
      ...[0.1, 0.9, 0.5, 0.8].map((importance, i) => conflictOf(`c${i}`, { importance })),
    )
    expect(claims.map(effect => effect.do === 'claim' && effect.id)).toEqual(['c1', 'c3'])
    expect(statusOf(run.state, 'm', run.now).queued).toBe(2)
  })

  test('[AR11] a budget that is spent is waited for, and said to be', () => {
    const run = new Run({ budget: { ...NO_LIMITS, calls: 1 } })
    const call = run.judging(conflictOf('c'))
    run.verdict('c', call, { kind: 'pick', pick: 1 })
    run.outcome('c')
    expect(run.look(conflictOf('d'))).toEqual([])
    const { left } = statusOf(run.state, 'm', run.now)
    expect(left).toEqual({ calls: 0, tokens: null, until: NOW + 3_600_000, scopes: [] })
    expect(wakeAt(run.state, run.now)).toBe(NOW + 3_600_000)
    expect(run.after(3_600_000)).toMatchObject([{ do: 'claim', id: 'd' }])
  })

  test('a scope that has spent its own lets others through', () => {
    const run = new Run({ budget: { ...NO_LIMITS, scopeTokens: 100 } })
    run.verdict('c', run.judging(conflictOf('c')), { kind: 'defer' }, 100)
    const other = conflictOf('e', { scope: 'app=ops' as OpenConflict['scope'], importance: 0.1 })
    expect(run.look(conflictOf('d', { importance: 0.9 }), other)).toMatchObject([{ do: 'claim', id: 'e' }])
  })

  test('what rules decide is handed out in portions', () => {
    const run = new Run()
    const all = Array.from({ length: RULINGS_AT_ONCE + 5 }, (_, i) =>
      conflictOf(`c${i}`, { decision: decisionFor('latest') }),
    )
    expect(run.look(...all)).toHaveLength(RULINGS_AT_ONCE)
    expect(run.outcome('c0')).toHaveLength(1)
  })
})

describe('writing', () => {
  test.each(['disk', 'busy', 'no-key'] as const)('%s: it is tried again later', code => {
    const run = new Run()
    run.look(conflictOf('c', { decision: decisionFor('latest') }))
    run.outcome(conflictOf('c', { decision: decisionFor('latest') }), { code, message: 'not now' })
    expect(run.after(TIMES.retry)).toMatchObject([{ do: 'settle' }])
  })

  test('a claim that fails costs no call', () => {
    const run = new Run({ budget: { ...NO_LIMITS, calls: 1 } })
    run.look(conflictOf('c'))
    run.outcome(conflictOf('c'), { code: 'disk', message: 'the disk is full' })
    expect(run.state.calls).toEqual([])
    expect(run.state.lastError).toBe('the disk is full')
  })

  test('what settles nothing is not written over and over', () => {
    const run = new Run()
    const ruled = conflictOf('c', { decision: decisionFor('latest') })
    run.look(ruled)
    expect(run.outcome(ruled)).toEqual([])
    expect(run.after(TIMES.retry - 1)).toEqual([])
    expect(run.after(1)).toMatchObject([{ do: 'settle' }])
    expect(run.outcome(ruled)).toEqual([])
    expect(wakeAt(run.state, run.now)).toBe(run.now + 2 * TIMES.retry)
  })

  test('news that come before the outcome do not lose it', () => {
    const run = new Run()
    run.look(conflictOf('c', { decision: decisionFor('latest') }))
    run.gone('c')
    run.outcome('c')
    expect(run.state.tallies.byRule).toBe(1)
    expect(run.state.matters.size).toBe(0)
  })
})
