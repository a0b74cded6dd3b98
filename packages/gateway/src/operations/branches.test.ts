import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type MemoryNode, openNode } from '@folkmoot/node'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { connectSocket, type Visitor } from '../socket-client.ts'
import { type SocketDoor, serveSocket } from '../socket-server.ts'
import type { Client } from '../wire.ts'

let dir: string
let node: MemoryNode
let door: SocketDoor
const clients: Client[] = []

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'folkmoot-branch-door-'))
  node = await openNode({ dir, name: 'one', offline: true })
  door = await serveSocket(node, dir, { onDown: async () => {} })
})
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close()
  await door.close()
  await node.close()
  rmSync(dir, { recursive: true, force: true })
})

async function connect(visitor: Visitor = {}): Promise<Client> {
  const client = (await connectSocket(dir, visitor)) as Client
  clients.push(client)
  return client
}

test('who greets with a branch asks all of it, and the others go on with the node', async () => {
  const owner = await connect()
  await owner.call('branch.create', { name: 'b' })
  const inBranch = await connect({ branch: 'b' })
  await inBranch.call('remember', { value: 'tried', key: 'k' })
  expect(await inBranch.call('get', { id: 'k' })).toMatchObject({ value: 'tried' })
  await expect(owner.call('get', { id: 'k' })).rejects.toMatchObject({ code: 'not-found' })
  expect(await owner.call('branch.list', {})).toMatchObject([{ name: 'b' }])
  expect(await owner.call('diff', { a: 'here', b: 'branch:b' })).toMatchObject({
    ...{ a: { kind: 'here' }, b: { kind: 'branch', name: 'b' } },
    ...{ onlyInA: [], onlyInB: [{ key: 'k', value: 'tried' }], differing: [] },
  })
  const merged = await owner.call('merge', { branch: 'b', keep: true })
  expect(merged).toMatchObject({ branch: 'b', erased: 0, conflicts: [], refused: [], kept: true })
  expect(await owner.call('get', { id: 'k' })).toMatchObject({ value: 'tried' })
})

test('a connection outlives the merging of a branch that is kept, and not that of one that goes', async () => {
  const owner = await connect()
  await owner.call('branch.create', { name: 'b' })
  const inBranch = await connect({ branch: 'b' })
  await inBranch.call('remember', { value: 'first', key: 'k1' })
  await owner.call('merge', { branch: 'b', keep: true })
  await inBranch.call('remember', { value: 'second', key: 'k2' })
  expect(await owner.call('merge', { branch: 'b' })).toMatchObject({ entries: 1, kept: false })
  await expect(inBranch.call('remember', { value: 'third' })).rejects.toMatchObject({ code: 'not-found' })
  expect(await owner.call('get', { id: 'k2' })).toMatchObject({ value: 'second' })
})

test('what is asked in a row is done in that order, in a branch that has to be opened first too', async () => {
  const owner = await connect()
  await owner.call('branch.create', { name: 'b' })
  const inBranch = await connect({ branch: 'b' })
  const asked = Array.from({ length: 20 }, (_, i) => inBranch.call('remember', { value: `v${i}`, key: 'k' }))
  await Promise.all(asked)
  expect(await inBranch.call('get', { id: 'k' })).toMatchObject({ value: 'v19', status: 'settled' })
})

test('nobody stops the node out of a branch, and a user is served in it as outside', async () => {
  await node.remember('hers', { key: 'k', scope: 'user=carol' })
  await node.createBranch('b')
  const inBranch = await connect({ branch: 'b' })
  await expect(inBranch.call('down', {})).rejects.toMatchObject({ code: 'forbidden' })
  expect(await inBranch.call('get', { id: 'k' })).toMatchObject({ value: 'hers' })
  const served = await connect({ branch: 'b', user: 'alice' })
  await expect(served.call('get', { id: 'k' })).rejects.toMatchObject({ code: 'not-found' })
})

test('a branch that is not there, or has no name that it could have, is told at the first question', async () => {
  const nowhere = await connect({ branch: 'nowhere' })
  await expect(nowhere.call('list', {})).rejects.toMatchObject({ code: 'not-found' })
  const senseless = await connect({ branch: '../..' })
  await expect(senseless.call('list', {})).rejects.toMatchObject({ code: 'usage' })
})

test.each(['here', 'now', 'Here'])('%s is no name for a branch', async given => {
  const owner = await connect()
  await expect(owner.call('branch.create', { name: given })).rejects.toMatchObject({
    code: 'usage',
    message: 'field name: here and now mean the memory outside of branches: take another name',
  })
  expect(await owner.call('branch.list', {})).toEqual([])
})
