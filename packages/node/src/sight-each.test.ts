import type { Json } from '@folkmoot/core'
import { expect, test, vi } from 'vitest'
import { type RamNode, ramMesh } from '../../../test/support/ram-mesh.ts'
import type { RememberOptions } from './api.ts'

/** More than two pages. */
const MANY = 600

async function full(...first: readonly (RememberOptions & { readonly value: Json })[]) {
  const [at] = ramMesh(['ann']).nodes as [RamNode]
  const items = Array.from({ length: MANY }, (_, i) => ({
    value: `memory ${i}`,
    ...(i % 3 === 0 ? { tags: ['third'] } : {}),
  }))
  if (first.length > 0) await at.node.rememberMany(first)
  await at.node.rememberMany(items)
  return { ...at, sight: at.view.sight }
}

test('rows come one by one as they are listed, and no more than a page is read at once', async () => {
  const { sight } = await full()
  const lists = vi.spyOn(sight, 'list')
  for (const query of [{}, { tag: 'third' }]) {
    lists.mockClear()
    const found = [...sight.each(query)].map(({ id }) => id)
    const limits = lists.mock.calls.map(([{ limit }]) => limit)
    expect(found).toEqual(sight.list({ ...query, limit: MANY }).map(({ id }) => id))
    expect(limits.length).toBe(Math.floor(found.length / 256) + 1)
    expect(Math.max(...limits)).toBe(256)
  }
})

test('nothing is read that nobody asks for', async () => {
  const { sight, node } = await full()
  const lists = vi.spyOn(sight, 'list')
  expect(await node.list({ limit: 5 })).toHaveLength(5)
  expect(lists.mock.calls.map(([{ limit }]) => limit)).toEqual([5])
  lists.mockClear()
  expect(await node.list({ limit: 5, verified: true })).toEqual([])
  expect(lists.mock.calls.map(([{ limit }]) => limit)).toEqual([5, 256, 256, 256])
})

test('what is wanted is found however far back it is', async () => {
  const { sight, node } = await full({ value: 'sure', confidence: 0.9 })
  expect([...sight.each({})].at(-1)?.registers.content?.[0]?.value).toBe('sure')
  expect((await node.list({ minConfidence: 0.5 })).map(({ value }) => value)).toEqual(['sure'])
  expect((await node.list({ minConfidence: 0.5, limit: 1 })).map(({ value }) => value)).toEqual(['sure'])
  expect(await node.list({ limit: MANY + 9 })).toHaveLength(MANY + 1)
})
