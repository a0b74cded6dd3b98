import type { ScopeAddress } from '@folkmoot/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Budget, NO_LIMITS } from './settings.ts'
import {
  type Call,
  HOUR_MS,
  leftByScope,
  leftOverall,
  roomFrom,
  withCall,
  withoutCall,
  withTokens,
} from './spending.ts'

const SHOP = 'app=shop' as ScopeAddress
const OPS = 'app=ops' as ScopeAddress
const NOW = 10 * HOUR_MS

function calls(
  ...made: readonly (readonly [minutesAgo: number, scope: ScopeAddress, tokens: number])[]
): Call[] {
  return made.map(([minutes, scope, tokens], call) => ({ call, at: NOW - minutes * 60_000, scope, tokens }))
}

const TWO = calls([50, SHOP, 300], [20, OPS, 500])

describe('there is room for a call', () => {
  test.each<readonly [string, Partial<Budget>, number]>([
    ['at once without a limit', {}, 0],
    ['at once below it', { calls: 3 }, 0],
    ['when the oldest call is an hour old', { calls: 2 }, 10],
    ['when enough of them are', { calls: 1 }, 40],
    ['never, with a budget of nothing', { calls: 0 }, Number.POSITIVE_INFINITY],
    ['when enough tokens are an hour old', { tokens: 600 }, 10],
    ['when the many tokens of the last one are', { tokens: 400 }, 40],
    ['at once, when another scope has spent', { scopeCalls: 2 }, 0],
    ['when the scope has room again', { scopeCalls: 1 }, 10],
    ['when the scope has tokens again', { scopeTokens: 300 }, 10],
    ['when the tighter of two limits allows it', { calls: 1, scopeCalls: 1 }, 40],
  ])('%s', (_name, budget, minutes) => {
    expect(roomFrom(TWO, { ...NO_LIMITS, ...budget }, SHOP, NOW)).toBe(NOW + minutes * 60_000)
  })
})

test('a call is counted from its beginning, and its tokens when they are known', () => {
  const made = withCall(TWO, { call: 9, at: NOW, scope: SHOP, tokens: 0 })
  expect(leftOverall(made, { ...NO_LIMITS, calls: 5, tokens: 1000 }, NOW)).toEqual({
    calls: 2,
    tokens: 200,
    until: null,
  })
  expect(leftOverall(withTokens(made, 9, 250), { ...NO_LIMITS, tokens: 1000 }, NOW).tokens).toBe(0)
  expect(withoutCall(made, 9)).toEqual(TWO)
})

test('what is left is told of each scope that has spent', () => {
  expect(leftByScope(TWO, { ...NO_LIMITS, scopeCalls: 1, scopeTokens: 400 }, NOW)).toEqual([
    { scope: OPS, calls: 0, tokens: 0, until: NOW + 40 * 60_000 },
    { scope: SHOP, calls: 0, tokens: 100, until: NOW + 10 * 60_000 },
  ])
})

test('a budget of nothing has no end', () => {
  expect(leftOverall([], { ...NO_LIMITS, calls: 0 }, NOW)).toEqual({ calls: 0, tokens: null, until: null })
})

test('whoever waits for room never makes more calls in any hour than the limit', () => {
  const limits = fc.record({
    calls: fc.integer({ min: 1, max: 6 }),
    scopeCalls: fc.integer({ min: 1, max: 4 }),
  })
  const wishes = fc.array(fc.record({ ms: fc.nat(HOUR_MS / 2), isShop: fc.boolean() }), { maxLength: 60 })
  fc.assert(
    fc.property(limits, wishes, (limit, all) => {
      const budget = { ...NO_LIMITS, ...limit }
      const made: Call[] = []
      let kept: readonly Call[] = []
      let now = NOW
      for (const { ms, isShop } of all) {
        now += ms
        const scope = isShop ? SHOP : OPS
        if (roomFrom(kept, budget, scope, now) > now) continue
        const call = { call: made.length, at: now, scope, tokens: 0 }
        kept = withCall(kept, call)
        made.push(call)
        const hour = made.filter(({ at }) => at > now - HOUR_MS)
        expect(hour.length).toBeLessThanOrEqual(limit.calls)
        expect(hour.filter(one => one.scope === scope).length).toBeLessThanOrEqual(limit.scopeCalls)
      }
    }),
  )
})
