import { expect, test } from 'vitest'
import { parseCount, parsePort, parseShare } from './numbers.ts'
import { parseAsOf, parseDuration } from './times.ts'

const NOW = Date.parse('2026-01-31T12:00:00Z')
const HASH = 'ab'.repeat(32)

test.each([
  ['90s', 90_000],
  ['1h', 3_600_000],
  ['1h 30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['500ms', 500],
  ['2w', 1_209_600_000],
])('the duration %s', (text, ms) => {
  expect(parseDuration('ttl', text)).toBe(ms)
})

test.each(['', '5', 'h', '-1h', '1 hour', '1h!', 'Infinity'])('%j is no duration', text => {
  expect(() => parseDuration('ttl', text)).toThrow(`--ttl ${text}: not a duration`)
})

test.each([
  ['10m', '2026-01-31T11:50:00.000Z'],
  ['2h ago', '2026-01-31T10:00:00.000Z'],
  ['2026-01-30', '2026-01-30T00:00:00.000Z'],
  ['2026-01-30T10:00:00+02:00', '2026-01-30T08:00:00.000Z'],
  [HASH, [HASH]],
  [`${HASH},abcdef012345`, [HASH, 'abcdef012345']],
])('as of %s', (text, expected) => {
  expect(parseAsOf(text, NOW)).toEqual(expected)
})

test.each(['', 'yesterday', '5', 'may', 'abc', 'ffffff,', '2026-13-40'])('%j is no time', text => {
  expect(() => parseAsOf(text, NOW)).toThrow('not a time')
})

test('numbers are whole and within bounds', () => {
  expect(parseCount('limit', '12', 1)).toBe(12)
  expect(parseCount('limit', undefined)).toBeUndefined()
  for (const bad of ['0', '-1', '1.5', '1e3', 'ten', '', '9'.repeat(20)]) {
    expect(() => parseCount('limit', bad, 1)).toThrow('--limit')
  }
  expect(parseShare('confidence', '0.9')).toBe(0.9)
  for (const bad of ['1.1', '-0.1', 'x', '', ' '])
    expect(() => parseShare('confidence', bad)).toThrow('from 0 to 1')
  expect(parsePort('blocks', '0')).toBe(0)
  expect(() => parsePort('blocks', '65536')).toThrow('not a port')
})
