import { compareTime, limits, nextTime } from '@folkmoot/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const time = fc.record({ at: fc.nat(2 ** 31 - 1), tick: fc.nat(limits.TICK_MAX) })

test('[E8] the next time is after the last, and not before the clock, whichever way the clock jumps', () => {
  fc.assert(
    fc.property(time, fc.nat(2 ** 31 - 1), (last, nowMs) => {
      const next = nextTime(last, nowMs)
      expect(compareTime(next, last)).toBeGreaterThan(0)
      expect(next.at).toBeGreaterThanOrEqual(nowMs)
      expect(next.tick).toBeLessThanOrEqual(limits.TICK_MAX)
    }),
  )
})

test('within one millisecond it counts, and past the last tick it goes on into the next', () => {
  expect(nextTime({ at: 5, tick: 0 }, 5)).toEqual({ at: 5, tick: 1 })
  expect(nextTime({ at: 5, tick: 7 }, 4)).toEqual({ at: 5, tick: 8 })
  expect(nextTime({ at: 5, tick: 7 }, 6)).toEqual({ at: 6, tick: 0 })
  expect(nextTime({ at: 5, tick: limits.TICK_MAX }, 4)).toEqual({ at: 6, tick: 0 })
})
