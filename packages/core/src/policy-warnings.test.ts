import {
  type Conflict,
  decide,
  type Policy,
  PRESET_POLICY,
  parsePolicy,
  policyWarnings,
} from '@folkmoot/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { scene } from '../../../test/support/dispute.ts'

const SUSPECTED = 'suspected-contradiction'
test.each<[string, Policy['clauses'], string[]]>([
  [
    'a field that only describes',
    [{ when: { field: 'kind' }, rule: 'max' }],
    ['clause 1: field "kind" is never in dispute: content, metadata, validFrom, validUntil are'],
  ],
  [
    'a pattern for a kind',
    [{ when: { kind: 'a*' }, rule: 'max' }],
    ['clause 1: kind "a*" is taken letter by letter: * is for anything only in key'],
  ],
  [
    'suspicions without their cause',
    [{ when: { field: 'suspicion' }, rule: 'latest' }],
    [`clause 1: field "suspicion" is only in dispute with cause ${SUSPECTED}`],
  ],
  [
    'a field of a suspicion',
    [{ when: { field: 'content', cause: SUSPECTED }, rule: 'latest' }],
    [`clause 1: field "content" fits no ${SUSPECTED}: leave it out`],
  ],
  [
    'two memories put together',
    [
      { when: { cause: SUSPECTED }, rule: 'union' },
      { when: { cause: SUSPECTED, kind: 'x' }, rule: 'arbiter', below: { importance: 0.5, rule: 'max' } },
    ],
    [
      'clause 1: union settles nothing between two memories: latest, authority and confidence do',
      'clause 2: max settles nothing between two memories: latest, authority and confidence do',
      'clause 2: is never reached: clause 1 fits all that it fits',
    ],
  ],
  [
    'an order for nothing',
    [{ rule: 'latest', order: ['billing'] }],
    ['clause 1: order counts only with authority'],
  ],
  [
    'an agent who is named twice',
    [{ rule: 'authority', order: ['billing', '*', 'billing', '*'] }],
    [
      'clause 1: order names "billing" more than once: the first place counts',
      'clause 1: order names "*" more than once: the first place counts',
    ],
  ],
  [
    'less than nothing',
    [{ rule: 'person', below: { importance: 0, rule: 'max' } }],
    ['clause 1: nothing is less important than 0, so below never counts'],
  ],
  [
    'advice for nobody',
    [{ rule: 'latest', advice: 'Ask her.' }],
    ['clause 1: advice is for who judges, and latest asks nobody'],
  ],
  [
    'what comes after all',
    [
      { rule: 'latest' },
      { when: { kind: 'fact' }, rule: 'max' },
      { when: { cause: SUSPECTED }, rule: 'person' },
    ],
    ['clause 2: is never reached: clause 1 fits all that it fits'],
  ],
  [
    'a narrower pattern after a wider one',
    [
      { when: { key: 'a/*' }, rule: 'latest' },
      { when: { key: 'a/*/c' }, rule: 'max' },
      { when: { key: 'a*' }, rule: 'max' },
      { rule: 'max' },
    ],
    ['clause 2: is never reached: clause 1 fits all that it fits'],
  ],
])('warns of %s', (_, clauses, warnings) => {
  expect(policyWarnings(parsePolicy({ version: 1, clauses }))).toEqual(warnings)
})

test('warns of an agent that nobody acts as, where it is known who there is', () => {
  const below = { importance: 0.5, rule: 'authority' } as const
  const clauses: Policy['clauses'] = [
    { when: { kind: 'a' }, rule: 'authority', order: ['billing', 'biling', '*'] },
    { when: { kind: 'b' }, rule: 'person', order: ['nobody'], below },
    { when: { kind: 'c' }, rule: 'latest', order: ['nobody'] },
  ]
  const warnings = (agents?: ReadonlySet<string>) => policyWarnings({ version: 1, clauses }, agents)
  expect(warnings(new Set(['billing']))).toEqual([
    'clause 1: order names "biling", and no member acts as that agent',
    'clause 2: order names "nobody", and no member acts as that agent',
    'clause 3: order counts only with authority',
  ])
  expect(warnings()).toEqual(['clause 3: order counts only with authority'])
})

test('warns of nothing that works', () => {
  expect(policyWarnings(PRESET_POLICY)).toEqual([])
  const clauses: Policy['clauses'] = [
    { when: { field: 'metadata', cause: 'concurrent-values' }, rule: 'union' },
    { when: { field: 'suspicion', cause: SUSPECTED }, rule: 'person', advice: 'Look twice.' },
    {
      when: { key: 'a', kind: 'x' },
      rule: 'person',
      order: ['b'],
      below: { importance: 0.5, rule: 'authority' },
    },
    { when: { key: 'a' }, rule: 'max' },
  ]
  expect(policyWarnings({ version: 1, clauses })).toEqual([])
})

test('a clause that is said never to be reached decides nothing, whatever the conflict', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '*'), minLength: 1, maxLength: 4 })
  const maybe = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: undefined })
  const field = fc.constantFrom('content', 'metadata')
  const cause = fc.constantFrom('concurrent-values', SUSPECTED)
  const when = fc.record({ kind: maybe(text), key: maybe(text), field: maybe(field), cause: maybe(cause) })
  const of = fc.record({ kind: text, key: fc.option(text), register: field, cause })
  fc.assert(
    fc.property(fc.array(when, { maxLength: 4 }), of, (whens, { kind, key, ...dispute }) => {
      const clauses = whens.map(conditions => ({ when: conditions, rule: 'latest' })) as Policy['clauses']
      const about = { ...dispute, importance: 0.5 } as Pick<Conflict, 'register' | 'cause' | 'importance'>
      const { clause } = decide({ version: 1, clauses }, { kind, key }, about)
      const unreached = policyWarnings({ version: 1, clauses }).filter(line => line.includes('never reached'))
      expect(unreached.map(line => Number(/\d+/.exec(line)?.[0]))).not.toContain(clause)
    }),
  )
})

test('what it says is in dispute is, and nothing else that agents write', () => {
  const all = scene()
  const registers = ['metadata', 'validFrom', 'validUntil', 'kind', 'importance', 'thread', 'position']
  const saidBy = (who: string) => Object.fromEntries(registers.map(register => [register, who]))
  const { id } = all.say(all.ann, 'open', saidBy('ann'))
  all.say(all.bob, 'shut', saidBy('bob'))
  all.meet()
  const disputed = all.row(id).conflicts.map(({ register }) => register)
  for (const field of ['content', ...registers]) {
    const warned = policyWarnings({ version: 1, clauses: [{ when: { field }, rule: 'latest' }] })
    expect([field, warned.length > 0]).toEqual([field, !disputed.includes(field)])
  }
})
