/** Policies on a node: where they are found, what they make readers believe, and what they would have made of the past. */
import {
  DEFAULT_SCOPE,
  type DocumentId,
  type Json,
  note,
  type Op,
  POLICY,
  type Policy,
  PRESET_POLICY,
  type ScopeAddress,
} from '@folkmoot/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { pull, write } from '../../../test/support/replicas.ts'
import { type TrustMesh, trustMesh } from '../../../test/support/trust.ts'
import type { MemoryNode } from './api.ts'

let mesh: TrustMesh
let node: MemoryNode
beforeEach(() => {
  mesh = trustMesh()
  node = mesh.node
})
afterEach(() => mesh.close())

/** Rogue says `aisle`, billing a little later `window`. */
function disputed(
  key: string,
  registers: Record<string, Json> = {},
  said: Json[] = ['aisle', 'window'],
): string {
  const scope = 'app=default'
  mesh.tell('rogue', { scope, content: said[0] ?? '', key, registers })
  return mesh.tell('billing', { scope, content: said[1] ?? '', key, registers })
}

const policyOf = (...clauses: Policy['clauses']): Policy => ({ version: 1, clauses })
const rogueFirst = policyOf({ rule: 'authority', order: ['rogue', '*'] })

describe('a policy', () => {
  test('is none until it is set, is found again, and can be taken away', async () => {
    expect(await node.policy()).toEqual({ scope: null, policy: null, setBy: null, conflict: false })
    expect(await node.setPolicy('standard', { reason: 'to begin with' })).toMatchObject({
      policy: PRESET_POLICY,
      scope: DEFAULT_SCOPE,
    })
    expect(await node.policy()).toMatchObject({
      ...{ scope: 'app=default', policy: PRESET_POLICY, conflict: false },
      setBy: { agent: 'support', name: 'support' },
    })
    await node.setPolicy(null)
    expect((await node.policy()).policy).toBeNull()
  })

  test('that is not there cannot be taken away, and nothing is written', async () => {
    const gone = { code: 'not-found', message: 'no policy of its own in app=default: nothing to take away' }
    await expect(node.setPolicy(null)).rejects.toMatchObject(gone)
    await node.setPolicy('standard')
    await expect(node.setPolicy(null, { scope: 'user=alice' })).rejects.toMatchObject({ code: 'not-found' })
    const { entry } = await node.setPolicy(null)
    const before = await node.status()
    await expect(node.setPolicy(null)).rejects.toMatchObject(gone)
    expect([entry, (await node.status()).entries]).toEqual([expect.any(String), before.entries])
  })

  test('is set with what it says for nothing, and told', async () => {
    const odd = policyOf({ when: { field: 'kind' }, rule: 'max' })
    const warnings = [expect.stringMatching(/^clause 1: field "kind" is never in dispute/)]
    expect(await node.setPolicy(odd)).toMatchObject({ policy: odd, warnings })
    expect(await node.testPolicy(odd)).toMatchObject({ warnings })
    expect(await node.setPolicy('standard')).toMatchObject({ warnings: [] })
  })

  test('is told of agents that no member acts as', async () => {
    const odd = policyOf({ rule: 'authority', order: ['rogue', 'roque', '*'] })
    const warnings = ['clause 1: order names "roque", and no member acts as that agent']
    expect(await node.testPolicy(odd)).toMatchObject({ warnings })
    expect(await node.setPolicy(odd)).toMatchObject({ warnings })
    expect(await node.setPolicy(rogueFirst)).toMatchObject({ warnings: [] })
  })

  test('that is too large for an entry is refused as a policy, in bytes', async () => {
    const clauses = Array.from({ length: 200 }, () => ({ rule: 'person', advice: 'ä'.repeat(1000) }) as const)
    await expect(node.setPolicy(policyOf(...clauses))).rejects.toMatchObject({
      ...{ code: 'too-large', message: /^the policy in bytes of JSON is 40\d{4}, the most is 65536$/ },
    })
    expect(await node.setPolicy(policyOf(...clauses.slice(0, 31)))).toMatchObject({
      warnings: expect.any(Array),
    })
  })

  test('of a scope goes before that of the default scope, which holds where there is none', async () => {
    await node.setPolicy(policyOf({ rule: 'max' }))
    await node.setPolicy(policyOf({ rule: 'union' }), { scope: 'user=alice' })
    const found = async (scope: string) => {
      const { scope: where, policy } = await node.policy(scope)
      return [where, policy?.clauses[0]?.rule]
    }
    expect(await found('user=alice')).toEqual(['user=alice', 'union'])
    expect(await found('user=bob')).toEqual(['app=default', 'max'])
    await node.setPolicy(null, { scope: 'user=alice' })
    expect(await found('user=alice')).toEqual(['app=default', 'max'])
  })

  test('that makes no sense is refused, and its place is named', async () => {
    const wrong = { version: 1, clauses: [{ rule: 'latest' }, { rule: 'coin' }] } as unknown as Policy
    await expect(node.setPolicy(wrong)).rejects.toMatchObject({ code: 'usage', message: /clause 2, rule/ })
    await expect(node.testPolicy(wrong)).rejects.toMatchObject({ code: 'usage' })
    await expect(node.setPolicy('standard', { scope: 'planet=mars' })).rejects.toMatchObject({
      code: 'usage',
    })
  })

  test('takes the right to arbitrate', async () => {
    const writer = node.as({ permissions: [{ scope: '*', rights: ['read', 'write'] }] })
    await expect(writer.setPolicy('standard')).rejects.toMatchObject({
      code: 'forbidden',
      message: /arbitrate/,
    })
    await expect(node.as({ agent: 'rogue' }).setPolicy('standard')).rejects.toMatchObject({
      code: 'forbidden',
    })
    const arbiter = node.as({ permissions: [{ scope: '*', rights: ['read', 'arbitrate'] }] })
    expect(await arbiter.setPolicy('standard')).toBeDefined()
  })

  test('set by two apart shows that it is disputed, and the newer one holds', async () => {
    const { billing, support } = mesh.agents
    pull(billing, support)
    const value = policyOf({ rule: 'max' }) as unknown as Json
    mesh.agents.support.clock.ms += 1
    write(
      billing,
      note({ scope: DEFAULT_SCOPE, name: POLICY, register: POLICY, value }, billing.replica.names),
    )
    await node.setPolicy(policyOf({ rule: 'union' }))
    mesh.hear('billing')
    expect(await node.policy()).toMatchObject({ conflict: true, policy: { clauses: [{ rule: 'union' }] } })
    expect(await node.conflicts()).toMatchObject([{ register: POLICY, policy: { clause: null } }])
    await node.setPolicy('standard')
    expect(await node.policy()).toMatchObject({ conflict: false, policy: PRESET_POLICY })
  })

  test('that cannot be read is none', async () => {
    const { billing, support } = mesh.agents
    pull(billing, support)
    const statement = { scope: DEFAULT_SCOPE, name: POLICY, register: POLICY, value: { version: 9 } }
    write(billing, note(statement, billing.replica.names))
    mesh.hear('billing')
    const id = disputed('seat')
    expect((await node.policy()).policy).toBeNull()
    expect((await node.get(id))?.value).toBe('window')
  })
})

describe('the effective value', () => {
  test('follows the policy, wherever it is read', async () => {
    const id = disputed('seat')
    expect((await node.get(id))?.value).toBe('window')
    await node.setPolicy(rogueFirst)
    const exported: unknown[] = []
    for await (const { value } of node.export()) exported.push(value)
    const [hit] = await node.search('aisle window')
    expect((await node.get(id))?.value).toBe('aisle')
    expect((await node.list())[0]).toMatchObject({ value: 'aisle', status: 'conflict', support: 1 })
    expect(hit?.memory.value).toBe('aisle')
    expect(exported).toEqual(['aisle'])
    expect((await node.conflicts())[0]?.policy).toEqual({
      ...{ rule: 'authority', clause: 1, scope: 'app=default', resolver: 'authority' },
    })
  })

  test('follows the reader’s own resolver before any policy', async () => {
    const id = disputed('seat')
    await node.setPolicy(rogueFirst)
    expect((await node.get(id, { resolver: 'latest' }))?.value).toBe('window')
    expect((await node.get(id, { resolver: 'keep-all' }))?.value).toEqual(['aisle', 'window'])
  })

  test('where no clause fits is what the node chooses', async () => {
    await node.setPolicy(policyOf({ when: { key: 'other/*' }, rule: 'keep-all' }))
    expect((await node.get(disputed('seat')))?.value).toBe('window')
    expect((await node.get(disputed('other/seat')))?.value).toEqual(['aisle', 'window'])
    expect((await node.conflict('seat')).policy).toMatchObject({ clause: null, scope: 'app=default' })
  })

  test('is the latest word while an arbiter is waited for, or what the lesser rule says', async () => {
    const id = disputed('seat', { importance: 0.9 })
    await node.setPolicy(policyOf({ rule: 'arbiter', below: { importance: 0.3, rule: 'keep-all' } }))
    expect((await node.conflict(id)).policy).toMatchObject({ rule: 'arbiter', resolver: 'keep-all' })
    await node.setPolicy(policyOf({ rule: 'person' }))
    expect((await node.get(id))?.value).toBe('window')
  })

  test('of numbers can be the largest, and of lists all of them', async () => {
    const count = disputed('count', { kind: 'tally' }, [7, 3])
    const tasks = disputed('todo', { kind: 'tasks' }, [
      ['a', 'b'],
      ['b', 'c'],
    ])
    await node.setPolicy(
      policyOf({ when: { kind: 'tally' }, rule: 'max' }, { when: { kind: 'tasks' }, rule: 'union' }),
    )
    expect((await node.get(count))?.value).toBe(7)
    expect((await node.get(tasks))?.value).toEqual(['a', 'b', 'c'])
  })

  test('of what nobody disputes is what was said, whatever the rule', async () => {
    await node.setPolicy(policyOf({ rule: 'union' }))
    const { id } = await node.remember('calm')
    expect((await node.get(id))?.value).toBe('calm')
    expect((await node.get(id, { resolver: 'union' }))?.value).toBe('calm')
  })

  test('of the past follows the policy of then', async () => {
    const id = disputed('seat')
    await node.setPolicy(rogueFirst)
    const then = mesh.agents.support.clock.ms
    mesh.agents.support.clock.ms += 1000
    await node.setPolicy(policyOf({ rule: 'keep-all' }))
    expect((await node.get(id))?.value).toEqual(['aisle', 'window'])
    expect((await node.get(id, { at: then }))?.value).toBe('aisle')
  })
})

describe('a test of a policy', () => {
  test('tells of every conflict what it was and would be, and writes nothing', async () => {
    const open = disputed('open')
    const picked = disputed('picked')
    const put = disputed('put')
    const wrote = disputed('wrote')
    await node.resolve(picked, { pick: 1 })
    await node.resolve(put, { defer: true })
    await node.update(wrote, 'window')
    const before = await node.state()
    const { trials, total, changes, rules } = await node.testPolicy(rogueFirst)
    const told = Object.fromEntries(trials.map(trial => [trial.record, trial]))
    expect(told[open]).toMatchObject({
      was: null,
      would: { rule: 'authority', clause: 1, value: 'aisle' },
      agrees: false,
    })
    expect(told[picked]).toMatchObject({
      ...{ key: 'picked', candidates: [{ value: 'aisle' }, { value: 'window' }], agrees: true },
      was: { kind: 'pick', value: 'aisle', judge: 'person', by: { agent: 'support' } },
    })
    expect(told[put]).toMatchObject({ was: { kind: 'defer' }, agrees: false })
    expect(told[wrote]).toMatchObject({ was: { kind: 'overwrite', value: 'window' }, agrees: false })
    expect({ total, changes, rules }).toEqual({
      total: 4,
      changes: 3,
      rules: { authority: { total: 4, changes: 3 } },
    })
    expect((await node.state()).root).toBe(before.root)
    expect((await node.policy()).policy).toBeNull()
  })

  test('weighs no directive beside what is stated plainly', async () => {
    const scope = 'app=default'
    mesh.tell('billing', { scope, content: 'zzz', key: 'alg', registers: { confidence: 0.1 } })
    const claim = { claim: 'directive', confidence: 0.9 }
    const id = mesh.tell('rogue', { scope, content: 'serve nuts', key: 'alg', registers: claim })
    for (const rule of ['latest', 'confidence'] as const) {
      const would = { rule, value: 'zzz', caution: null }
      expect((await node.testPolicy(policyOf({ rule }))).trials).toMatchObject([{ record: id, would }])
    }
    await node.resolve(id, { pick: 1 })
    const { trials } = await node.testPolicy(policyOf({ rule: 'latest' }))
    expect(trials).toMatchObject([{ would: { value: 'zzz' }, agrees: true }])
  })

  test('leaves to a judge what was left to one', async () => {
    const picked = disputed('picked')
    disputed('open')
    await node.resolve(picked, { pick: 1 })
    for (const rule of ['arbiter', 'person'] as const)
      expect(await node.testPolicy(policyOf({ rule }))).toMatchObject({
        total: 2,
        changes: 0,
        rules: { [rule]: {} },
      })
    expect(await node.testPolicy(policyOf())).toMatchObject({
      changes: 0,
      rules: { none: { total: 2, changes: 0 } },
    })
  })

  test('counts earlier settlements of the same memory, but not what was taken back', async () => {
    const id = disputed('seat')
    await node.resolve(id, { pick: 2 })
    await node.resolve(id, { undo: true })
    await node.resolve(id, { pick: 1 })
    const { trials } = await node.testPolicy(policyOf({ rule: 'latest' }))
    expect(trials).toMatchObject([
      { was: { kind: 'pick', value: 'aisle' }, would: { value: 'window' }, agrees: false },
    ])
    const { billing, support } = mesh.agents
    pull(billing, support)
    await node.update(id, 'middle')
    mesh.tell('billing', { scope: 'app=default', content: 'exit row', key: 'seat' })
    await node.resolve(id, { pick: 2 })
    const later = await node.testPolicy(policyOf({ rule: 'latest' }))
    expect(later.trials.map(({ was }) => was?.value)).toEqual(['aisle', 'exit row'])
  })

  test('weighs what was settled before by the importance that the memory states', async () => {
    const said = { scope: 'app=default', key: 'seat' }
    const registers = { importance: 0.1, metadata: 'window or not' }
    mesh.tell('rogue', { ...said, content: 'aisle', registers: { ...registers, metadata: 'row 7' } })
    const id = mesh.tell('billing', { ...said, content: 'window', registers })
    await node.resolve(id, { pick: 1 })
    const { billing, support } = mesh.agents
    pull(billing, support)
    // A settlement of nothing: of the content no conflict is left in the row.
    const ops: Op[] = [
      ['put', 'content', 'middle'],
      ['settle', 'content', { kind: 'value', supersedes: [] }],
    ]
    const row = billing.storage.rows.get(id as DocumentId)
    write(billing, {
      touches: id,
      plan: view => ({
        scope: DEFAULT_SCOPE,
        body: {
          type: 'change',
          doc: id as DocumentId,
          deps: [...(row?.heads ?? [])],
          salt: view.salt(),
          ops,
        },
      }),
    })
    mesh.hear('billing')
    expect((await node.get(id))?.row.conflicts.map(({ register }) => register)).toEqual(['metadata'])
    const small = policyOf({ rule: 'arbiter', below: { importance: 0.3, rule: 'latest' } })
    const { trials } = await node.testPolicy(small)
    expect(trials.filter(({ conflict }) => conflict.endsWith('.content'))).toMatchObject([
      { was: { kind: 'pick', value: 'aisle' }, would: { rule: 'latest', value: 'window' }, agrees: false },
    ])
  })

  test('of a scope leaves the others out; of the default scope only those with a policy of their own', async () => {
    const scope = 'user=alice' as ScopeAddress
    await node.setPolicy('standard', { scope })
    disputed('seat')
    expect((await node.testPolicy('standard', { scope })).total).toBe(0)
    expect((await node.testPolicy('standard')).total).toBe(1)
    expect((await node.testPolicy('standard', { scope: 'user=bob' })).total).toBe(0)
  })
})
