import type { EntryHash } from '@folkmoot/core'
import { expect, test } from 'vitest'
import { ramMesh } from '../../../test/support/ram-mesh.ts'

const UNKNOWN = 'f'.repeat(64) as EntryHash

async function scene() {
  const [ann] = ramMesh(['ann']).nodes
  if (ann === undefined) throw new Error('nobody')
  const first = await ann.node.remember('one', { key: 'k' })
  const other = await ann.node.remember('else', { key: 'other' })
  await ann.node.update('k', 'two')
  return { node: ann.node, first, other }
}

test('what was believed as of an entry that nobody knows is not told', async () => {
  const { node, first, other } = await scene()
  for (const entry of [UNKNOWN, other.entry]) {
    await expect(node.why('k', { at: [entry] })).rejects.toThrow(
      `no entry ${entry.slice(0, 12)} in the history of k`,
    )
    await expect(node.get('k', { at: [entry] })).rejects.toMatchObject({ code: 'not-found' })
  }
  expect(await node.get('k', { at: [first.entry] })).toMatchObject({ value: 'one' })
  expect(await node.why('k', { at: [first.entry] })).toMatchObject([{ value: 'one' }])
})

test('a time that lies ahead is compared with nothing', async () => {
  const { node } = await scene()
  const at = Date.parse('2099-01-01')
  await expect(node.diff({ at }, 'here')).rejects.toThrow('2099-01-01T00:00:00.000Z lies ahead')
  await expect(node.diff('here', { at })).rejects.toMatchObject({ code: 'usage' })
  expect(await node.diff({ at: 0 }, 'here')).toMatchObject({ onlyInB: [{}, {}] })
})
