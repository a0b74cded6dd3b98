import fc from 'fast-check'
import { expect, test } from 'vitest'
import { backoffMs, retryAfterMs } from './backoff.ts'
import { BACKOFF_MS_MAX, RETRY_AFTER_MS_MAX } from './limits.ts'

const NOW = Date.UTC(2026, 4, 1, 12)

test('waits double, half of each is chance, and they stop growing', () => {
  expect([0, 1, 2, 3].map(retry => backoffMs(retry, 0))).toEqual([250, 500, 1000, 2000])
  expect(backoffMs(0, 0.5)).toBe(375)
  expect(backoffMs(1000, 0.999)).toBeLessThanOrEqual(BACKOFF_MS_MAX)
})

test.each([
  ['7', 7000],
  [' 0.5 ', 500],
  ['0', 0],
  ['Fri, 01 May 2026 12:00:30 GMT', 30_000],
  ['Friday, 01-May-26 12:00:30 GMT', 30_000],
  ['Fri, 01 May 2026 11:00:00 GMT', 0],
  ['999999999', RETRY_AFTER_MS_MAX],
  ['Fri, 01 May 2099 12:00:00 GMT', RETRY_AFTER_MS_MAX],
])('Retry-After %s', (header, ms) => {
  expect(retryAfterMs(header, NOW)).toBe(ms)
})

test('a Retry-After that says nothing is none', () => {
  for (const header of [null, '', '-3', 'soon', '1e9', 'Fri, never'])
    expect(retryAfterMs(header, NOW)).toBeNull()
})

test('whatever a header says, the wait is bounded', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer(), (header, now) => {
      const ms = retryAfterMs(header, now)
      expect(ms === null || (ms >= 0 && ms <= RETRY_AFTER_MS_MAX)).toBe(true)
    }),
  )
})
