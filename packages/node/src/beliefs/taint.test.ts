import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DocumentId } from '@folkmoot/core'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { trustMesh } from '../../../../test/support/trust.ts'
import type { MemoryNode } from '../api.ts'
import { openNode } from '../open-node.ts'
import { waysFrom } from './taint.ts'

let home: string
let node: MemoryNode

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'folkmoot-taint-'))
  node = await openNode({ dir: home, name: 'one', agent: 'support', offline: true })
})
afterEach(async () => {
  await node.close()
  rmSync(home, { recursive: true, force: true })
})

/** A graph of who was derived from whom, loops and all. */
const graphs = fc.array(fc.tuple(fc.nat(14), fc.nat(14)), { maxLength: 40 })
const idOf = (number: number) => number.toString(16).padStart(32, '0') as DocumentId

/** What can be reached, by closing the relation until nothing is added, and in how many steps. */
function reference(edges: readonly (readonly [number, number])[], first: number): Map<number, number> {
  const steps = new Map([[first, 0]])
  for (let round = 1; round <= 15; round++) {
    const reached = new Map(steps)
    for (const [source, derived] of edges)
      if (reached.has(source) && !steps.has(derived)) steps.set(derived, round)
  }
  steps.delete(first)
  return steps
}

describe('what can be reached', () => {
  test('is what the closure of the relation says, by shortest ways', () => {
    fc.assert(
      fc.property(graphs, fc.nat(14), (edges, first) => {
        const derived = new Map<DocumentId, DocumentId[]>()
        for (const [source, record] of edges)
          derived.set(idOf(source), [...(derived.get(idOf(source)) ?? []), idOf(record)])
        const ways = waysFrom(idOf(first), derived)
        const lengthOf = (id: DocumentId): number =>
          id === idOf(first) ? 0 : 1 + lengthOf(ways.get(id) as DocumentId)
        const found = new Map([...ways.keys()].map(id => [Number.parseInt(id, 16), lengthOf(id)]))
        expect(found).toEqual(reference(edges, first))
      }),
    )
  })

  test('is the same when the graph is made of memories', async () => {
    await fc.assert(
      fc.asyncProperty(graphs, fc.nat(14), async (edges, first) => {
        const ids: string[] = []
        for (let i = 0; i < 15; i++) ids.push((await node.remember(`memory ${i}`)).id)
        const sources = Map.groupBy(edges, ([, record]) => record)
        for (const [record, those] of sources) {
          const derivedFrom = [...new Set(those.map(([source]) => ids[source] as string))]
          await node.update(ids[record] as string, `derived ${record}`, { derivedFrom })
        }
        const { records } = await node.taint(ids[first] as string)
        const found = new Map(records.map(({ id, path }) => [ids.indexOf(id), path.length]))
        expect(found).toEqual(reference(edges, first))
        for (const { id, path } of records) {
          expect([path[0]?.from, path.at(-1)?.record]).toEqual([ids[first], id])
          for (const [i, step] of path.entries()) {
            expect(step.by?.name).toBe('one')
            if (i > 0) expect(step.from).toBe(path[i - 1]?.record)
          }
        }
      }),
      { numRuns: 15 },
    )
  })
})

describe('taint', () => {
  test('goes across agents, and through what is retracted or whose root is erased', async () => {
    const mesh = trustMesh()
    try {
      const root = mesh.tell('billing', { scope: 'user=alice', content: 'wrong', key: 'root' })
      const why = { derivedFrom: [root as DocumentId], contributors: ['billing'] }
      const middle = mesh.tell('rogue', { scope: 'app=default', content: 'so', key: 'middle', why })
      const last = await mesh.node.remember('therefore', { key: 'last', derivedFrom: [middle] })
      await mesh.node.retract('middle')
      const report = await mesh.node.taint('root', { scope: 'user=alice' })
      expect(report.status).toBe('standing')
      expect(
        report.records.map(({ key, retracted, path }) => [key, retracted, path.map(({ by }) => by?.agent)]),
      ).toEqual([
        ['middle', true, ['rogue']],
        ['last', false, ['rogue', 'support']],
      ])
      await mesh.node.erase(root)
      const after = await mesh.node.taint(root)
      expect(after.status).toBe('erased')
      expect(after.records.map(({ id }) => id)).toEqual([middle, last.id])
    } finally {
      mesh.close()
    }
  })

  test('tells what was written by those who acted on it, and retracts that only if it is named', async () => {
    const plan = await node.remember('by train', { key: 'plan' })
    const booked = await node.remember('booked a seat', { key: 'booked', basedOn: [plan.entry] })
    const told = await node.remember('told Anna', { key: 'told', derivedFrom: [booked.id] })
    const both = { derivedFrom: [plan.id], basedOn: [plan.entry] }
    const bill = await node.remember('pay for it', { key: 'bill', ...both })
    await node.update('plan', 'by bus', { basedOn: [plan.entry] })
    await node.tag('booked', { add: ['travel'] })
    await node.retract('plan')
    const links = async () =>
      (await node.taint('plan')).records.map(({ key, link, retracted, path }) => [
        ...[key, link, retracted],
        path.map(step => step.link),
      ])
    expect(await links()).toEqual([
      ['bill', 'derived', false, ['derived']],
      ['booked', 'acted', false, ['acted']],
      ['told', 'acted', false, ['acted', 'derived']],
    ])
    expect((await node.taint('plan')).records.at(1)?.path[0]?.by?.entry).toBe(booked.entry)
    expect((await node.rollBack('plan')).retracted.map(({ id }) => id)).toEqual([bill.id])
    const { retracted } = await node.rollBack('plan', { only: [booked.id] })
    expect(retracted.map(({ id }) => id)).toEqual([booked.id])
    expect((await node.history('booked')).at(-1)?.reason).toBe(`rolled back: written because of ${plan.id}`)
    expect(await links()).toEqual([
      ['bill', 'derived', true, ['derived']],
      ['booked', 'acted', true, ['acted']],
      ['told', 'acted', false, ['acted', 'derived']],
    ])
    expect((await node.get(told.id))?.status).toBe('settled')
    // Who says something else without it does not act on it any more.
    await node.remember('booked a bus', { key: 'booked' })
    expect((await links()).map(([key]) => key)).toEqual(['bill'])
  })

  test('spells out only the last steps of a long way', async () => {
    let { id } = await node.remember('root', { key: 'root' })
    for (let i = 1; i <= 50; i++) id = (await node.remember(`step ${i}`, { derivedFrom: [id] })).id
    const { records } = await node.taint('root')
    expect(records.map(({ steps }) => steps)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1))
    expect(records.at(-1)?.path).toHaveLength(32)
    expect(records.at(-1)?.path.at(-1)?.record).toBe(id)
    expect(records[9]?.path).toHaveLength(10)
    expect((await node.rollBack('root')).retracted).toHaveLength(50)
  })

  test('of nothing is refused; of what nothing was derived from is empty', async () => {
    await expect(node.taint('nobody')).rejects.toMatchObject({ code: 'not-found' })
    await expect(node.taint('ab'.repeat(16))).rejects.toMatchObject({ code: 'not-found' })
    const { id } = await node.remember('alone')
    expect(await node.taint(id)).toEqual({ id, status: 'standing', records: [] })
  })
})

describe('rolling back', () => {
  test('retracts what was derived, with the reason, and leaves the rest', async () => {
    const root = await node.remember('wrong', { key: 'root' })
    const one = await node.remember('so', { key: 'one', derivedFrom: [root.id] })
    const two = await node.remember('therefore', { key: 'two', derivedFrom: [one.id] })
    await node.remember('unrelated', { key: 'other' })
    await node.retract('one')
    await node.retract('root')
    const report = await node.rollBack('root')
    expect(report.retracted.map(({ id }) => id)).toEqual([two.id])
    expect(report.skipped).toEqual([{ id: one.id, why: 'retracted already' }])
    const last = (await node.history('two')).at(-1)
    expect(last).toMatchObject({ op: 'retract', reason: `rolled back: derived from ${root.id}` })
    expect((await node.get('two'))?.row.sources).toEqual([one.id])
    expect((await node.get('other'))?.status).toBe('settled')
  })

  test('skips what may not be written and what cannot be retracted, and says why', async () => {
    const root = await node.remember('wrong', { key: 'root' })
    const mine = await node.remember('mine', { key: 'mine', derivedFrom: [root.id] })
    const shared = await node.remember('shared', { scope: 'app=shop', derivedFrom: [root.id] })
    const block = await node.createBlock('text', 'hello', { derivedFrom: [root.id] })
    const visitor = node.as({
      permissions: [
        { scope: 'app=default', rights: ['read', 'write'] },
        { scope: 'app=shop', rights: ['read'] },
      ],
    })
    const { retracted, skipped } = await visitor.rollBack('root')
    expect(retracted.map(({ id }) => id)).toEqual([mine.id])
    expect(Object.fromEntries(skipped.map(({ id, why }) => [id, why]))).toEqual({
      [shared.id]: expect.stringContaining('without the right to write'),
      [block.id]: expect.stringContaining('edited, not retracted'),
    })
    expect((await node.get(shared.id))?.value).toBe('shared')
  })

  test('touches only what it is told to, and nothing that was not derived', async () => {
    const root = await node.remember('wrong', { key: 'root' })
    const one = await node.remember('one', { derivedFrom: [root.id] })
    const two = await node.remember('two', { derivedFrom: [root.id] })
    const stranger = await node.remember('stranger')
    await expect(node.rollBack('root', { only: [stranger.id] })).rejects.toMatchObject({ code: 'not-found' })
    await node.rollBack('root', { only: [one.id], reason: 'it was a joke' })
    expect((await node.get(one.id))?.status).toBe('retracted')
    expect((await node.history(one.id)).at(-1)?.reason).toBe('it was a joke')
    expect((await node.get(two.id))?.status).toBe('settled')
    expect((await node.get(stranger.id))?.status).toBe('settled')
  })

  test('also of a memory that has been erased', async () => {
    const root = await node.remember('wrong')
    const one = await node.remember('one', { derivedFrom: [root.id] })
    await node.erase(root.id)
    expect((await node.rollBack(root.id)).retracted.map(({ id }) => id)).toEqual([one.id])
  })
})
