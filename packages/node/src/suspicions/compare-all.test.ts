import { relate } from '@folkmoot/arbiter'
import type { DocumentRow, ScopeAddress } from '@folkmoot/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ramMesh } from '../../../../test/support/ram-mesh.ts'
import { comparable, statementOf } from './comparable.ts'
import { bySurety, type Comparing, related } from './compare.ts'
import { compareAll, type Running } from './compare-all.ts'
import type { Match } from './finding.ts'

const SCOPES = ['app=one', 'app=two']
const texts = fc
  .tuple(
    fc.constantFrom('plan', 'car', 'house'),
    fc.constantFrom('costs', 'cost'),
    fc.constantFrom('10 euros', '12 euros', '10 euros in May'),
  )
  .map(([what, verb, much]) => `The ${what} ${verb} ${much}`)
const memories = fc.array(fc.record({ text: texts, scope: fc.constantFrom(...SCOPES) }), {
  minLength: 1,
  maxLength: 20,
})

const running = (more: Partial<Running> = {}): Running => ({
  signal: undefined,
  onProgress: () => {},
  ...more,
})

async function remembered(all: readonly { readonly text: string; readonly scope: string }[]) {
  const [ann] = ramMesh(['ann']).nodes
  if (ann === undefined) throw new Error('no node')
  for (const { text, scope } of all) await ann.node.remember(text, { scope })
  return ann
}

/** Each with each, without an index and without batches. */
function eachWithEach(view: Comparing): readonly Match[] {
  const rows = view.sight.ids().flatMap(id => view.sight.row(id) ?? [])
  const statement = (row: DocumentRow) => {
    const content = comparable(row, view.reader.now())
    return content && statementOf(row, content, view.members)
  }
  const found = rows.flatMap(a =>
    rows.flatMap(b => {
      const [one, other] = [statement(a), statement(b)]
      if (a.id >= b.id || a.scope !== b.scope || one === undefined || other === undefined) return []
      return related(relate(one, other), [light(a), light(b)]) ?? []
    }),
  )
  return found.sort(bySurety)
}

const light = ({ id, scope }: DocumentRow) => ({ id, scope })

test('finds what comparing each with each finds, whatever is held at once', async () => {
  await fc.assert(
    fc.asyncProperty(memories, fc.constantFrom(1, 60, 200, 1_000_000), async (all, batchLength) => {
      const { view } = await remembered(all)
      const { records, matches, found, complete } = await compareAll(view, undefined, running(), batchLength)
      expect([records, found, complete]).toEqual([all.length, matches.length, true])
      expect(matches).toEqual(eachWithEach(view))
      const [scope] = SCOPES as ScopeAddress[]
      const ofOne = await compareAll(view, scope, running(), batchLength)
      expect(ofOne.matches).toEqual(matches.filter(({ rows }) => rows[0].scope === scope))
    }),
    { numRuns: 40 },
  )
})

test('a memory that is gone when it comes to be compared is left out', async () => {
  const all = ['10 euros', '12 euros', '14 euros'].map(much => ({
    text: `The plan costs ${much}`,
    scope: 'app=one',
  }))
  const { node, view } = await remembered(all)
  const [first] = await node.list()
  const comparing = compareAll(view, undefined, running(), 1)
  await node.retract(first?.id ?? '')
  expect((await comparing).matches).toHaveLength(1)
})

test('tells how far it is, and goes only forward', async () => {
  const all = Array.from({ length: 600 }, (_, i) => ({ text: `note ${i}`, scope: SCOPES[i % 2] ?? '' }))
  const { view } = await remembered(all)
  const told: number[] = []
  const onProgress = (done: number, total: number) => {
    expect(total).toBe(600)
    told.push(done)
  }
  await compareAll(view, undefined, running({ onProgress }), 2000)
  expect([told[0], told.at(-1)]).toEqual([0, 600])
  expect(told).toEqual([...told].sort((a, b) => a - b))
  expect(new Set(told).size).toBeGreaterThan(4)
})

test('others have their turn meanwhile, and it can be broken off', async () => {
  const all = Array.from({ length: 100 }, (_, i) => ({
    text: `The plan ${i} costs 10 euros`,
    scope: 'app=one',
  }))
  const { view } = await remembered(all)
  const controller = new AbortController()
  const comparing = compareAll(view, undefined, running({ signal: controller.signal }))
  setImmediate(() => controller.abort(new Error('enough')))
  await expect(comparing).rejects.toThrow('enough')
})
