import {
  disagree,
  type EntryHash,
  type Json,
  newest,
  nodeId,
  resolveSiblings,
  type Sibling,
  sha256,
  toHex,
  utf8,
} from '@folkmoot/core'
import { describe, expect, test } from 'vitest'

const sibling = (value: Json, more: Partial<Sibling> = {}): Sibling => ({
  value,
  ended: false,
  node: nodeId(sha256(utf8(JSON.stringify(value)))),
  at: 1,
  tick: 0,
  entry: toHex(sha256(utf8(JSON.stringify([value, more])))) as EntryHash,
  confidence: null,
  ...more,
})
const ended = sibling(null, { ended: true })

describe('[C1] siblings that differ disagree; equal ones corroborate', () => {
  test.each<[string, Sibling[], boolean]>([
    ['none', [], false],
    ['one', [sibling('a')], false],
    ['two equal', [sibling('a', { at: 1 }), sibling('a', { at: 2 })], false],
    [
      'two equal objects, written in another order',
      [sibling({ a: 1, b: [2] }), sibling({ b: [2], a: 1 })],
      false,
    ],
    ['two tombstones', [ended, { ...ended, at: 2 }], false],
    ['two different', [sibling('a'), sibling('b')], true],
    ['a value and a tombstone', [sibling('a'), ended], true],
    ['a tombstone and a null', [sibling(null), ended], true],
    ['1 and "1"', [sibling(1), sibling('1')], true],
    ['many equal and one other', [sibling('a'), sibling('a'), sibling('b')], true],
  ])('%s', (_, siblings, expected) => expect(disagree(siblings)).toBe(expected))
})

describe('[C4] a resolver is a table, not an opinion', () => {
  const siblings = [
    sibling('old and sure', { at: 1, confidence: 0.9 }),
    sibling('middle', { at: 2 }),
    sibling('new', { at: 3, confidence: 0.2 }),
  ]

  test('latest', () => {
    expect(resolveSiblings(siblings)).toBe('new')
    expect(newest(siblings)?.value).toBe('new')
    expect(resolveSiblings([...siblings, { ...ended, at: 4 }])).toBeNull()
  })

  test('confidence: the surest, and of equally sure the newest', () => {
    expect(resolveSiblings(siblings, 'confidence')).toBe('old and sure')
    expect(resolveSiblings(siblings.slice(1, 2), 'confidence')).toBe('middle')
    expect(resolveSiblings([...siblings, sibling('too', { at: 4, confidence: 0.9 })], 'confidence')).toBe(
      'too',
    )
  })

  test('authority: the most trusted agent`s newest; agents not named come last', () => {
    const agentOf = ({ value }: Sibling) => (value === 'middle' ? 'boss' : 'clerk')
    expect(resolveSiblings(siblings, 'authority', { authority: ['boss', 'clerk'], agentOf })).toBe('middle')
    expect(resolveSiblings(siblings, 'authority', { authority: ['clerk'], agentOf })).toBe('new')
    expect(resolveSiblings(siblings, 'authority')).toBe('new')
  })

  test('keep-all: each value once, oldest first; a single one alone', () => {
    expect(resolveSiblings([...siblings, sibling('new', { at: 9 })], 'keep-all')).toEqual([
      'old and sure',
      'middle',
      'new',
    ])
    expect(resolveSiblings([sibling('a'), sibling('a'), ended], 'keep-all')).toBe('a')
  })

  test.each<[string, Json[], Json]>([
    ['numbers', [9, 10, 2], 10],
    ['decimal text, as numbers and not as letters', ['10', '9'], '10'],
    ['both, given back as they were written', [9.5, '1e1', 3], '1e1'],
    ['signs and fractions', ['-3', '-2.50', '+1.0'], '+1.0'],
    ['of equal ones the newest', ['10', 10, '10.0'], '10.0'],
    [
      'what is no number beside one',
      ['2', 'a lot', '0x10', '', '1e999', ' 7', '.5', 'Infinity', null, true],
      '2',
    ],
    ['no number at all', ['some', 'more'], 'more'],
  ])('max: %s', (_, values, expected) => {
    const said = values.map((value, at) => sibling(value, { at }))
    expect(resolveSiblings(said, 'max')).toBe(expected)
  })

  test('max: a retraction is no number, whatever it holds', () => {
    const gone = { ...ended, value: 99, at: 9 }
    expect(resolveSiblings([sibling('9'), gone], 'max')).toBe('9')
    expect(resolveSiblings([sibling('-1'), { ...ended, at: 9 }], 'max')).toBe('-1')
  })

  test('union: each element once; what is left alone is a list only where it was one', () => {
    const lists = [sibling(['milk', 'tea']), sibling('milk', { at: 2 }), sibling(['rice'], { at: 3 })]
    expect(resolveSiblings(lists, 'union')).toEqual(['milk', 'tea', 'rice'])
    expect(resolveSiblings([sibling('milk'), ended], 'union')).toBe('milk')
    expect(resolveSiblings([sibling('milk'), sibling('milk', { at: 2 }), ended], 'union')).toBe('milk')
    expect(resolveSiblings([sibling(['milk']), ended], 'union')).toEqual(['milk'])
    expect(resolveSiblings([sibling('milk'), sibling(['milk'])], 'union')).toEqual(['milk'])
    expect(resolveSiblings([sibling(['milk']), ended], 'keep-all')).toEqual(['milk'])
  })

  test('of nothing there is nothing', () => {
    for (const name of ['latest', 'authority', 'confidence', 'keep-all'] as const) {
      expect(resolveSiblings([], name)).toBeNull()
    }
  })
})
