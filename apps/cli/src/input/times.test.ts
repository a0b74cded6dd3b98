import { expect, test } from 'vitest'
import { parseCount, parsePort, parseShare } from './numbers.ts'
import { parseAsOf, parseDuration, parseEnd, parseLifetime, parseTime } from './times.ts'

const NOW = Date.parse('2026-01-31T12:00:00Z')
const HASH = 'ab'.repeat(32)

test.each([
  ['90s', 90_000],
  ['1h', 3_600_000],
  ['1h 30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['500ms', 500],
  ['2w', 1_209_600_000],
  ['90 seconds', 90_000],
  ['1 second', 1000],
  ['1 hour 30 minutes', 5_400_000],
  ['1minute', 60_000],
  ['2 days', 172_800_000],
  ['1 week', 604_800_000],
  ['1 year', 31_536_000_000],
])('the duration %s', (text, ms) => {
  expect(parseDuration('ttl', text)).toBe(ms)
})

test.each([
  '',
  '5',
  'h',
  '-1h',
  '1 month',
  '1 hourly',
  '1h!',
  'days',
  'Infinity',
])('%j is no duration', text => {
  expect(() => parseDuration('ttl', text)).toThrow(`--ttl ${text}: not a duration`)
})

test.each([
  ['10m', '2026-01-31T11:50:00.000Z'],
  ['2h ago', '2026-01-31T10:00:00.000Z'],
  ['2 days ago', '2026-01-29T12:00:00.000Z'],
  ['1 hour ago', '2026-01-31T11:00:00.000Z'],
  ['yesterday', '2026-01-30T12:00:00.000Z'],
  ['now', '2026-01-31T12:00:00.000Z'],
  ['2026-01-30', '2026-01-30T00:00:00.000Z'],
  ['2026-01-30T10:00:00+02:00', '2026-01-30T08:00:00.000Z'],
  [HASH, [HASH]],
  [`${HASH},abcdef012345`, [HASH, 'abcdef012345']],
])('as of %s', (text, expected) => {
  expect(parseAsOf(text, NOW)).toEqual(expected)
})

test.each([
  '',
  'tomorrow',
  'constructor',
  '5',
  'may',
  'abc',
  'ffffff,',
  '2026-13-40',
])('%j is no time', text => {
  expect(() => parseAsOf(text, NOW)).toThrow('not a time')
})

test.each([
  ['30d', '2026-03-02T12:00:00.000Z'],
  ['2026-02-01', '2026-02-01T00:00:00.000Z'],
])('until %s', (text, expected) => {
  expect(new Date(parseEnd('until', text, NOW)).toISOString()).toBe(expected)
})

test.each([
  ['2026-01-30', /--until 2026-01-30: that is past already/],
  ['0s', /past already/],
  ['soon', /not a time to come/],
  ['999999999y', /not a time to come/],
])('until %s is refused', (text, reason) => {
  expect(() => parseEnd('until', text, NOW)).toThrow(reason)
})

test('what is to last lasts for some time', () => {
  expect(parseLifetime('ttl', '1s')).toBe(1000)
  for (const none of ['0s', '0h 0m', '0.1ms'])
    expect(() => parseLifetime('ttl', none)).toThrow(`--ttl ${none}: that would be over at once`)
})

test('as of a time only', () => {
  expect(parseTime('as-of', '2h ago', NOW)).toBe('2026-01-31T10:00:00.000Z')
  expect(() => parseTime('as-of', HASH, NOW)).toThrow('--as-of')
  expect(() => parseTime('as-of', '999999999y', NOW)).toThrow('--as-of')
})

test('numbers are whole and within bounds', () => {
  expect(parseCount('limit', '12', 1)).toBe(12)
  expect(parseCount('limit', undefined)).toBeUndefined()
  expect(parseCount('limit', '10000', 1, 10_000)).toBe(10_000)
  expect(() => parseCount('limit', '10001', 1, 10_000)).toThrow('--limit 10001: at most 10,000')
  for (const bad of ['0', '-1', '1.5', '1e3', 'ten', '', '9'.repeat(20)]) {
    expect(() => parseCount('limit', bad, 1)).toThrow('--limit')
  }
  expect(parseShare('confidence', '0.9')).toBe(0.9)
  for (const bad of ['1.1', '-0.1', 'x', '', ' '])
    expect(() => parseShare('confidence', bad)).toThrow('from 0 to 1')
  expect(parsePort('blocks', '0')).toBe(0)
  expect(() => parsePort('blocks', '65536')).toThrow('not a port')
})
