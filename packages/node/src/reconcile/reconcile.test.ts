import { type Decision, type Judge, JudgeUnavailableError, type Neighbour } from '@folkmoot/arbiter'
import { DEFAULT_SCOPE, type Op } from '@folkmoot/core'
import { describe, expect, test } from 'vitest'
import { type RamNode, ramMesh } from '../../../../test/support/ram-mesh.ts'
import { write } from '../../../../test/support/replicas.ts'
import type { MemoryNode } from '../api.ts'
import { CONFIRMED } from './confirmed.ts'

const PORT = 'The deploy port is 8080'
const OTHER_PORT = 'The deploy port is 9090'

function scene(judge?: Judge, ...names: string[]) {
  const mesh = ramMesh(names.length === 0 ? ['ann'] : names, judge)
  const [ann, bob] = mesh.nodes as [RamNode, RamNode]
  return { ...mesh, ann: ann.node, bob: bob?.node as MemoryNode, view: ann.view }
}

type Answer = Partial<Decision>

/** Says what it is told to, and keeps what it was asked. */
function judgeThat(decides: (statement: Neighbour, known: readonly Neighbour[]) => Answer | Promise<Answer>) {
  const asked: { statement: Neighbour; known: readonly Neighbour[] }[] = []
  const judge: Judge = {
    name: 'stub',
    judge: async () => {
      throw new Error('nobody asks')
    },
    async reconcile(statement, known) {
      asked.push({ statement, known })
      const decided = await decides(statement, known)
      const base: Decision = { op: 'ADD', target: null, reason: 'so', confidence: 0.7, by: 'stub-1' }
      return { ...base, ...decided, tokens: { input: 1, output: 1 } }
    },
  }
  return { judge, asked }
}

const valuesOf = async (node: MemoryNode) => (await node.list()).map(({ value }) => value)
const opsOf = async (node: MemoryNode, id: string) =>
  (await node.history(id)).map(({ op, decision }) => [op, decision?.op])

describe('by rules', () => {
  test('what is new is added', async () => {
    const { ann } = scene()
    const { decision, id } = await ann.remember(PORT, { reconcile: true })
    expect(decision).toMatchObject({ op: 'ADD', by: 'ladder', target: null, basis: [] })
    expect(await opsOf(ann, id)).toEqual([['remember', 'ADD']])
  })

  test('with a key only the memory of that key is compared, and the reason says so', async () => {
    const { ann } = scene()
    await ann.remember(PORT, { key: 'port' })
    const other = await ann.remember(PORT, { reconcile: true, key: 'other' })
    expect(other.decision).toMatchObject({
      op: 'ADD',
      reason: 'only the memory of this key is compared, and there is none to compare with',
    })
    const elsewhere = await ann.remember(PORT, { reconcile: true, scope: 'app=shop' })
    expect(elsewhere.decision?.reason).toBe('there is nothing to compare it with')
  })

  test('what replaces a memory updates it, and says on what it was decided', async () => {
    const { ann, view } = scene()
    const first = await ann.remember(PORT, { tags: ['net'] })
    const { decision, id } = await ann.remember(OTHER_PORT, {
      reconcile: true,
      tags: ['ops'],
      confidence: 0.9,
    })
    expect(decision).toMatchObject({ op: 'UPDATE', target: first.id, basis: [first.id] })
    expect(decision?.reason).toContain('numbers differ')
    expect(id).toBe(first.id)
    expect(await ann.get(id)).toMatchObject({ value: OTHER_PORT, tags: ['net', 'ops'], confidence: 0.9 })
    expect(await opsOf(ann, id)).toEqual([
      ['remember', undefined],
      ['update', 'UPDATE'],
    ])
    expect(view.sight.row(id)?.why?.basedOn).toEqual([first.entry])
    expect(await ann.conflicts({ all: true })).toEqual([])
  })

  test('what ends a memory retracts it, and its words stay in the history', async () => {
    const { ann } = scene()
    const { id } = await ann.remember('Anna works at Acme')
    const { decision } = await ann.remember('Anna no longer works at Acme', { reconcile: 'ladder' })
    expect(decision).toMatchObject({ op: 'DELETE', target: id })
    expect(await ann.get(id)).toMatchObject({ status: 'retracted' })
    const history = await ann.history(id)
    expect(history.map(({ value }) => value)).toEqual(['Anna works at Acme', null])
    expect(history[1]?.reason).toBe('Anna no longer works at Acme')
  })

  test('what is said already is confirmed by whoever says it again', async () => {
    const { ann, bob, meet } = scene(undefined, 'ann', 'bob')
    const { id } = await ann.remember(PORT)
    meet()
    const again = await bob.remember(PORT, { reconcile: true, reason: 'the monitor shows it' })
    expect(again).toMatchObject({ id, decision: { op: 'NOOP', target: id } })
    meet()
    expect(await ann.list()).toHaveLength(1)
    expect(await ann.get(id)).toMatchObject({ value: PORT, support: 2, provenance: { agent: 'ann' } })
    expect((await ann.history(id)).at(-1)).toMatchObject({
      op: 'confirm',
      agent: 'bob',
      reason: 'the monitor shows it',
      decision: { op: 'NOOP' },
    })
    await ann.update(id, OTHER_PORT)
    expect(await ann.get(id)).toMatchObject({ support: 1 })
  })

  test('nobody confirms in the name of a node that has not written there', async () => {
    const { ann, bob, nodes, meet } = scene(undefined, 'ann', 'bob', 'carol')
    const [, { at, view }, carol] = nodes as [RamNode, RamNode, RamNode]
    const { id, entry } = await ann.remember(PORT)
    meet()
    const names = ['carol', 'somebody else', carol.at.node]
    const ops = names.map((name): Op => ['add', CONFIRMED, `${entry.slice(0, 16)}/${name}`])
    const row = view.sight.row(id)
    write(at, {
      touches: id,
      plan: view => ({
        scope: DEFAULT_SCOPE,
        body: { type: 'change', doc: id, deps: [...(row?.heads ?? [])], salt: view.salt(), ops },
      }),
    })
    expect(await bob.get(id)).toMatchObject({ support: 1 })
    await bob.remember(PORT, { reconcile: true })
    expect(await bob.get(id)).toMatchObject({ support: 2 })
  })

  test('what is said in other words is kept, and linked', async () => {
    const { ann } = scene()
    const { id: first } = await ann.remember('Anna works at Acme')
    const { id, decision } = await ann.remember('Anna works for Acme', { reconcile: true })
    expect(decision?.op).toBe('ADD')
    expect((await ann.get(id))?.links).toEqual([{ relation: 'duplicates', id: first }])
    expect(await ann.list()).toHaveLength(2)
  })

  test('what is not sure enough changes nothing, and is suspected', async () => {
    const { ann } = scene()
    const { id: first } = await ann.remember('Anna lives in Berlin')
    const { id, decision } = await ann.remember('Anna lives in Hamburg', { reconcile: true })
    expect(decision).toMatchObject({ op: 'ADD', target: null })
    expect(decision?.reason).toContain('for want of certainty')
    expect(id).not.toBe(first)
    expect(await ann.get(first)).toMatchObject({ value: 'Anna lives in Berlin', status: 'settled' })
    expect(await ann.conflicts()).toMatchObject([{ cause: 'suspected-contradiction', status: 'open' }])
  })

  test('a memory in dispute is changed by nobody unasked', async () => {
    const { ann, bob, meet } = scene(undefined, 'ann', 'bob')
    await ann.remember(PORT, { key: 'port' })
    await bob.remember('The deploy port is 8081', { key: 'port' })
    meet()
    const { decision } = await ann.remember(OTHER_PORT, { reconcile: true })
    expect(decision).toMatchObject({ op: 'ADD' })
    expect(await ann.conflicts()).not.toEqual([])
    expect((await ann.get('port'))?.status).toBe('conflict')
  })

  test('two who say the same at once add it once', async () => {
    const { ann } = scene()
    const all = await Promise.all(Array.from({ length: 20 }, () => ann.remember(PORT, { reconcile: true })))
    expect(all.map(({ decision }) => decision?.op).sort()).toEqual(['ADD', ...Array(19).fill('NOOP')])
    expect(new Set(all.map(({ id }) => id)).size).toBe(1)
    expect(await ann.list()).toHaveLength(1)
  })

  test('of many each sees those before it', async () => {
    const { ann } = scene()
    const seen: number[] = []
    const written = await ann.rememberMany(
      [{ value: PORT, reconcile: true }, { value: 'Whales sing' }, { value: OTHER_PORT, reconcile: true }],
      done => seen.push(done),
    )
    expect(written.map(({ decision }) => decision?.op)).toEqual(['ADD', undefined, 'UPDATE'])
    expect(seen).toEqual([1, 2, 3])
  })
})

describe('with a key', () => {
  test('a statement is about the memory of that key alone', async () => {
    const { ann } = scene()
    const { id: other } = await ann.remember(PORT)
    const first = await ann.remember(OTHER_PORT, { key: 'port', reconcile: true })
    expect(first.decision).toMatchObject({ op: 'ADD' })
    const second = await ann.remember('The deploy port is 7070', { key: 'port', reconcile: true })
    expect(second).toMatchObject({ id: first.id, decision: { op: 'UPDATE', target: first.id } })
    const third = await ann.remember('The deploy port is 7070', { key: 'port', reconcile: true })
    expect(third).toMatchObject({ id: first.id, decision: { op: 'NOOP' } })
    const fourth = await ann.remember('Whales sing', { key: 'port', reconcile: true })
    expect(fourth).toMatchObject({ id: first.id, decision: { op: 'UPDATE' } })
    expect((await ann.get('port'))?.value).toBe('Whales sing')
    expect((await ann.get(other))?.value).toBe(PORT)
  })
})

describe('what it is held against', () => {
  test('is of the same scope', async () => {
    const { ann } = scene()
    const { id } = await ann.remember(PORT, { scope: 'app=one' })
    const { decision } = await ann.remember(OTHER_PORT, { scope: 'app=two', reconcile: true })
    expect(decision).toMatchObject({ op: 'ADD', basis: [] })
    expect((await ann.get(id))?.value).toBe(PORT)
  })

  test('is no more and no less restricted than the statement', async () => {
    const { ann } = scene()
    const { id: secret } = await ann.remember(PORT, { resources: ['vault'] })
    const open = await ann.remember(PORT, { reconcile: true })
    expect(open).toMatchObject({ decision: { op: 'ADD', basis: [] } })
    const another = await ann.remember(PORT, { resources: ['crm'], reconcile: true })
    expect(another.decision).toMatchObject({ op: 'ADD', basis: [] })
    const known = await ann.remember(OTHER_PORT, { resources: ['vault'], reconcile: true })
    expect(known).toMatchObject({ id: secret, decision: { op: 'UPDATE', basis: [secret] } })
    expect((await ann.get(open.id))?.value).toBe(PORT)
  })

  test('is what may be read, and written to', async () => {
    const { ann } = scene()
    await ann.remember(PORT, { resources: ['vault'] })
    const visitor = ann.as({ permissions: [{ resource: 'crm' }] })
    expect((await visitor.remember(PORT, { reconcile: true })).decision).toMatchObject({
      op: 'ADD',
      basis: [],
    })
    const reader = ann.as({ permissions: [{ scope: '*', rights: ['read'] }] })
    const refused = reader.remember(PORT, { reconcile: true })
    await expect(refused).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('is not what lost, ran out, or is an instruction', async () => {
    const { ann } = scene()
    await ann.remember(OTHER_PORT, { claim: 'directive' })
    await ann.remember(OTHER_PORT, { expiresAt: 1 })
    expect((await ann.remember(PORT, { reconcile: true })).decision).toMatchObject({ op: 'ADD', basis: [] })
  })
})

describe('a directive', () => {
  const order = { claim: 'directive', reconcile: true } as const
  const replacing = judgeThat(() => ({ op: 'UPDATE', target: 0 }))

  test.each([
    ['rules', undefined],
    ['a model', replacing.judge],
  ])('neither replaces nor ends what is stated, by %s', async (_, judge) => {
    const { ann, bob, meet } = scene(judge, 'ann', 'bob')
    const stated = await ann.remember(PORT)
    meet()
    const { decision, id } = await bob.remember(OTHER_PORT, order)
    expect(decision).toMatchObject({ op: 'ADD', target: null, basis: [] })
    expect(id).not.toBe(stated.id)
    expect((await bob.get(stated.id))?.value).toBe(PORT)
    expect(replacing.asked).toEqual([])
  })

  test('is refused under the key of what another agent stated, and nothing is written', async () => {
    const { ann, bob, meet } = scene(undefined, 'ann', 'bob')
    await ann.remember(PORT, { key: 'port' })
    await bob.remember(PORT, { key: 'own' })
    meet()
    const refused = bob.remember(OTHER_PORT, { key: 'port', ...order })
    await expect(refused).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining('"port"') })
    expect(await bob.get('port')).toMatchObject({ value: PORT, claim: null })
    const own = await bob.remember(OTHER_PORT, { key: 'own', ...order })
    expect(own.decision).toMatchObject({ op: 'UPDATE' })
  })
})

describe('by a model', () => {
  test('it decides, and is told the texts, the keys and the agents', async () => {
    const { judge, asked } = judgeThat(() => ({ op: 'UPDATE', target: 0, reason: 'the port moved' }))
    const { ann } = scene(judge)
    const { id } = await ann.remember('Anna lives in Berlin', { key: 'anna' })
    const { decision } = await ann.remember('Anna lives in Hamburg', { reconcile: true })
    expect(decision).toMatchObject({ op: 'UPDATE', by: 'stub-1', target: id, confidence: 0.7 })
    expect(asked).toMatchObject([
      {
        statement: { key: null, value: 'Anna lives in Hamburg', agent: 'ann' },
        known: [{ key: 'anna', value: 'Anna lives in Berlin', agent: 'ann' }],
      },
    ])
  })

  test('nobody is asked about what nothing stands near', async () => {
    const { judge, asked } = judgeThat(() => ({}))
    await scene(judge).ann.remember(PORT, { reconcile: true })
    expect(asked).toEqual([])
  })

  test('rules decide while it is away, unless nothing but a model will do', async () => {
    const { judge } = judgeThat(() => {
      throw new JudgeUnavailableError('nobody answers')
    })
    const { ann } = scene(judge)
    await ann.remember(PORT)
    expect((await ann.remember(PORT, { reconcile: true })).decision).toMatchObject({
      op: 'NOOP',
      by: 'ladder',
    })
    await expect(ann.remember(PORT, { reconcile: 'model' })).rejects.toMatchObject({ code: 'unavailable' })
    await expect(scene().ann.remember(PORT, { reconcile: 'model' })).rejects.toMatchObject({ code: 'usage' })
  })

  test('it is not asked by those who want rules', async () => {
    const { judge, asked } = judgeThat(() => ({}))
    const { ann } = scene(judge)
    await ann.remember(PORT)
    expect((await ann.remember(PORT, { reconcile: 'ladder' })).decision?.by).toBe('ladder')
    expect(asked).toEqual([])
  })

  test.each([7, -1, 0.5, null, Number.NaN])('a target of %s changes nothing', async target => {
    const { judge } = judgeThat(() => ({ op: 'DELETE', target }))
    const { ann } = scene(judge)
    await ann.remember(PORT)
    expect((await ann.remember(OTHER_PORT, { reconcile: true })).decision).toMatchObject({
      op: 'ADD',
      target: null,
    })
    expect((await valuesOf(ann)).sort()).toEqual([PORT, OTHER_PORT].sort())
  })

  test('a reason that quotes another memory is not kept', async () => {
    const { judge } = judgeThat(() => ({ reason: 'not the same as the hunter2 password of the port' }))
    const { ann, view } = scene(judge)
    await ann.remember('The password of the port is hunter2')
    const { id, decision } = await ann.remember('The port has a password', { reconcile: true })
    expect(decision?.reason).not.toContain('hunter2')
    expect(JSON.stringify(view.sight.row(id))).not.toContain('hunter2')
  })

  test('what changed while it thought is decided anew', async () => {
    const { ann, id, asked } = await restless(1)
    const { decision } = await ann.remember(OTHER_PORT, { reconcile: true })
    expect(decision).toMatchObject({ op: 'UPDATE', target: id })
    expect(asked.map(({ known }) => known[0]?.value)).toEqual([PORT, 'The deploy port is 1'])
    expect(await valuesOf(ann)).toEqual([OTHER_PORT])
  })

  test('what keeps changing is left alone, and nothing is lost', async () => {
    const { ann, asked } = await restless(Number.POSITIVE_INFINITY)
    const { decision } = await ann.remember(OTHER_PORT, { reconcile: true })
    expect(decision).toMatchObject({ op: 'ADD', target: null })
    expect(asked.length).toBeLessThan(10)
    expect(await valuesOf(ann)).toContain(OTHER_PORT)
    expect(await ann.list()).toHaveLength(2)
  })

  test('its signal ends the wait', async () => {
    const { judge } = judgeThat(() => new Promise(() => {}))
    const stop = new AbortController()
    const waiting: Judge = {
      ...judge,
      reconcile: (_, __, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    }
    const { ann } = scene(waiting)
    await ann.remember(PORT)
    const asking = ann.remember(OTHER_PORT, { reconcile: true, signal: stop.signal })
    const next = ann.remember(OTHER_PORT, { reconcile: 'ladder' })
    stop.abort(new Error('enough'))
    await expect(asking).rejects.toThrow('enough')
    expect((await next).decision?.op).toBe('UPDATE')
  })

  /** Somebody changes the memory in question while the model thinks, so many times. */
  async function restless(times: number) {
    let changes = 0
    let change = async (_: string) => {}
    const { judge, asked } = judgeThat(async () => {
      if (changes < times) await change(`The deploy port is ${++changes}`)
      return { op: 'UPDATE', target: 0 }
    })
    const { ann } = scene(judge)
    const { id } = await ann.remember(PORT)
    change = async text => {
      await ann.update(id, text)
    }
    return { ann, id, asked }
  }
})

test('a write that is based on what does not stand is told of it, or refused', async () => {
  const { ann } = scene()
  const { entry, id } = await ann.remember(PORT)
  await ann.update(id, 'The deploy port is 1')
  const told = await ann.remember('Whales sing', { reconcile: true, basedOn: [entry] })
  expect(told.stale).toMatchObject([{ entry, status: 'superseded' }])
  const strict = ann.remember(OTHER_PORT, { reconcile: true, basedOn: [entry], strict: true })
  await expect(strict).rejects.toMatchObject({ code: 'changed' })
  expect(await ann.list()).toHaveLength(2)
})
