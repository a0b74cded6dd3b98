import { describe, expect, test } from 'vitest'
import { ramMesh } from '../../../../test/support/ram-mesh.ts'
import type { Remembered } from '../api.ts'
import { RefusedItemError } from '../refused-item-error.ts'

const UNKNOWN = '0'.repeat(32)

function lone() {
  const [ann] = ramMesh(['ann']).nodes
  if (ann === undefined) throw new Error('nobody')
  return ann.node
}

describe('of many memories', () => {
  const bad: readonly [what: string, item: Remembered, code: string][] = [
    ['an unknown source', { value: 'x', derivedFrom: [UNKNOWN] }, 'not-found'],
    ['too much text', { value: 'x'.repeat(70_000) }, 'too-large'],
    ['too long a tag', { value: 'x', tags: ['t'.repeat(2000)] }, 'malformed'],
    ['a reserved key', { value: 'x', key: 'moot/policy' }, 'usage'],
    ['a basis that does not stand', { value: 'x', basedOn: ['a'.repeat(64)], strict: true }, 'changed'],
    ['a model that is not there', { value: 'x', reconcile: 'model' }, 'usage'],
    ['a value that was erased', { value: 'gone' }, 'erased'],
  ]

  for (const reconcile of [false, true]) {
    test.each(
      bad,
    )(`one with %s keeps all from being written (one reconciled: ${reconcile})`, async (_, item, code) => {
      const node = lone()
      await node.erase((await node.remember('gone')).id)
      const items = [{ value: 'first', reconcile }, item, { value: 'last' }]
      const failure: unknown = await node.rememberMany(items).catch(error => error)
      expect(failure).toBeInstanceOf(RefusedItemError)
      expect(failure).toMatchObject({ code, item: 1, message: expect.stringMatching(/^items\[1\]: /) })
      expect((await node.list()).filter(({ status }) => status !== 'erased')).toEqual([])
    })
  }

  test('all are written where none is refused', async () => {
    const node = lone()
    const written = await node.rememberMany([
      { value: 'a', key: 'k' },
      { value: 'b' },
      { value: 'c', key: 'k' },
    ])
    expect(written).toHaveLength(3)
    expect((await node.get('k'))?.value).toBe('c')
  })
})
