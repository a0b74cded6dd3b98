import { DEFAULT_SCOPE, remember, settle, update } from '@folkmoot/core'
import { expect, test } from 'vitest'
import { pull, type TestNode, testMesh, write } from '../../../test/support/replicas.ts'

const stateOf = (at: TestNode) => at.replica.roots.root()

test('two nodes write one key while apart: both values show, one settlement ends it everywhere', () => {
  const { mesh, nodes } = testMesh(['ann', 'bob', 'cid'])
  const [ann, bob, cid] = nodes as [TestNode, TestNode, TestNode]
  const say = (at: TestNode, content: string) =>
    write(at, remember({ scope: DEFAULT_SCOPE, key: 'door', content }, { mesh, node: at.node })).row
  const id = say(ann, 'open')?.id
  if (id === undefined) throw new Error('nothing was written')
  expect(say(bob, 'shut')?.id).toBe(id)
  for (const [to, from] of [
    [ann, bob],
    [bob, ann],
    [cid, ann],
    [cid, bob],
  ] as const)
    pull(to, from)
  expect(new Set(nodes.map(stateOf)).size).toBe(1)
  const row = cid.storage.rows.get(id)
  const said = row?.registers.content?.map(sibling => `${sibling.value} ${sibling.node}`)
  expect(said?.sort()).toEqual([`open ${ann.node}`, `shut ${bob.node}`])
  expect(row?.conflicts[0]?.status).toBe('open')

  const settled = write(cid, settle(id, 'content', { pick: 1 }, { reason: 'I looked' }))
  expect(settled.row?.conflicts[0]).toMatchObject({
    status: 'resolved',
    resolution: { kind: 'pick', reason: 'I looked' },
  })
  for (const to of [ann, bob]) pull(to, cid)
  expect(new Set(nodes.map(stateOf)).size).toBe(1)
  expect(ann.storage.rows.get(id)?.registers.content).toHaveLength(1)
  expect(write(ann, update(id, 'ajar')).row?.registers.content?.[0]?.value).toBe('ajar')
})
