import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Breaker, CLOSED, called, calledOff, failed, freeFrom, succeeded } from './breaker.ts'
import { FAILURES_MAX } from './settings.ts'

const times = { pause: 100, pauseMax: 1000 }
const open = (until: number, rounds = 1): Breaker => ({ state: 'open', until, rounds })
const half = (call: number | null, rounds = 1): Breaker => ({ state: 'half-open', call, rounds })

describe('a failure', () => {
  test.each<readonly [string, Breaker, number | null, Breaker]>([
    ['one is borne', CLOSED, null, { state: 'closed', failures: 1 }],
    ['as many as are borne open it', { state: 'closed', failures: FAILURES_MAX - 1 }, null, open(1100)],
    ['a wish to be left alone opens it at once', CLOSED, 700, open(1700)],
    ['a short wish does not shorten the pause', CLOSED, 1, open(1100)],
    ['the one that tried doubles the pause', half(7, 2), null, open(1400, 3)],
    ['no pause is longer than the longest', half(7, 9), null, open(2000, 10)],
    ['a late one changes nothing', open(5000), null, open(5000)],
    ['a late one with a wish may prolong it', open(1050), 700, open(1700)],
    ['no wish is granted for more than an hour', CLOSED, 1e12, open(1000 + 3_600_000)],
    ['nor one for the past', CLOSED, -5, open(1100)],
  ])('%s', (_name, before, retryAfterMs, after) => {
    expect(failed(Object.freeze(before), 1000, retryAfterMs, times)).toEqual(after)
  })
})

test.each<readonly [string, Breaker, number]>([
  ['closed', CLOSED, 0],
  ['open', open(300), 300],
  ['half-open', half(null), 0],
  ['half-open with a call under way', half(3), Number.POSITIVE_INFINITY],
])('%s it lets calls through from a time on', (_name, breaker, from) => {
  expect(freeFrom(breaker)).toBe(from)
})

test('the first call after the pause is alone, and another may try when it came to nothing', () => {
  expect(called(open(300, 4), 9)).toEqual(half(9, 4))
  expect(calledOff(half(9, 4), 9)).toEqual(half(null, 4))
  expect(calledOff(half(9, 4), 8)).toEqual(half(9, 4))
  expect(called(half(null, 4), 10)).toEqual(half(10, 4))
})

test('a success closes it', () => expect(succeeded()).toBe(CLOSED))

test('whatever happens, pauses end, and a success makes it forget', () => {
  const happening = fc.record({ ms: fc.nat(5000), ok: fc.boolean(), retryAfterMs: fc.option(fc.nat(5000)) })
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 60 }), happenings => {
      let breaker: Breaker = CLOSED
      let now = 0
      let inARow = 0
      for (const [call, { ms, ok, retryAfterMs }] of happenings.entries()) {
        now += ms
        if (freeFrom(breaker) > now) continue
        breaker = called(breaker, call)
        breaker = ok ? succeeded() : failed(breaker, now, retryAfterMs, times)
        inARow = ok ? 0 : inARow + 1
        if (ok) expect(breaker).toEqual(CLOSED)
        else expect(freeFrom(breaker)).toBeLessThanOrEqual(now + Math.max(times.pauseMax, retryAfterMs ?? 0))
        if (inARow >= FAILURES_MAX) expect(breaker.state).toBe('open')
      }
    }),
  )
})
