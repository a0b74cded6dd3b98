import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseScope } from '../scope.ts'
import {
  covers,
  coversPlace,
  isWithin,
  matches,
  parsePattern,
  parseResource,
  placeOf,
  readPattern,
} from './pattern.ts'

const value = fc.constantFrom('a', 'ab', 'b', 'team-a', 'team-b', 'bo')
const glob = fc.oneof(value, fc.constantFrom('*', 'a*', 'team-*', 't*'))
const dimensions = (of: fc.Arbitrary<string>, ...names: string[]) =>
  fc
    .record(Object.fromEntries(names.map(name => [name, fc.option(of, { nil: undefined })])))
    .map(parts =>
      Object.entries(parts).flatMap(([name, part]) => (part === undefined ? [] : [`${name}=${part}`])),
    )
    .filter(parts => parts.length > 0)
    .map(parts => parts.join(','))
const scopes = dimensions(value, 'app', 'user', 'agent', 'run').map(parseScope)
const patterns = fc.oneof(
  { weight: 1, arbitrary: fc.constant('*') },
  { weight: 6, arbitrary: dimensions(glob, 'app', 'user', 'agent') },
)
const RUNS = { numRuns: 2000 }

describe('a pattern', () => {
  test.each([
    ['user=*, app=shop', 'app=shop,user=*'],
    [' * ', '*'],
    ['user=team-*', 'user=team-*'],
    ['agent=b,user=a,app=c', 'app=c,user=a,agent=b'],
  ])('%s is written %s', (text, canonical) => {
    expect(parsePattern(text)).toBe(canonical)
  })

  test.each([
    '',
    'shop',
    'user=',
    'user=a*b',
    'user=**',
    'run=1',
    'user=a,user=b',
    'user=a b',
    '*,user=a',
    'user=a=b',
  ])('%j is none', text => {
    expect(() => parsePattern(text)).toThrow()
  })
})

test.each([
  ['*', 'user=alice', true],
  ['*', 'app=shop,user=alice', true],
  ['*', 'agent=other', false],
  ['*', 'user=alice,agent=other', false],
  ['*', 'user=alice,agent=me', true],
  ['user=*', 'user=alice', true],
  ['user=*', 'app=shop,user=alice', false],
  ['app=*,user=*', 'user=alice', false],
  ['user=team-*', 'user=team-a', true],
  ['user=team-*', 'user=alice', false],
  ['user=*', 'user=alice,agent=me', true],
  ['user=*', 'user=alice,agent=other', false],
  ['user=*,agent=*', 'user=alice,agent=other', true],
  ['agent=other', 'agent=other', true],
])('[A9] that %s covers %s for the agent "me" is %s', (pattern, scope, expected) => {
  expect(covers(pattern, parseScope(scope), 'me')).toBe(expected)
})

test('reading is idempotent, and the order of dimensions does not matter', () => {
  fc.assert(
    fc.property(patterns, pattern => {
      const canonical = parsePattern(pattern)
      expect(parsePattern(canonical)).toBe(canonical)
      expect(parsePattern(pattern.split(',').reverse().join(','))).toBe(canonical)
    }),
    RUNS,
  )
})

test('[A3] a pattern within another covers nothing more, but for what * is to an admin', () => {
  fc.assert(
    fc.property(patterns, patterns, scopes, value, (narrow, wide, scope, agent) => {
      const isLess = wide !== '*' && isWithin(narrow, wide)
      if (isLess && covers(narrow, scope, agent)) expect(covers(wide, scope, agent)).toBe(true)
    }),
    RUNS,
  )
  fc.assert(
    fc.property(patterns, patterns, patterns, (a, b, c) => {
      expect(isWithin(a, a)).toBe(true)
      expect(isWithin(a, '*')).toBe(true)
      if (isWithin(a, b) && isWithin(b, c)) expect(isWithin(a, c)).toBe(true)
      if (isWithin(a, b) && isWithin(b, a)) expect(parsePattern(a)).toBe(parsePattern(b))
    }),
    RUNS,
  )
})

test('a pattern without * that covers a place is found by name', () => {
  fc.assert(
    fc.property(patterns, scopes, value, (text, scope, agent) => {
      const pattern = readPattern(text)
      fc.pre(!pattern.isOpen)
      const place = placeOf(scope, agent)
      expect(place.literals.includes(pattern.text)).toBe(coversPlace(pattern, place))
    }),
    RUNS,
  )
})

test('resources', () => {
  expect(['crm', 'crm-*', '*'].map(parseResource)).toEqual(['crm', 'crm-*', '*'])
  for (const text of ['', 'a*b', '**']) expect(() => parseResource(text)).toThrow()
  expect(['crm', 'crm-eu', 'wiki'].map(name => matches('crm-*', name))).toEqual([false, true, false])
  expect([matches('*', 'crm-*'), matches('crm-*', '*'), matches('crm-*', 'crm-e*')]).toEqual([
    true,
    false,
    true,
  ])
})
