import { DEFAULT_SCOPE, newest, SUSPICION } from '@folkmoot/core'
import { describe, expect, test } from 'vitest'
import { type RamNode, ramMesh } from '../../../../test/support/ram-mesh.ts'
import type { ConflictReport, MemoryNode } from '../api.ts'
import type { Subject } from './features.ts'
import { neighboursOf } from './neighbours.ts'
import { suspicionOf } from './suspicion-note.ts'

const TEN = 'The plan costs 10 euros'
const TWELVE = 'The plan costs 12 euros'

function scene(...names: string[]) {
  const mesh = ramMesh(names.length === 0 ? ['ann'] : names)
  const [ann, bob] = mesh.nodes as [RamNode, RamNode]
  return { ...mesh, ann: ann.node, bob: bob?.node as MemoryNode, at: ann, other: bob }
}

/** Two memories, suspected of contradicting each other. */
async function suspects(node: MemoryNode, more: { readonly scope?: string } = {}) {
  const ten = await node.remember(TEN, more)
  const twelve = await node.remember(TWELVE, more)
  await node.scan({ record: true })
  const conflict = (await node.conflicts())[0] as ConflictReport
  const place = (id: string) => conflict.candidates.findIndex(({ record }) => record === id) + 1
  return { ten: ten.id, twelve: twelve.id, conflict: conflict.id, place }
}

const statusOf = async (node: MemoryNode, id: string) => (await node.get(id))?.status
const openConflicts = async (node: MemoryNode) => (await node.conflicts()).map(({ id }) => id)

describe('a suspicion', () => {
  test('is shown with its evidence, and acted on by nobody', async () => {
    const { ann } = scene()
    const { ten, twelve } = await suspects(ann)
    const [conflict] = await ann.conflicts()
    expect(conflict).toMatchObject({ cause: 'suspected-contradiction', status: 'open' })
    expect(conflict?.evidence).toEqual([{ test: 'value', detail: 'quantities differ' }])
    expect(await ann.list()).toHaveLength(2)
    for (const id of [ten, twelve])
      expect(await ann.get(id)).toMatchObject({ status: 'settled', supersededBy: null, links: [] })
  })

  test('is only looked for unless it is to be recorded', async () => {
    const { ann } = scene()
    await ann.remember(TEN, { key: 'plan/a' })
    await ann.remember(TWELVE, { key: 'plan/b' })
    const report = await ann.scan()
    expect(report).toMatchObject({ found: 1, suspicions: 0, complete: true })
    expect(report.findings[0]).toMatchObject({
      relation: 'contradicts',
      recorded: false,
      conflict: null,
      memories: [
        { value: TEN, agent: 'ann', key: 'plan/a' },
        { value: TWELVE, agent: 'ann', key: 'plan/b' },
      ],
    })
    expect(await ann.conflicts()).toEqual([])
  })

  test('is written down once, however often one looks', async () => {
    const { ann } = scene()
    await suspects(ann)
    const { root } = await ann.state()
    const again = await ann.scan({ record: true })
    expect(again).toMatchObject({ found: 1, suspicions: 0, links: 0, withdrawn: 0 })
    expect(again.findings[0]).toMatchObject({ recorded: true, conflict: (await openConflicts(ann))[0] })
    expect((await ann.state()).root).toBe(root)
  })

  test('is said to be written down whichever of the two is older', async () => {
    const { ann } = scene()
    for (let i = 0; i < 8; i++) {
      const scope = `app=scope${i}`
      await ann.remember(TEN, { scope })
      await ann.remember(TWELVE, { scope })
      await ann.remember('The plan costs 12 euros a month', { scope })
    }
    await ann.scan({ record: true })
    const { findings } = await ann.scan()
    expect(findings.length).toBeGreaterThan(8)
    for (const { recorded, relation, conflict, memories } of findings) {
      expect(recorded).toBe(true)
      expect(conflict === null).toBe(relation !== 'contradicts')
      if (relation === 'contradicts') expect(memories[0].at).toBeLessThan(memories[1].at)
    }
  })

  test('of two nodes is one: they write the same', async () => {
    const { ann, bob, meet, at } = scene('ann', 'bob')
    await ann.remember(TEN)
    await bob.remember(TWELVE)
    meet()
    await ann.scan({ record: true })
    await bob.scan({ record: true })
    meet()
    const conflicts = await ann.conflicts()
    expect(conflicts).toHaveLength(1)
    expect(await openConflicts(bob)).toEqual(await openConflicts(ann))
    const row = at.view.sight.row(conflicts[0]?.record as never)
    const said = row?.registers[SUSPICION] ?? []
    expect(said).toHaveLength(2)
    expect(said[0]?.value).toEqual(said[1]?.value)
  })

  test('says nothing of what the memories say', async () => {
    const { ann, at } = scene()
    const { conflict } = await suspects(ann)
    const row = at.view.sight.row(conflict.split('.')[0] as never)
    expect(JSON.stringify(row)).not.toMatch(/plan|euros|10 |12 /i)
  })

  test('is between memories of one scope alone', async () => {
    const { ann } = scene()
    await ann.remember(TEN, { scope: 'app=one' })
    await ann.remember(TWELVE, { scope: 'app=two' })
    expect(await ann.scan({ record: true })).toMatchObject({ records: 2, pairs: 0, found: 0 })
  })

  test('is never about what says nothing, or is no statement', async () => {
    const { ann, at } = scene()
    const { id } = await ann.remember(TEN)
    const { id: retracted } = await ann.remember(TWELVE)
    await ann.retract(retracted)
    const { id: erased } = await ann.remember('The plan costs 13 euros')
    await ann.erase(erased)
    await ann.remember('The plan costs 14 euros', { expiresAt: at.at.clock.now() - 1 })
    await ann.remember('The plan costs 15 euros', { claim: 'directive' })
    await ann.createBlock('plan', 'The plan costs 16 euros')
    expect(await ann.scan({ record: true })).toMatchObject({ records: 1, found: 0 })
    expect(await ann.scan({ id })).toMatchObject({ found: 0 })
  })

  test('is found in texts without spaces', async () => {
    const { ann } = scene()
    const { id } = await ann.remember('安娜喜欢茶')
    await ann.remember('安娜不喜欢茶')
    expect((await ann.scan({ id })).findings).toMatchObject([{ relation: 'contradicts' }])
    expect((await ann.scan()).findings).toMatchObject([{ relation: 'contradicts' }])
  })

  test('is found near one memory by its key', async () => {
    const { ann } = scene()
    await ann.remember(TEN, { key: 'plan' })
    await ann.remember(TWELVE)
    expect((await ann.scan({ id: 'plan' })).findings).toMatchObject([{ relation: 'contradicts' }])
    await expect(ann.scan({ id: 'nobody' })).rejects.toMatchObject({ code: 'not-found' })
    await expect(ann.scan({ limit: 0 })).rejects.toMatchObject({ code: 'usage' })
  })

  test('finds values that are no text', async () => {
    const { ann } = scene()
    await ann.remember({ port: 8080 }, { key: 'net/door' })
    await ann.remember({ port: 8080 }, { key: 'net/gate' })
    await ann.remember({ port: 8080 })
    await ann.remember({ port: 8080 })
    expect((await ann.scan()).findings.some(({ relation }) => relation === 'same')).toBe(true)
  })

  test('is kept wherever that may be done, and the scopes are named where it may not', async () => {
    const { ann } = scene()
    for (const scope of ['app=one', 'app=two']) {
      await ann.remember(TEN, { scope })
      await ann.remember(TWELVE, { scope })
    }
    const visitor = ann.as({
      permissions: [
        { scope: '*', rights: ['read'] },
        { scope: 'app=two', rights: ['write'] },
      ],
    })
    expect(await visitor.scan({ record: true })).toMatchObject({
      found: 2,
      suspicions: 1,
      skipped: ['app=one'],
    })
    expect((await ann.conflicts()).map(({ scope }) => scope)).toEqual(['app=two'])
    expect((await visitor.scan()).skipped).toEqual([])
    await expect(visitor.scan({ record: true, scope: 'app=one' })).rejects.toMatchObject({
      code: 'forbidden',
    })
  })

  test('gives as many findings as asked for, the contradictions first', async () => {
    const { ann } = scene()
    for (const text of [TEN, TEN, TWELVE, TWELVE]) await ann.remember(text)
    const report = await ann.scan({ limit: 3, record: true })
    expect(report).toMatchObject({ found: 6, suspicions: 3, links: 0 })
    expect(report.findings.map(({ relation }) => relation)).toEqual(Array(3).fill('contradicts'))
  })

  test('ends with its signal', async () => {
    const { ann } = scene()
    for (let i = 0; i < 100; i++) await ann.remember(`${i} is a number`)
    const ended = ann.scan({ signal: AbortSignal.abort() })
    await expect(ended).rejects.toThrow()
  })
})

describe('a suspicion is withdrawn', () => {
  const changes = [
    ['retracted', (node: MemoryNode, id: string) => node.retract(id)],
    ['updated so that both agree', (node: MemoryNode, id: string) => node.update(id, TEN)],
    ['updated to something else', (node: MemoryNode, id: string) => node.update(id, 'Anna likes tea')],
  ] as const

  test.each(changes)('when one of the two is %s', async (_, change) => {
    const { ann, at } = scene()
    const { twelve, conflict } = await suspects(ann)
    const { heads } = await change(ann, twelve)
    expect(await ann.conflicts({ all: true })).toEqual([])
    expect((await ann.get(twelve))?.heads).toEqual(heads)
    const note = at.view.sight.row(conflict.split('.')[0] as never)
    expect(note && suspicionOf(note)).toBeUndefined()
    expect(newest(note?.registers[SUSPICION] ?? [])?.ended).toBe(true)
    expect(await ann.scan({ record: true })).toMatchObject({ withdrawn: 0, suspicions: 0 })
  })

  test.each(
    changes,
  )('by a scan, when one of the two was %s by somebody who did not know of it', async (_, change) => {
    const { ann, bob, meet } = scene('ann', 'bob')
    const ten = await ann.remember(TEN)
    const twelve = await ann.remember(TWELVE)
    meet()
    await ann.scan({ record: true })
    await change(bob, twelve.id)
    meet()
    expect(await ann.scan({ id: ten.id, record: true })).toMatchObject({ withdrawn: 1, suspicions: 0 })
    expect(await ann.conflicts({ all: true })).toEqual([])
  })

  test.each([
    ['remembered', async (node: MemoryNode) => node.remember(TEN, { key: 'plan' })],
    ['remembered among others', async (node: MemoryNode) => node.rememberMany([{ value: TEN, key: 'plan' }])],
  ])('when one of the two is %s under its key', async (_, change) => {
    const { ann } = scene()
    await ann.remember(TEN)
    await ann.remember(TWELVE, { key: 'plan' })
    await ann.scan({ record: true })
    expect(await ann.conflicts()).toHaveLength(1)
    await change(ann)
    expect(await ann.conflicts({ all: true })).toEqual([])
  })

  test('when one of the two says something else by a settlement', async () => {
    const { ann, bob, meet } = scene('ann', 'bob')
    await ann.remember(TEN)
    await ann.remember('The plan costs 14 euros', { key: 'plan' })
    await bob.remember(TWELVE, { key: 'plan' })
    meet()
    await ann.scan({ record: true })
    expect(await ann.conflicts({ cause: 'suspected-contradiction' })).toHaveLength(1)
    await ann.resolve('plan', { value: TEN })
    expect(await ann.conflicts({ cause: 'suspected-contradiction', all: true })).toEqual([])
  })

  test('when one of the two is rolled back', async () => {
    const { ann } = scene()
    const { id } = await ann.remember('The price list says so')
    await ann.remember(TEN)
    await ann.remember(TWELVE, { derivedFrom: [id] })
    await ann.scan({ record: true })
    await ann.rollBack(id)
    expect(await ann.conflicts({ all: true })).toEqual([])
  })

  test('by a scan, and shown to nobody before, when somebody who did not know of it retracts one of the two', async () => {
    const { ann, bob, meet } = scene('ann', 'bob')
    await ann.remember(TEN)
    const { id } = await ann.remember(TWELVE)
    meet()
    await ann.scan({ record: true })
    await bob.retract(id)
    meet()
    expect(await ann.conflicts()).toEqual([])
    expect(await ann.scan({ record: true })).toMatchObject({ withdrawn: 1 })
    expect(await ann.conflicts({ all: true })).toEqual([])
  })

  test('but not while it still holds', async () => {
    const { ann } = scene()
    const { twelve } = await suspects(ann)
    await ann.update(twelve, 'The plan costs 13 euros')
    expect(await ann.conflicts()).toMatchObject([{ status: 'open' }])
  })

  test('and stated anew when they contradict each other in another way', async () => {
    const { ann } = scene()
    const { twelve } = await suspects(ann)
    await ann.update(twelve, 'Anna likes tea')
    await ann.scan({ record: true })
    await ann.update(twelve, 'The plan costs 13 euros')
    expect(await ann.scan({ record: true })).toMatchObject({ suspicions: 1 })
    expect(await ann.conflicts()).toMatchObject([{ status: 'open' }])
  })
})

describe('a pair that was judged', () => {
  test('is not suspected again while both say the same', async () => {
    const { ann } = scene()
    const { conflict, place, twelve } = await suspects(ann)
    await ann.resolve(conflict, { pick: place(twelve) })
    expect(await ann.scan({ record: true })).toMatchObject({ suspicions: 0, withdrawn: 0 })
    expect(await ann.conflicts()).toEqual([])
  })

  test('is, once one of them says something else that does not fit', async () => {
    const { ann } = scene()
    const { conflict, place, twelve, ten } = await suspects(ann)
    await ann.resolve(conflict, { pick: place(twelve) })
    await ann.update(ten, 'The plan costs 11 euros')
    expect(await statusOf(ann, ten)).toBe('settled')
    expect(await ann.scan({ record: true })).toMatchObject({ suspicions: 1 })
    expect(await openConflicts(ann)).toEqual([conflict])
  })
})

describe('the memory that lost', () => {
  test('is superseded, still given by name, and left out of lists and searches', async () => {
    const { ann } = scene()
    const { conflict, place, ten, twelve } = await suspects(ann)
    await ann.resolve(conflict, { pick: place(twelve), reason: 'the invoice says so' })
    expect(await ann.get(ten)).toMatchObject({ status: 'superseded', supersededBy: twelve, value: TEN })
    expect((await ann.list()).map(({ id }) => id)).toEqual([twelve])
    expect((await ann.search('plan')).map(({ memory }) => memory.id)).toEqual([twelve])
    expect(await ann.list({ superseded: true })).toHaveLength(2)
    expect(await ann.search('plan', { superseded: true })).toHaveLength(2)
  })

  test('is back when the judgement is taken back', async () => {
    const { ann } = scene()
    const { conflict, place, ten, twelve } = await suspects(ann)
    await ann.resolve(conflict, { pick: place(twelve) })
    await ann.resolve(conflict, { undo: true })
    expect(await ann.get(ten)).toMatchObject({ status: 'settled', supersededBy: null })
    expect(await ann.list()).toHaveLength(2)
  })

  test.each([
    [
      'it says something else since',
      async (node: MemoryNode, loser: string) => node.update(loser, 'The plan is free'),
    ],
    [
      'the other says something else since',
      async (node: MemoryNode, _: string, winner: string) => node.update(winner, 'The plan costs 13 euros'),
    ],
    ['the other is retracted', async (node: MemoryNode, _: string, winner: string) => node.retract(winner)],
    ['the other is erased', async (node: MemoryNode, _: string, winner: string) => node.erase(winner)],
  ])('is back when %s', async (_, change) => {
    const { ann } = scene()
    const { conflict, place, ten, twelve } = await suspects(ann)
    await ann.resolve(conflict, { pick: place(twelve) })
    await change(ann, ten, twelve)
    expect(await ann.get(ten)).toMatchObject({ supersededBy: null })
    expect((await ann.list()).some(({ id }) => id === ten)).toBe(true)
  })

  test('was not superseded before it was judged', async () => {
    const { ann, at } = scene()
    const { conflict, place, ten, twelve } = await suspects(ann)
    const before = at.at.clock.now()
    at.at.clock.ms += 1000
    await ann.resolve(conflict, { pick: place(twelve) })
    expect(await ann.get(ten, { at: before })).toMatchObject({ status: 'settled', supersededBy: null })
    expect(await ann.get(ten, { at: at.at.clock.now() })).toMatchObject({ status: 'superseded' })
  })

  test('leaves room for others: a list is not cut short by what it leaves out', async () => {
    const { ann } = scene()
    const others: string[] = []
    for (let i = 0; i < 12; i++) others.push((await ann.remember(`The whale number${i} sings`)).id)
    for (let i = 0; i < 6; i++) {
      const scope = { scope: 'app=default' }
      const one = await ann.remember(`The whale tank${i} costs 10 euros`, scope)
      const other = await ann.remember(`The whale tank${i} costs 12 euros`, scope)
      await ann.scan({ id: one.id, record: true })
      const [conflict] = await ann.conflicts()
      const pick = (conflict?.candidates.findIndex(({ record }) => record === other.id) ?? 0) + 1
      await ann.resolve(conflict?.id ?? '', { pick })
    }
    expect(await ann.list({ superseded: true, limit: 100 })).toHaveLength(24)
    for (const limit of [1, 3, 10, 18, 50]) {
      expect(await ann.list({ limit })).toHaveLength(Math.min(limit, 18))
      expect(await ann.search('whale', { limit })).toHaveLength(Math.min(limit, 18))
    }
  })

  test('of a circle is none: something is left', async () => {
    const { ann } = scene()
    const texts = [TEN, TWELVE, 'The plan costs 14 euros']
    const ids: string[] = []
    for (const text of texts) ids.push((await ann.remember(text)).id)
    await ann.scan({ record: true })
    for (const conflict of await ann.conflicts()) {
      const [a, b] = conflict.candidates.map(({ record }) => ids.indexOf(record)) as [number, number]
      // Each wins against the one before it.
      await ann.resolve(conflict.id, { pick: (a + 1) % 3 === b ? 2 : 1 })
    }
    expect(await ann.list()).toHaveLength(3)
    const [first] = await ann.conflicts({ all: true })
    await ann.resolve(first?.id ?? '', { undo: true })
    expect(await ann.list()).toHaveLength(1)
  })

  test('is the same on every node, also when two judge apart', async () => {
    const { ann, bob, meet } = scene('ann', 'bob')
    const { conflict, place, ten, twelve } = await suspects(ann)
    meet()
    await ann.resolve(conflict, { pick: place(twelve) })
    await bob.resolve(conflict, { pick: place(ten) })
    meet()
    expect((await ann.state()).root).toBe((await bob.state()).root)
    expect(await Promise.all([ten, twelve].map(id => statusOf(ann, id)))).toEqual(
      await Promise.all([ten, twelve].map(id => statusOf(bob, id))),
    )
    expect((await ann.list()).length).toBeGreaterThan(0)
  })
})

describe('what says the same', () => {
  test('is linked, and nothing is hidden by it', async () => {
    const { ann } = scene()
    const { id: first } = await ann.remember('Anna works at Acme')
    const { id: second } = await ann.remember('Anna works at Acme')
    const { id: finer } = await ann.remember('Anna works at Acme as a welder')
    expect(await ann.scan({ record: true })).toMatchObject({ suspicions: 0 })
    expect((await ann.get(first))?.links).toEqual([])
    expect((await ann.get(second))?.links).toEqual([{ relation: 'duplicates', id: first }])
    expect((await ann.get(finer))?.links).toEqual(
      expect.arrayContaining([
        { relation: 'refines', id: first },
        { relation: 'refines', id: second },
      ]),
    )
    expect(await ann.list()).toHaveLength(3)
    const { root } = await ann.state()
    await ann.scan({ record: true })
    expect((await ann.state()).root).toBe(root)
  })

  test('is not linked to what has been erased', async () => {
    const { ann } = scene()
    const { id: first } = await ann.remember('Anna works at Acme')
    const { id: second } = await ann.remember('Anna works at Acme')
    await ann.scan({ record: true })
    await ann.erase(first)
    expect((await ann.get(second))?.links).toEqual([])
  })
})

describe('who may not read both', () => {
  test('does not hear of the suspicion, nor of a link', async () => {
    const { ann } = scene()
    await ann.remember(TEN, { resources: ['vault'] })
    const { id: open } = await ann.remember(TWELVE)
    const { id: copy } = await ann.remember(TEN)
    await ann.scan({ record: true })
    const visitor = ann.as({ permissions: [{ resource: 'crm' }] })
    expect(await ann.conflicts()).toHaveLength(2)
    expect(await visitor.conflicts()).toHaveLength(1)
    expect((await ann.get(copy))?.links).toHaveLength(1)
    expect((await visitor.get(copy))?.links).toEqual([])
    expect((await visitor.scan()).findings).toHaveLength(1)
    expect(await visitor.get(open)).toMatchObject({ status: 'settled' })
    expect((await visitor.list()).length).toBe(2)
  })

  test('is shown what lost against what it may not read', async () => {
    const { ann } = scene()
    await ann.remember(TEN, { resources: ['vault'] })
    const { id } = await ann.remember(TWELVE)
    await ann.scan({ record: true })
    const [conflict] = await ann.conflicts()
    const pick = conflict?.candidates.findIndex(({ value }) => value === TEN) ?? 0
    await ann.resolve(conflict?.id ?? '', { pick: pick + 1 })
    expect(await statusOf(ann, id)).toBe('superseded')
    const visitor = ann.as({ permissions: [{ resource: 'crm' }] })
    expect(await visitor.get(id)).toMatchObject({ status: 'settled', supersededBy: null })
    expect((await visitor.list()).map(memory => memory.id)).toEqual([id])
  })

  test('nor who may only read, to keep what a scan finds', async () => {
    const { ann } = scene()
    await ann.remember(TEN)
    await ann.remember(TWELVE)
    const reader = ann.as({ permissions: [{ scope: '*', rights: ['read'] }] })
    expect((await reader.scan()).findings).toHaveLength(1)
    await expect(reader.scan({ record: true })).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('near a memory stands', () => {
  const subject = { scope: DEFAULT_SCOPE, text: 'whales sing', key: null, entities: [], thread: null }
  const near = async (more: Partial<Subject>) => {
    const { ann, at } = scene()
    await ann.remember('the moon is full', { thread: 'call-7' })
    await ann.remember('the sun is hot', { entities: ['Anna'] })
    await ann.remember('the wind is cold', { key: 'weather/today' })
    await ann.remember('the whales are blue')
    await ann.remember('whales sing', { scope: 'app=other' })
    const rows = neighboursOf(at.view.sight, { ...subject, ...more }, at.at.clock.now())
    return rows.map(({ registers }) => newest(registers.content ?? [])?.value)
  }

  test.each<[string, Partial<Subject>, string[]]>([
    ['what shares a word', {}, ['the whales are blue']],
    ['what shares a thread', { thread: 'call-7' }, ['the whales are blue', 'the moon is full']],
    ['what shares an entity', { entities: ['Anna'] }, ['the whales are blue', 'the sun is hot']],
    ['what has a key beside its own', { key: 'weather/now' }, ['the whales are blue', 'the wind is cold']],
    ['nothing of what shares nothing', { text: 'quiet' }, []],
  ])('%s', async (_, more, found) => {
    expect((await near(more)).sort()).toEqual([...found].sort())
  })
})
