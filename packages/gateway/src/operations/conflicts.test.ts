/** Conflicts and policies through the table of operations, on a node that has some. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TrustMesh, trustMesh } from '../../../../test/support/trust.ts'
import { operate } from './operate.ts'

let mesh: TrustMesh
let id = ''
beforeAll(() => {
  mesh = trustMesh()
  const said = { scope: 'app=default', key: 'seat', registers: { confidence: 0.5, importance: 0.75 } }
  mesh.tell('rogue', { ...said, content: 'aisle' })
  id = mesh.tell('billing', { ...said, content: 'window' })
})
afterAll(() => mesh.close())

async function ask(name: string, params: unknown): Promise<unknown> {
  const operating = operate(mesh.node, name, params, { signal: new AbortController().signal })
  return operating.kind === 'call' ? operating.result : undefined
}

const grounds = { judge: 'person', rule: null, model: null, promptHash: null, confidence: null }

describe('a conflict', () => {
  test('is answered in the shape that scripts rely on', async () => {
    const side = {
      ...{ node: expect.stringMatching(/^12D3Koo/), at: expect.stringMatching(/Z$/) },
      ...{ entry: expect.stringMatching(/^[0-9a-f]{64}$/), record: id, confidence: 0.5, support: 1 },
      caution: null,
    }
    expect(await ask('conflict', { id: 'seat', scope: 'app=default' })).toEqual({
      ...{ id: `${id}.content`, record: id, key: 'seat', scope: 'app=default', register: 'content' },
      ...{ cause: 'concurrent-values', status: 'open', importance: 0.75, since: side.at, claimedBy: null },
      candidates: [
        { value: 'aisle', agent: 'rogue', ...side },
        { value: 'window', agent: 'billing', ...side },
      ],
      ...{ resolution: null, overruled: [], reopened: null, evidence: [], leftToPeople: false },
      policy: { rule: 'latest', clause: null, scope: null, resolver: 'latest' },
    })
  })

  test('is listed by status and by cause, and by nothing else', async () => {
    expect(await ask('conflicts', { status: 'open', cause: 'concurrent-values' })).toHaveLength(1)
    expect(await ask('conflicts', { status: 'deferred' })).toEqual([])
    await expect(async () => ask('conflicts', { status: 'lost' })).rejects.toThrow('status')
    await expect(async () => ask('conflicts', { colour: 'red' })).rejects.toThrow('colour')
  })

  test('is settled by contexts and taken back', async () => {
    const contexts = [
      { pick: 1, when: 'by day' },
      { pick: 2, when: 'at night' },
    ]
    const anyOf = [
      { value: 'aisle', when: 'by day' },
      { value: 'window', when: 'at night' },
    ]
    expect(
      await ask('resolve', { conflict: 'seat', scope: 'app=default', contexts, reason: 'both' }),
    ).toEqual({
      ...{ id: `${id}.content`, record: id, value: { anyOf }, caution: null, entry: expect.any(String) },
    })
    expect(await ask('conflict', { id })).toMatchObject({
      status: 'resolved',
      resolution: {
        ...grounds,
        kind: 'context',
        pick: null,
        value: { anyOf },
        agent: 'support',
        reason: 'both',
      },
    })
    await ask('resolve', { conflict: id, undo: true })
    expect(await ask('conflict', { id })).toMatchObject({ status: 'open', reopened: { kind: 'undo' } })
  })

  test('is settled by first digits of the entries that it shows', async () => {
    const { candidates } = (await ask('conflict', { id })) as { candidates: { entry: string }[] }
    const [aisle = '', window = ''] = candidates.map(({ entry }) => entry)
    const seen = [window.slice(0, 6), aisle]
    const contexts = [
      { pick: window.slice(0, 12), when: 'at night' },
      { pick: 1, when: 'by day' },
    ]
    const anyOf = [
      { value: 'window', when: 'at night' },
      { value: 'aisle', when: 'by day' },
    ]
    expect(await ask('resolve', { conflict: id, contexts, seen })).toMatchObject({ value: { anyOf } })
    await ask('resolve', { conflict: id, undo: true, seen })
    const at = { conflict: 'seat', scope: 'app=default' }
    expect(await ask('resolve', { ...at, pick: aisle.slice(0, 6) })).toMatchObject({ value: 'aisle' })
    await ask('resolve', { conflict: id, undo: true })
  })

  test('is not settled where what was seen is not all there is, or what is picked is nothing', async () => {
    const { candidates } = (await ask('conflict', { id })) as { candidates: { entry: string }[] }
    const [first = '', second = ''] = candidates.map(({ entry }) => entry.slice(0, 12))
    const other = first.startsWith('000000') ? '111111' : '000000'
    const refusals: readonly (readonly [object, string])[] = [
      [{ pick: 1, seen: [first] }, 'changed'],
      [{ pick: 1, seen: [first, first] }, 'changed'],
      [{ pick: 1, seen: [first, second, other] }, 'changed'],
      [{ pick: other, seen: [first, other] }, 'changed'],
      [{ pick: other }, 'usage'],
      [{ pick: other.padEnd(64, '0') }, 'usage'],
      [{ pick: first.slice(0, 5) }, 'usage'],
      [{ pick: first, seen: [] }, 'usage'],
    ]
    for (const [settlement, code] of refusals)
      await expect(async () => ask('resolve', { conflict: id, ...settlement })).rejects.toMatchObject({
        code,
      })
    expect(await ask('conflict', { id })).toMatchObject({ status: 'open' })
  })

  test.each([
    ['one context', { contexts: [{ pick: 1, when: 'x' }] }],
    [
      'a context without a condition',
      {
        contexts: [
          { pick: 1, when: '' },
          { pick: 2, when: 'x' },
        ],
      },
    ],
    ['an undo that is none', { undo: false }],
    ['two ways at once', { undo: true, pick: 1 }],
    ['no way at all', {}],
  ])('is not settled by %s', async (_, settlement) => {
    await expect(async () => ask('resolve', { conflict: id, ...settlement })).rejects.toMatchObject({
      code: 'usage',
    })
  })

  test('is not settled under a condition that is too long, which is named', async () => {
    const contexts = [
      { pick: 1, when: 'x'.repeat(5000) },
      { pick: 2, when: 'y' },
    ]
    await expect(async () => ask('resolve', { conflict: id, contexts })).rejects.toMatchObject({
      ...{ code: 'too-large', message: 'a condition (when) in bytes is 5000, the most is 1024' },
    })
  })
})

describe('a policy', () => {
  const policy = {
    version: 1,
    clauses: [{ when: { key: 'seat' }, rule: 'authority', order: ['rogue', '*'] }],
  }

  test('is tried, set, shown, followed and taken away', async () => {
    expect(await ask('policy.test', { policy })).toMatchObject({
      ...{ total: 1, changes: 1, rules: { authority: { total: 1, changes: 1 } } },
      trials: [
        {
          ...{ conflict: `${id}.content`, record: id, key: 'seat', was: null, agrees: false },
          would: { rule: 'authority', clause: 1, value: 'aisle' },
        },
      ],
    })
    expect(await ask('policy.show', {})).toEqual({ scope: null, policy: null, setBy: null, conflict: false })
    expect(await ask('policy.set', { policy, reason: 'he flies most' })).toMatchObject({
      ...{ scope: 'app=default', policy, entry: expect.any(String) },
    })
    expect(await ask('policy.show', { scope: 'user=alice' })).toMatchObject({
      ...{ scope: 'app=default', policy, setBy: { agent: 'support', at: expect.stringMatching(/Z$/) } },
    })
    expect(await ask('get', { id })).toMatchObject({ value: 'aisle', status: 'conflict', support: 1 })
    expect(await ask('policy.set', { policy: null })).toMatchObject({ policy: null })
    expect(await ask('get', { id })).toMatchObject({ value: 'window' })
  })

  test.each([
    ['a name that there is not', 'strict', /policy/],
    [
      'a rule that there is not',
      { version: 1, clauses: [{ rule: 'coin' }] },
      /clause 1, rule: "coin" is none of latest/,
    ],
    ['a list', [], /policy/],
  ])('is not %s', async (_, wrong, message) => {
    await expect(async () => ask('policy.set', { policy: wrong })).rejects.toThrow(message)
    await expect(async () => ask('policy.test', { policy: wrong })).rejects.toMatchObject({ code: 'usage' })
  })
})
