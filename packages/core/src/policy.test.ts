/** Policies: what they may say, and which clause decides. */
import {
  type Conflict,
  DEFAULT_SCOPE,
  type DocumentRow,
  decide,
  erase,
  type Json,
  matchesGlob,
  note,
  POLICY,
  type Policy,
  PRESET_POLICY,
  parsePolicy,
  policyIn,
  RESOLVER_NAMES,
  rightsFor,
  type ScopeId,
  UsageError,
} from '@folkmoot/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { scene } from '../../../test/support/dispute.ts'
import { grantTo, type TestNode, write } from '../../../test/support/replicas.ts'

const memory = { kind: 'fact', key: 'customer/anna/seat' }
const conflict = { register: 'content', cause: 'concurrent-values', importance: 0.5 } as const

const by = (clauses: Policy['clauses'], more: Partial<Conflict> = {}) =>
  decide({ version: 1, clauses }, memory, { ...conflict, ...more })

/** Some scope. */
const HERE = 'a'.repeat(32) as ScopeId

describe('[C9] of a policy', () => {
  test('the first clause that fits decides, and all that it says must fit', () => {
    const clauses: Policy['clauses'] = [
      { when: { kind: 'fact', key: 'customer/*/meal' }, rule: 'max' },
      { when: { field: 'validFrom' }, rule: 'union' },
      { when: { cause: 'update-versus-retract' }, rule: 'person' },
      {
        when: { key: 'customer/*/seat', kind: 'fact', field: 'content' },
        rule: 'confidence',
        advice: 'ask her',
      },
      { rule: 'keep-all' },
    ]
    expect(by(clauses)).toMatchObject({
      clause: 4,
      rule: 'confidence',
      resolver: 'confidence',
      advice: 'ask her',
    })
    expect(by(clauses, { register: 'validFrom' })).toMatchObject({ clause: 2, rule: 'union' })
    expect(by(clauses, { cause: 'update-versus-retract' })).toMatchObject({ clause: 3, resolver: 'latest' })
    expect(by(clauses, { register: 'metadata' })).toMatchObject({ clause: 5, advice: null })
  })

  test('a suspicion about two memories is decided only by a clause that means suspicions', () => {
    const suspicion = { ...conflict, cause: 'suspected-contradiction' } as const
    const any: Policy = { version: 1, clauses: [{ rule: 'latest' }] }
    expect(decide(any, { kind: 'fact', key: null }, suspicion).clause).toBeNull()
    const meant: Policy = {
      version: 1,
      clauses: [...any.clauses, { when: { cause: suspicion.cause }, rule: 'person' }],
    }
    expect(decide(meant, { kind: 'fact', key: null }, suspicion)).toMatchObject({ clause: 2, rule: 'person' })
  })

  test('no clause fits: then none decides', () => {
    expect(by([])).toMatchObject({ clause: null, rule: 'latest', resolver: 'latest' })
    expect(by([{ when: { kind: 'project' }, rule: 'max' }]).clause).toBeNull()
  })

  test('a clause by key fits no memory without one', () => {
    const keyless = { kind: 'fact', key: null }
    const policy: Policy = { version: 1, clauses: [{ when: { key: '*' }, rule: 'max' }] }
    expect(decide(policy, keyless, conflict).clause).toBeNull()
  })

  test('what matters less is settled by the lesser rule', () => {
    const clause = { rule: 'arbiter', below: { importance: 0.3, rule: 'confidence' } } as const
    expect(by([clause], { importance: 0.29 })).toMatchObject({ rule: 'confidence', resolver: 'confidence' })
    expect(by([clause], { importance: 0.3 })).toMatchObject({ rule: 'arbiter', resolver: 'confidence' })
  })

  test('what waits for a judge is shown as its latest word meanwhile', () => {
    for (const rule of ['arbiter', 'person'] as const)
      expect(by([{ rule }])).toMatchObject({ rule, resolver: 'latest' })
  })

  test('every rule that there is can be told', () => {
    for (const rule of RESOLVER_NAMES) {
      const order = rule === 'authority' ? { order: ['billing', '*'] } : {}
      expect(by(parsePolicy({ version: 1, clauses: [{ rule, ...order }] }).clauses).resolver).toBe(rule)
    }
  })

  test.each<[string, unknown, string]>([
    ['a text', 'latest', 'policy: the whole: not an object with version, clauses'],
    ['a list', [], 'policy: version: is missing'],
    ['another version', { version: 2, clauses: [] }, 'policy: version: 2 is not known: there is 1'],
    ['no clauses', { version: 1 }, 'policy: clauses: is missing'],
    [
      'a clause that is none',
      { version: 1, clauses: [7] },
      'policy: clause 1: not an object with when, rule,',
    ],
    ['a clause without a rule', { version: 1, clauses: [{}] }, 'policy: clause 1, rule: is missing'],
    [
      'a rule that there is not',
      { version: 1, clauses: [{ rule: 'latest' }, { rule: 'coin' }] },
      'policy: clause 2, rule: "coin" is none of latest, authority, confidence, max, union, keep-all, arbiter, person',
    ],
    [
      'a condition that there is not',
      { version: 1, clauses: [{ when: { colour: 'red' }, rule: 'max' }] },
      'policy: clause 1, when.colour: there is no such field: there are kind, key, field, cause',
    ],
    [
      'an importance beyond 1',
      { version: 1, clauses: [{ rule: 'person', below: { importance: 2, rule: 'max' } }] },
      'policy: clause 1, below.importance: not a number from 0 to 1',
    ],
    [
      'a judge for what matters less',
      { version: 1, clauses: [{ rule: 'person', below: { importance: 0, rule: 'arbiter' } }] },
      'policy: clause 1, below.rule: "arbiter" is none of latest, authority',
    ],
    [
      'authority without an order',
      { version: 1, clauses: [{ rule: 'max' }, { rule: 'authority' }] },
      'policy: clause 2: authority needs an order of agents',
    ],
    [
      'an empty order',
      { version: 1, clauses: [{ rule: 'authority', order: [] }] },
      'clause 1, order: not a list of 1 to 256',
    ],
    [
      'an agent without a name',
      { version: 1, clauses: [{ rule: 'authority', order: ['a', ''] }] },
      'clause 1, order 2: not a text of 1 to 256 characters',
    ],
    [
      'too many clauses',
      { version: 1, clauses: Array.from({ length: 257 }, () => ({ rule: 'max' })) },
      'policy: clauses: not a list of 0 to 256',
    ],
  ])('%s is refused, and the place is named', (_, value, place) => {
    expect(() => parsePolicy(value)).toThrow(UsageError)
    expect(() => parsePolicy(value)).toThrow(place)
    expect(policyIn(value as Json)).toBeUndefined()
  })

  test('the one to begin with is one', () => {
    expect(parsePolicy(JSON.parse(JSON.stringify(PRESET_POLICY)))).toEqual(PRESET_POLICY)
    const kinds = ['preference', 'tasks', 'project', 'fact'].map(
      kind => decide(PRESET_POLICY, { kind, key: null }, conflict).rule,
    )
    expect(kinds).toEqual(['latest', 'union', 'arbiter', 'authority'])
  })
})

describe('[C9] the note that holds a policy', () => {
  const set = (at: TestNode, policy: Policy | null, mesh: ReturnType<typeof scene>['mesh']) =>
    write(at, note({ scope: DEFAULT_SCOPE, name: POLICY, register: POLICY, value: policy as Json }, mesh))
      .row as DocumentRow

  test('takes the right to arbitrate, whatever else is in the change', () => {
    const view = { row: () => undefined, isBarred: () => false, salt: () => new Uint8Array(16) } as never
    const plan = note({ scope: DEFAULT_SCOPE, name: POLICY, register: POLICY, value: null }, scene().mesh)
    const { body } = plan.plan(view)
    expect(rightsFor(body, HERE)).toEqual(['arbitrate'])
    const ops = [
      ['put', 'content', 'x'],
      ['put', POLICY, null],
    ]
    expect(rightsFor({ ...body, ops } as never, HERE)).toEqual(['arbitrate'])
  })

  test('is refused to who may only write', () => {
    const { mesh, bob } = scene()
    expect(() => set(bob, PRESET_POLICY, mesh)).toThrow(expect.objectContaining({ code: 'forbidden' }))
  })

  test('cannot be erased with less: nothing could ever take its place', () => {
    const { mesh, ann, bob, meet } = scene()
    write(ann, grantTo('ann', { scope: '*', rights: ['arbitrate'] }))
    const { id } = set(ann, PRESET_POLICY, mesh)
    meet()
    expect(() => write(bob, erase(id))).toThrow(expect.objectContaining({ code: 'forbidden' }))
    write(ann, erase(id))
  })

  test('and so does settling what it says', () => {
    const body = { type: 'change', ops: [['settle', POLICY, { kind: 'defer', supersedes: [] }]] } as never
    expect(rightsFor(body, HERE)).toEqual(['arbitrate'])
  })

  test('keeps both that were set apart, until a third is set in sight of them', () => {
    const { mesh, ann, bob, meet, row } = scene()
    write(ann, grantTo('bob', { scope: '*', rights: ['arbitrate'] }))
    write(ann, grantTo('ann', { scope: '*', rights: ['arbitrate'] }))
    meet()
    const { id } = set(ann, { version: 1, clauses: [{ rule: 'max' }] }, mesh)
    set(bob, { version: 1, clauses: [{ rule: 'union' }] }, mesh)
    meet()
    expect(row(id)).toMatchObject({ type: 'note', conflicts: [{ register: POLICY, status: 'open' }] })
    set(bob, PRESET_POLICY, mesh)
    meet()
    expect(row(id)).toMatchObject({ conflicts: [{ status: 'resolved', resolution: { kind: 'overwrite' } }] })
    expect(row(id).registers[POLICY]).toMatchObject([{ value: PRESET_POLICY }])
  })
})

describe('[C9] a pattern of keys', () => {
  test('fits as its expression of the same meaning does', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*'), maxLength: 12 })
    fc.assert(
      fc.property(text, text, (pattern, key) => {
        const parts = pattern.split('*').map(part => part.replace(/[^\w]/g, '\\$&'))
        expect(matchesGlob(pattern, key)).toBe(new RegExp(`^${parts.join('.*')}$`, 's').test(key))
      }),
    )
  })

  test('takes time in proportion to the key, also where an expression would not', () => {
    expect(matchesGlob('*a'.repeat(100), 'a'.repeat(10_000))).toBe(true)
    expect(matchesGlob(`${'*a'.repeat(100)}*b`, 'a'.repeat(10_000))).toBe(false)
  })
})
