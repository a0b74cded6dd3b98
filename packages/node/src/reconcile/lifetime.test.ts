import { describe, expect, test } from 'vitest'
import { ramMesh } from '../../../../test/support/ram-mesh.ts'

const PORT = 'The deploy port is 8080'
const OTHER_PORT = 'The deploy port is 9090'

function lone() {
  const [ann] = ramMesh(['ann']).nodes
  if (ann === undefined) throw new Error('nobody')
  const { node, at } = ann
  return { node, soon: () => at.clock.ms + 60_000, later: () => at.clock.ms + 600_000 }
}

describe('a statement that ends sooner', () => {
  test('does not take the memory that it would replace with it', async () => {
    const { node, soon } = lone()
    const { id } = await node.remember(PORT)
    const written = await node.remember(OTHER_PORT, { reconcile: true, expiresAt: soon() })
    expect(written.decision).toMatchObject({ op: 'ADD', target: null })
    expect(written.decision?.reason).toContain('since that memory lasts longer')
    expect(await node.get(id)).toMatchObject({ value: PORT })
    expect((await node.get(id))?.row.registers).not.toHaveProperty('expiresAt')
  })

  test('ends no lasting memory', async () => {
    const { node, soon } = lone()
    const { id } = await node.remember('Anna works at Acme')
    const written = await node.remember('Anna no longer works at Acme', {
      reconcile: true,
      expiresAt: soon(),
    })
    expect(written.decision).toMatchObject({ op: 'ADD' })
    expect(await node.get(id)).toMatchObject({ value: 'Anna works at Acme' })
  })

  test('is refused under the key of a lasting memory', async () => {
    const { node, soon } = lone()
    await node.remember(PORT, { key: 'port' })
    const options = { key: 'port', reconcile: true, expiresAt: soon() } as const
    await expect(node.remember(OTHER_PORT, options)).rejects.toThrow('"port" lasts longer than this')
    expect(await node.get('port')).toMatchObject({ value: PORT })
  })

  test('does not unpin what would then expire', async () => {
    const { node, soon } = lone()
    const { id } = await node.remember(PORT, { pinned: true, expiresAt: soon() })
    const { decision } = await node.remember(OTHER_PORT, { reconcile: true, pinned: false })
    expect(decision?.op).toBe('ADD')
    expect(await node.get(id)).toMatchObject({ value: PORT })
  })
})

test('a statement that lasts as long or longer replaces the memory', async () => {
  const { node, soon, later } = lone()
  const { id } = await node.remember(PORT, { expiresAt: soon() })
  const expiresAt = later()
  const written = await node.remember(OTHER_PORT, { reconcile: true, expiresAt })
  expect(written).toMatchObject({ id, decision: { op: 'UPDATE' } })
  expect((await node.get(id))?.row.registers.expiresAt?.map(({ value }) => value)).toEqual([expiresAt])
})
