import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { MemoryNode } from '../api.ts'
import { openNode } from '../open-node.ts'

let home: string
let node: MemoryNode
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'folkmoot-diff-branch-'))
  node = await openNode({ dir: home, name: 'one', agent: 'support', offline: true })
})
afterEach(async () => {
  await node.close()
  rmSync(home, { recursive: true, force: true })
})

const THERE = { branch: 'b' }

test('a branch and its node differ in what either has said since, and in nothing once it is merged', async () => {
  for (const key of ['same', 'price', 'gone', 'tagged']) await node.remember(`the ${key}`, { key })
  const secret = await node.remember('secret', { key: 'secret' })
  await node.createBranch('b')
  expect(await node.diff(THERE, 'here')).toMatchObject({
    onlyInA: [],
    onlyInB: [],
    differing: [],
    next: null,
  })
  const branch = await node.branch('b')
  await branch.update('price', '10 EUR')
  await branch.remember('an idea', { key: 'idea', scope: 'app=shop' })
  await branch.retract('gone')
  await branch.tag('tagged', { add: ['new'] })
  await node.update('price', '15 EUR')
  await node.remember('outside', { key: 'outside' })
  const report = await node.diff(THERE, 'here')
  expect([report.a, report.b]).toEqual([{ kind: 'branch', name: 'b' }, { kind: 'here' }])
  expect(report.onlyInA.map(({ key, value }) => [key, value])).toEqual([['idea', 'an idea']])
  expect(report.onlyInB.map(({ key, value }) => [key, value])).toEqual([['outside', 'outside']])
  const differing = report.differing.map(({ key, places, a, b }) => [key, places, a.value, b.value, a.status])
  expect(differing.sort()).toEqual([
    ['gone', ['content'], null, 'the gone', 'retracted'],
    ['price', ['content'], '10 EUR', '15 EUR', 'settled'],
    ['tagged', ['tags'], 'the tagged', 'the tagged', 'settled'],
  ])
  const turned = await node.diff('here', THERE, { scope: 'app=shop' })
  expect(turned.onlyInB.map(({ key }) => key)).toEqual(['idea'])
  expect([...turned.onlyInA, ...turned.differing]).toEqual([])
  await branch.erase(secret.id)
  const { differing: erased } = await node.diff('here', THERE)
  const told = erased.find(({ id }) => id === secret.id)
  expect([told?.a.value, told?.b.value, told?.b.status]).toEqual(['secret', null, 'erased'])
  await node.merge('b', { keep: true })
  expect((await node.diff(THERE, 'here')).onlyInA).toEqual([])
})

test('what was erased after a merge is erased in the branch as well, and no difference', async () => {
  await node.createBranch('b')
  const { id } = await (await node.branch('b')).remember('secret', { key: 'secret' })
  await node.merge('b', { keep: true })
  await node.erase(id)
  await expect.poll(async () => (await (await node.branch('b')).get(id))?.status).toBe('erased')
  for (const report of [await node.diff('here', THERE), await node.diff(THERE, 'here')])
    expect([report.onlyInA, report.onlyInB, report.differing]).toEqual([[], [], []])
})

test('it comes page by page, and everybody sees what they may read', async () => {
  await node.createBranch('b')
  const branch = await node.branch('b')
  for (let i = 0; i < 5; i++)
    await branch.remember(`note ${i}`, { scope: i < 2 ? 'app=shop' : 'app=default' })
  const first = await node.diff(THERE, 'here', { limit: 3 })
  expect(first.onlyInA).toHaveLength(3)
  const { next } = first
  const rest = await node.diff(THERE, 'here', next === null ? {} : { after: next })
  expect([rest.onlyInA.length, rest.next]).toEqual([2, null])
  const visitor = node.as({ permissions: [{ scope: 'app=shop', rights: ['read'] }] })
  expect((await visitor.diff(THERE, 'here')).onlyInA).toHaveLength(2)
})

test('a branch is compared with nothing else, and there has to be one', async () => {
  await expect(node.diff(THERE, 'here')).rejects.toMatchObject({ code: 'not-found' })
  await node.createBranch('b')
  for (const other of [THERE, { at: 0 }, { node: 'one' }])
    await expect(node.diff(THERE, other)).rejects.toMatchObject({ code: 'usage' })
  await expect((await node.branch('b')).diff(THERE, 'here')).rejects.toMatchObject({ code: 'usage' })
})
