/** What holds whatever happens, in whatever order. */
import type { NodeId } from '@folkmoot/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { OpenConflict } from './docket.ts'
import { step } from './machine.ts'
import { wakeAt } from './proceed.ts'
import { NO_LIMITS, TIMES } from './settings.ts'
import { type ArbiterEvent, type Effect, newArbiterState } from './state.ts'
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

const CONCURRENCY = 2
const CALLS_MAX = 7
const IDS = ['c0', 'c1', 'c2', 'c3']

const id = fc.constantFrom(...IDS)
const conflict = fc
  .record({
    id,
    seen: fc.constantFrom(entries('a', 'b'), entries('a', 'b', 'd')),
    rule: fc.constantFrom('arbiter', 'arbiter', 'latest', 'person'),
    place: fc.nat(3),
    claims: fc.array(fc.tuple(fc.constantFrom<NodeId>(SELF, OTHER), fc.integer({ min: -60, max: 400 })), {
      maxLength: 2,
    }),
  })
  .map(({ rule, claims, ...more }) =>
    conflictOf(more.id, {
      ...more,
      decision: decisionFor(rule as OpenConflict['decision']['rule']),
      claims: claims.map(([node, seconds]) => claimBy(node, NOW + seconds * 1000)),
    }),
  )
const happening = fc.oneof(
  fc.record({ what: fc.constant('look' as const), conflict }),
  fc.record({ what: fc.constant('gone' as const), id }),
  fc.record({
    what: fc.constant('outcome' as const),
    conflict,
    fails: fc.constantFrom(null, 'changed', 'disk', 'usage'),
  }),
  fc.record({ what: fc.constant('verdict' as const), nth: fc.nat(20) }),
  fc.record({
    what: fc.constant('failure' as const),
    nth: fc.nat(20),
    retryAfterMs: fc.option(fc.nat(9000)),
  }),
  fc.record({ what: fc.constant('aborted' as const), nth: fc.nat(20) }),
  fc.record({ what: fc.constant('time' as const), ms: fc.nat(400_000) }),
)

test('slots, budget and leases hold; every call is made once and ends once; time alone never gets stuck', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 80 }), happenings => {
      let state = newArbiterState({
        ...SETTINGS,
        concurrency: CONCURRENCY,
        budget: { ...NO_LIMITS, calls: CALLS_MAX },
      })
      let now = NOW
      const made: { id: string; call: number; at: number }[] = []
      const over = new Set<number>()
      const tell = (event: object) => {
        const [next, effects] = step(deepFrozen(state), deepFrozen({ ...event, at: now } as ArbiterEvent))
        state = next
        effects.forEach(take)
      }
      const take = (effect: Effect) => {
        if (effect.do === 'judge') {
          expect(made.some(({ call }) => call === effect.call)).toBe(false)
          made.push({ id: effect.id, call: effect.call, at: now })
        }
        if (effect.do === 'cancel') {
          expect(over.has(effect.call)).toBe(false)
          over.add(effect.call)
        }
        if (effect.do === 'claim') expect(effect.until).toBe(now + TIMES.lease)
      }
      const nth = (n: number) => made[n % made.length]
      for (const one of happenings) {
        if (one.what === 'look')
          tell({ event: 'news', looks: [[one.conflict.id, one.conflict]], outcomes: [] })
        if (one.what === 'gone') tell({ event: 'news', looks: [[one.id, undefined]], outcomes: [] })
        if (one.what === 'outcome') {
          const failure = one.fails === null ? {} : { failure: { code: one.fails, message: 'no' } }
          const outcome = { id: one.conflict.id, ...failure }
          tell({ event: 'news', looks: [[one.conflict.id, one.conflict]], outcomes: [outcome] })
        }
        if (one.what === 'time') {
          now += one.ms
          tell({ event: 'tick' })
        }
        if ('nth' in one && made.length > 0) {
          const { id: about, call } = nth(one.nth) ?? { id: '', call: 0 }
          const judgement = judgementOf({ kind: 'pick', pick: 1 })
          const retryAfterMs = one.what === 'failure' ? one.retryAfterMs : null
          tell({
            event: one.what,
            id: about,
            call,
            judgement,
            cause: 'concurrent-values',
            retryAfterMs,
            message: 'no',
          })
          over.add(call)
        }
        const phases = [...state.matters.values()].map(({ phase }) => phase)
        const busy = phases.filter(({ name }) => name === 'claiming' || name === 'judging')
        expect(busy.length).toBeLessThanOrEqual(CONCURRENCY)
        expect(state.calls.filter(({ at }) => at > now - 3_600_000).length).toBeLessThanOrEqual(CALLS_MAX)
        for (const phase of phases) if (phase.name === 'judging') expect(phase.until).toBeGreaterThan(now)
        for (const phase of phases) if (phase.name === 'judging') expect(over.has(phase.call)).toBe(false)
        const wakes = wakeAt(state, now)
        if (wakes !== undefined) expect(wakes).toBeGreaterThan(now)
        // Nothing waits for ever: with a free slot there is a time at which it is looked at again.
        const waits = phases.some(({ name }) => name === 'waiting')
        if (waits && busy.length === 0 && !phases.some(({ name }) => name === 'settling'))
          expect(wakes).toBeDefined()
      }
    }),
    { numRuns: 300 },
  )
})
