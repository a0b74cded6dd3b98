import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NORMALISED_LENGTH_MAX, READ_LENGTH_MAX } from './limits.ts'
import { relate } from './relate.ts'
import type { Relation, Statement } from './statement.ts'

const relationOf = (a: string, b: string): Relation['relation'] => relate({ text: a }, { text: b }).relation

const NAMES = ['Ada', 'Björn', 'Chen', 'Dora Lind', '安娜']
const PLACES = ['Oslo', 'Bergen', 'Lyon', 'staging', 'the cellar']
const DAYS = ['Monday', 'Tuesday', '3 May 2026', '2026-05-04', 'Q3']
const NUMBERS = ['1', '2', '12', '1,200', '-5', '0.5', 'seven', '3.2.0', '0134']
const UNITS = ['km', 'hours', 'euros', 'boxes', '%']

const parts = fc.record({
  name: fc.constantFrom(...NAMES),
  verb: fc.constantFrom('is in', 'lives in', 'flies to', 'flies from', 'works at', 'likes', 'left'),
  not: fc.constantFrom('', '', 'never ', 'no longer '),
  place: fc.constantFrom(...PLACES),
  day: fc.constantFrom('', ...DAYS.map(day => ` on ${day}`)),
  amount: fc.constantFrom('', ...NUMBERS.flatMap(number => UNITS.map(unit => ` with ${number} ${unit}`))),
  lead: fc.constantFrom('', '', 'Actually ', 'If asked, ', 'Bob says that '),
  end: fc.constantFrom('', '.', '!', '?', '  '),
})
type Parts = typeof parts extends fc.Arbitrary<infer T> ? T : never

const sentenceOf = ({ lead, name, not, verb, place, amount, day, end }: Parts): string =>
  `${lead}${name} ${not}${verb} ${place}${amount}${day}${end}`
const sentence = parts.map(sentenceOf)

/** Two sentences that differ in three parts at most. */
const PARTS = ['name', 'verb', 'not', 'place', 'day', 'amount', 'lead', 'end'] as const
const alike = fc
  .tuple(parts, parts, fc.subarray([...PARTS], { maxLength: 3 }))
  .map(
    ([a, b, changed]) => [a, { ...a, ...Object.fromEntries(changed.map(part => [part, b[part]])) }] as const,
  )

const anyText = fc.oneof(
  sentence,
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom(
    '',
    ' ',
    '.',
    ':',
    'a:',
    ':b',
    "'s",
    "n't",
    '-',
    '不',
    'not not',
    'instead of',
    'moved from to',
    'no more than',
  ),
)

const statement: fc.Arbitrary<Statement> = fc.record(
  {
    text: anyText,
    key: fc.option(fc.string({ maxLength: 20 })),
    at: fc.integer({ min: 0, max: 2e12 }),
    validFrom: fc.integer({ min: 0, max: 10 }),
    validUntil: fc.integer({ min: 0, max: 10 }),
    agent: fc.constantFrom('x', 'y'),
    entities: fc.array(fc.constantFrom('Ada', 'ada', 'Chen'), { maxLength: 2 }),
  },
  { requiredKeys: ['text'] },
)

describe('of any two statements', () => {
  test('the relation is the same from both sides, and which is finer is turned round', () => {
    fc.assert(
      fc.property(statement, statement, (a, b) => {
        const there = relate(a, b)
        const back = relate(b, a)
        expect(back.relation).toBe(there.relation)
        expect(back.score).toBeCloseTo(there.score, 10)
        expect(back.finer).toBe(there.finer === null ? null : there.finer === 'a' ? 'b' : 'a')
      }),
      { numRuns: 3000 },
    )
  })

  test('it is the same every time, has a score from 0 to 1, and says which rung found it', () => {
    fc.assert(
      fc.property(statement, statement, (a, b) => {
        const relation = relate(a, b)
        expect(relate(a, b)).toEqual(relation)
        expect(relation.score).toBeGreaterThanOrEqual(0)
        expect(relation.score).toBeLessThanOrEqual(1)
        expect(relation.evidence.length).toBeGreaterThan(0)
        expect(relation.finer === null).toBe(relation.relation !== 'refines')
      }),
      { numRuns: 2000 },
    )
  })

  test('evidence is one of a few phrases, whatever the texts are', () => {
    const details = new Set<string>()
    fc.assert(
      fc.property(statement, statement, (a, b) => {
        for (const { detail } of relate(a, b).evidence) details.add(detail)
      }),
      { numRuns: 3000 },
    )
    expect(details.size).toBeLessThan(60)
    for (const detail of details) expect(detail).toMatch(/^[a-z ,]{5,50}$/)
  })

  test('a text is the same as itself, however it is typed', () => {
    fc.assert(
      fc.property(anyText, text => {
        expect(relationOf(text, text)).toBe('same')
        expect(relationOf(text, `  ${text} `)).toBe('same')
        expect(relationOf(text, text.normalize('NFD'))).toBe('same')
      }),
      { numRuns: 2000 },
    )
  })
})

describe('what is called the same', () => {
  test('has the same names, numbers, days and denials', () => {
    const said = ({ name, verb, not, place, day, amount }: Parts) => ({ name, verb, not, place, day, amount })
    let same = 0
    fc.assert(
      fc.property(alike, ([a, b]) => {
        if (relationOf(sentenceOf(a), sentenceOf(b)) !== 'same') return
        same += 1
        expect(said(b)).toEqual(said(a))
      }),
      { numRuns: 10_000 },
    )
    // More than a few are the same, so that this is no empty claim.
    expect(same).toBeGreaterThan(500)
  })

  test.each([
    ['Mara flies to Oslo', 'Mara flies from Oslo'],
    ['Elif likes tea and coffee', 'Elif likes tea or coffee'],
    ['Visitors must wear a badge', 'Visitors may wear a badge'],
    ['Anna has a lawyer', 'Anna is a lawyer'],
    ['It is -5 degrees', 'It is 5 degrees'],
    ['Use C', 'Use C++'],
    ['a < b', 'a > b'],
    ['Ship it 👍', 'Ship it 👎'],
    ['Transfer 100 from A to B', 'Transfer 100 from B to A'],
    ['The number is 9007199254740993', 'The number is 9007199254740992'],
    ['The code is 0134', 'The code is 134'],
    ['I do not know that it is not down', 'I know that it is down'],
    ['All tests pass', 'Some tests pass'],
    ['The disk is /dev/sda', 'The disk is /dev/sdb'],
    ['Jones left', 'Jone left'],
  ])('is not %j and %j', (a, b) => {
    expect(relationOf(a, b)).not.toBe('same')
  })
})

describe('no contradiction is claimed', () => {
  test.each([
    ['Anna lives in Berlin with her brother', 'Anna lives in Berlin with her sister'],
    ['Paul lives in Rome', 'Paul lives in Italy'],
    ['Paul works at Acme', 'Paul works at the Berlin office'],
    ['Paul works on Atlas', 'Paul works on Borealis'],
    ['Paul moved to Rome in 2019', 'Paul moved to Paris in 2022'],
    ['Anna likes Bob', 'Bob likes Anna'],
    ['Anna likes small dogs', 'Anna likes large dogs'],
    ['Bob prefers tea', 'Bob prefers dark mode'],
    ["Rosa's dog is big", "Rosa's dog is brown"],
    ['The left door is locked', 'The right door is unlocked'],
    ['Anna bought 3 apples', 'Anna bought 4 apples'],
    ['The CEO of Acme is Bob', 'The CTO of Acme is Carol'],
    ['Version 2 is stable', 'Version 3 is unstable'],
    ['The app costs 5 dollars', 'The app costs 7 euros'],
    ['tags: red', 'tags: blue'],
    ['Rosa is happy', 'Rosa is not unhappy'],
    ['The job was run on 3 May', 'The job was run on 4 May'],
  ])('between %j and %j', (a, b) => {
    expect(relationOf(a, b)).not.toBe('contradicts')
  })
})

describe('what keeps two statements apart', () => {
  test('times for which they hold that do not meet', () => {
    const here = { text: 'The office is in Oslo', validFrom: 0, validUntil: 10 }
    expect(relate(here, { text: 'The office is in Bergen', validFrom: 5 }).relation).toBe('contradicts')
    expect(relate(here, { text: 'The office is in Bergen', validFrom: 10 }).relation).toBe('unrelated')
    expect(relate(here, { text: 'The office is in Oslo', validFrom: 10 }).relation).toBe('unrelated')
  })

  test('agents that speak of themselves', () => {
    const mine = { text: 'My name is Ada', agent: 'x' }
    expect(relate(mine, { text: 'My name is Ada', agent: 'x' }).relation).toBe('same')
    expect(relate(mine, { text: 'My name is Ada', agent: 'y' }).relation).toBe('unrelated')
    expect(relate(mine, { text: 'My name is Chen', agent: 'x' }).relation).toBe('contradicts')
    expect(relate(mine, { text: 'My name is Chen', agent: 'y' }).relation).toBe('unrelated')
  })

  test('days that depend on when it was said', () => {
    const day = 86_400_000
    const today = { text: 'The demo is today', at: 0 }
    expect(relate(today, { text: 'The demo is today', at: day - 1 }).relation).toBe('same')
    expect(relate(today, { text: 'The demo is today', at: day }).relation).toBe('unrelated')
  })

  test('entities that their authors named', () => {
    const [a, b] = [{ text: 'Anna lives in Oslo' }, { text: 'Anna lives in Lyon' }]
    expect(relate(a, b).relation).toBe('contradicts')
    expect(relate({ ...a, entities: ['Anna Berg'] }, { ...b, entities: ['Anna Roux'] }).relation).toBe(
      'unrelated',
    )
    expect(relate({ ...a, entities: ['anna'] }, { ...b, entities: ['Anna'] }).relation).toBe('contradicts')
  })

  test('keys of bare values', () => {
    const port = { text: '8080', key: 'api/port' }
    expect(relate(port, { text: '9090', key: 'api/port' }).relation).toBe('contradicts')
    expect(relate(port, { text: '9090', key: 'web/port' }).relation).toBe('unrelated')
    expect(relate(port, { text: '8080', key: 'web/port' }).relation).toBe('unrelated')
    expect(relate(port, { text: 'api port: 8080' }).relation).toBe('same')
  })
})

test('a long text is equal to another one, or nothing is claimed', () => {
  const long = 'The server is up. '.repeat(READ_LENGTH_MAX)
  expect(relationOf(long, long.toUpperCase())).toBe('same')
  expect(relationOf(long, `${long} The server is down.`)).toBe('unrelated')
  const huge = 'a'.repeat(NORMALISED_LENGTH_MAX + 1)
  expect(relationOf(huge, huge)).toBe('same')
  expect(relationOf(huge, `${huge}b`)).toBe('unrelated')
})

test('which of two says more', () => {
  expect(relate({ text: 'Anna plays the cello' }, { text: 'Anna plays the cello in a quartet' }).finer).toBe(
    'b',
  )
  expect(relate({ text: 'It weighs 5.1 kg' }, { text: 'It weighs about 5 kg' }).finer).toBe('a')
})

test.each([
  ["Camille n'aime pas le thé", 'Camille aime le thé'],
  ['Camille n’aime pas le thé', 'Camille aime le thé'],
  ["L'entreprise n'a pas de site", "L'entreprise a un site"],
])('a denial that is written together with its verb is one: %s', (denial, statement) => {
  expect(relationOf(denial, statement)).toBe('contradicts')
})
