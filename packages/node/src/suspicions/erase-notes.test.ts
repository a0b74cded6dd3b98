import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { filesWith } from '../../../../test/support/directory-bytes.ts'
import { openNode } from '../open-node.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'folkmoot-notes-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

/** Whoever judges says why, and says it with the words of what it judges. */
test.each([
  true,
  false,
])('what is erased is in no note either, in a mesh that is sealed: %s', async sealed => {
  const dir = join(home, 'one')
  const node = await openNode({ dir, name: 'one', offline: true, sealed })
  const secret = `zq${process.pid.toString(36)}secret`
  const { id } = await node.remember(`The vault of ${secret} opens at 10`)
  const { id: kept } = await node.remember(`The vault of ${secret} opens at 12`)
  const { id: copy } = await node.remember(`The vault of ${secret} opens at 10`)
  const found = await node.scan({ record: true })
  expect(found).toMatchObject({ suspicions: 2, links: 1 })
  for (const { id: conflict } of await node.conflicts()) {
    await node.resolve(conflict, { pick: 1, reason: `${secret} was seen at the vault` })
  }
  // Of one the suspicion is withdrawn, and its history is there still.
  await node.update(copy, `The vault of ${secret} opens at 12`)
  await node.scan({ record: true })
  await node.close()
  expect(filesWith(dir, secret)).not.toEqual([])

  const again = await openNode({ dir, offline: true })
  for (const each of [id, kept, copy]) await again.erase(each)
  expect(await again.conflicts({ all: true })).toEqual([])
  expect(await again.list()).toEqual([])
  await again.close()
  expect(filesWith(dir, secret)).toEqual([])
})

test('notes of the mesh’s own are no memories, neither while they are there nor when they are erased', async () => {
  const node = await openNode({ dir: join(home, 'one'), name: 'one', offline: true })
  const { id } = await node.remember('The plan costs 10 euros')
  const { id: other } = await node.remember('The plan costs 12 euros')
  await node.scan({ record: true })
  const [conflict] = await node.conflicts()
  const { record: note } = conflict as NonNullable<typeof conflict>
  expect(await node.get(note)).toBeUndefined()
  expect(await node.conflict(note)).toMatchObject({ cause: 'suspected-contradiction' })
  await node.erase(other)
  expect((await node.list()).map(memory => memory.id)).toEqual([id])
  expect((await node.list({ superseded: true })).filter(({ status }) => status !== 'erased')).toHaveLength(1)
  expect((await node.get(other))?.status).toBe('erased')
  await node.close()
})

test('what was reconciled leaves nothing of another memory behind', async () => {
  const dir = join(home, 'one')
  const node = await openNode({ dir, name: 'one', offline: true, sealed: false })
  const secret = `zq${process.pid.toString(36)}port`
  const { id } = await node.remember(`The port of ${secret} is 8080`)
  const { id: other, decision } = await node.remember('The port of the door is 9090', { reconcile: true })
  expect(decision?.basis).toEqual([id])
  await node.remember(`The port of ${secret} is 9091`, { reconcile: true })
  await node.remember(`The port of ${secret} is 9091`, { reconcile: true })
  await node.erase(id)
  await node.close()
  expect(filesWith(dir, secret)).toEqual([])
  const again = await openNode({ dir, offline: true })
  expect(await again.get(other)).toMatchObject({ value: 'The port of the door is 9090' })
  await again.close()
})

test('who may not erase a memory erases nothing that is noted of it', async () => {
  const node = await openNode({ dir: join(home, 'one'), name: 'one', offline: true })
  const { id } = await node.remember('The plan costs 10 euros')
  await node.remember('The plan costs 12 euros')
  await node.scan({ record: true })
  const reader = node.as({ permissions: [{ scope: '*', rights: ['read'] }] })
  await expect(reader.erase(id)).rejects.toMatchObject({ code: 'forbidden' })
  await expect(node.as({ permissions: [] }).erase(id)).rejects.toMatchObject({ code: 'not-found' })
  await expect(node.erase(id, { derivedFrom: ['nobody'] })).rejects.toThrow()
  expect(await node.conflicts()).toHaveLength(1)
  await node.close()
})
