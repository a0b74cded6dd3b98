/** What a history still tells of entries of which nothing is left but the header. */
import { type DocumentId, removeNode, update } from '@folkmoot/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { write } from '../../../test/support/replicas.ts'
import { type TrustMesh, trustMesh } from '../../../test/support/trust.ts'

let mesh: TrustMesh
beforeEach(() => {
  mesh = trustMesh()
})
afterEach(() => mesh.close())

async function historyOf(id: string) {
  return (await mesh.node.history(id)).map(({ op, agent, value, reason }) => [op, agent, value, reason])
}

test('of what was erased it tells who said something and when, that it was destroyed, and who erased it', async () => {
  const { node } = mesh
  const id = mesh.tell('billing', { scope: 'app=default', key: 'secret', content: 'it is 4711' })
  await node.update(id, 'it is 4712', { reason: 'it was changed' })
  const before = await node.history(id)
  expect(before.map(({ op }) => op)).toEqual(['remember', 'update'])
  await node.erase(id, { reason: 'she asked for it' })
  expect(await historyOf(id)).toEqual([
    ['erased', 'billing', null, null],
    ['erased', 'support', null, null],
    ['erase', 'support', null, 'she asked for it'],
  ])
  const after = await node.history(id)
  const headerOf = ({ node, agent, at, entry }: (typeof before)[number]) => ({ node, agent, at, entry })
  expect(after.slice(0, 2).map(headerOf)).toEqual(before.map(headerOf))
  expect(JSON.stringify(after)).not.toContain('471')
})

test('what was said after its author was put out is told as cut off, not as erased', async () => {
  const { node, agents } = mesh
  const id = mesh.tell('billing', { scope: 'app=default', key: 'port', content: 'it is 80' })
  const { billing, support } = agents
  const known = [...support.replica.heads()].filter(head => head.node === billing.node)
  write(billing, update(id as DocumentId, 'it is 443'))
  mesh.hear('billing')
  for (const plan of removeNode(
    billing.node,
    known.map(({ log, seq, hash }) => [log, seq, hash]),
  ))
    write(support, plan)
  expect(await node.get('port')).toMatchObject({ value: 'it is 80' })
  expect(await historyOf(id)).toEqual([
    ['remember', 'billing', 'it is 80', null],
    ['cut', 'billing', null, null],
  ])
})

/** Rogue says `aisle`, billing `window`, and both are in dispute. */
function disputed(): string {
  const said = { scope: 'app=default', key: 'seat' }
  mesh.tell('rogue', { ...said, content: 'aisle' })
  return mesh.tell('billing', { ...said, content: 'window' })
}

test('a verdict that was taken back says so, and what takes it back names that one and no earlier ones', async () => {
  const { node } = mesh
  const id = disputed()
  const first = await node.resolve(id, { pick: 1 })
  const undo = await node.resolve(id, { undo: true })
  const second = await node.resolve(id, { pick: 2 })
  const again = await node.resolve(id, { undo: true })
  const holds = await node.resolve(id, { pick: 1 })
  const expected = [
    [first.entry, undefined, undo.entry],
    [undo.entry, [first.entry], undefined],
    [second.entry, undefined, again.entry],
    [again.entry, [second.entry], undefined],
    [holds.entry, undefined, undefined],
  ]
  const told = (await node.history(id)).slice(2)
  expect(told.map(({ entry, tookBack, takenBackBy }) => [entry, tookBack, takenBackBy])).toEqual(expected)
  const why = (await node.why(id)).slice(2)
  expect(why.map(({ entry, tookBack, takenBackBy }) => [entry, tookBack, takenBackBy])).toEqual(expected)
  const then = await node.why(id, { at: [first.entry] })
  expect(then.map(({ takenBackBy }) => takenBackBy)).toEqual([undefined, undefined, undefined])
})
