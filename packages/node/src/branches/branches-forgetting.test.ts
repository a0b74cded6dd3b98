/** What is destroyed outside is destroyed in branches too, to the last byte, before anybody signs that it is. */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { filesWith } from '../../../../test/support/directory-bytes.ts'
import type { MemoryNode, OpenNodeOptions } from '../api.ts'
import { openNode } from '../open-node.ts'

const SECRET = 'zanzibarsecret'
const PART = 'zibarsecret'
const IN_TIME = { timeout: 15_000 }

let home: string
const open: MemoryNode[] = []
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'folkmoot-forgetting-'))
})
afterEach(async () => {
  await Promise.all(open.splice(0).map(node => node.close()))
  rmSync(home, { recursive: true, force: true })
})

async function start(name = 'ann', options: Partial<OpenNodeOptions> = { offline: true }) {
  const node = await openNode({ dir: join(home, name), name, ...options })
  open.push(node)
  return node
}

async function shut(node: MemoryNode): Promise<void> {
  open.splice(open.indexOf(node), 1)
  await node.close()
}

const worries = async (at: MemoryNode) =>
  (await at.doctor()).findings.flatMap(({ level, what }) => (level === 'ok' ? [] : what))

/** A node with three branches: one open, one closed, and one that has written about the secret itself. */
async function withBranches(node: MemoryNode) {
  const { id } = await node.remember(`the ${SECRET}`, { key: `key ${SECRET}`, tags: [SECRET] })
  for (let i = 0; i < 50; i++) await node.remember(`other ${i}`)
  for (const name of ['opened', 'closed', 'written']) await node.createBranch(name)
  const opened = await node.branch('opened')
  expect(await opened.search(SECRET)).toHaveLength(1)
  const written = await node.branch('written')
  await written.update(id, `again the ${SECRET}`)
  await written.remember('kept', { key: 'kept' })
  await written.close()
  return { id, opened }
}

describe('an erasure', () => {
  test('reaches every branch, open or closed, before it is confirmed', async () => {
    const node = await start()
    const { id, opened } = await withBranches(node)
    expect(filesWith(node.dir, SECRET).filter(file => file.startsWith('branches'))).not.toEqual([])
    const report = await node.erase(id)
    expect(report.pending).toEqual([])
    expect(report.receipts.map(receipt => receipt.node)).toEqual([node.id])
    expect(filesWith(node.dir, PART)).toEqual([])
    expect((await opened.get(id))?.status).toBe('erased')
    expect(await opened.search(SECRET)).toEqual([])
    const { root } = await opened.state()
    expect(await opened.verify()).toMatchObject({ valid: true, rowsDiffer: 0 })
    expect(await opened.rebuild()).toMatchObject({ root })
    expect((await opened.get(id))?.status).toBe('erased')
    expect(await node.merge('written')).toMatchObject({ refused: [], kept: false })
    expect((await node.get('kept'))?.value).toBe('kept')
    expect((await node.get(id))?.status).toBe('erased')
    expect(filesWith(node.dir, PART)).toEqual([])
    await shut(node)
    expect(filesWith(node.dir, PART)).toEqual([])
  })

  test('of what a branch changed is told by the merge, and riddles nobody afterwards', async () => {
    const ann = await start('ann', {})
    const { id } = await ann.remember(`the ${SECRET}`, { key: 'sec' })
    await ann.createBranch('b')
    const branch = await ann.branch('b')
    await branch.update(id, `another ${SECRET}`)
    await branch.remember('kept', { key: 'kept' })
    await ann.erase(id)
    const merged = await ann.merge('b')
    expect(merged).toMatchObject({ erased: 1, refused: [], kept: false })
    expect(merged.records).toHaveLength(1)
    expect(await worries(ann)).toEqual([])
    const { ticket } = await ann.invite()
    const bob = await start('bob', { join: ticket })
    await expect.poll(async () => (await bob.get('kept'))?.value, IN_TIME).toBe('kept')
    await expect
      .poll(async () => (await bob.status()).entries === (await ann.status()).entries, IN_TIME)
      .toBe(true)
    expect(await worries(bob)).toEqual([])
  })

  test('is not confirmed while a branch cannot be opened, which is named, and is once that is gone', async () => {
    const node = await start()
    const { id } = await node.remember(`the ${SECRET}`)
    await node.createBranch('stuck')
    const config = join(node.dir, 'branches', 'stuck', 'node.json')
    renameSync(config, `${config}.away`)
    writeFileSync(config, 'nonsense')
    expect(await node.erase(id)).toMatchObject({ receipts: [], pending: [node.id, 'branch stuck'] })
    expect(filesWith(node.dir, SECRET)).toEqual(['branches/stuck/memory.sqlite'])
    await shut(node)
    const again = await start()
    expect(await again.erasures()).toMatchObject([{ receipts: [], pending: [node.id, 'branch stuck'] }])
    await again.dropBranch('stuck')
    expect(await again.erasures()).toMatchObject([{ receipts: [{ node: node.id }], pending: [] }])
    expect(filesWith(node.dir, SECRET)).toEqual([])
  })

  test('is made up for when its branch can be opened again', async () => {
    const node = await start()
    const { id } = await node.remember(`the ${SECRET}`)
    await node.createBranch('stuck')
    const config = join(node.dir, 'branches', 'stuck', 'node.json')
    renameSync(config, `${config}.away`)
    expect((await node.erase(id)).receipts).toEqual([])
    await shut(node)
    renameSync(`${config}.away`, config)
    const again = await start()
    expect(await again.erasures()).toMatchObject([{ receipts: [{ node: node.id }], pending: [] }])
    expect(filesWith(node.dir, PART)).toEqual([])
  })

  test('made in a branch destroys outside when it is merged, and not before', async () => {
    const node = await start()
    const { id } = await withBranches(node)
    const branch = await node.branch('written')
    expect(await branch.erase(id)).toMatchObject({ receipts: [], pending: [node.id] })
    expect((await branch.get(id))?.status).toBe('erased')
    await expect(branch.remember(`the ${SECRET}`)).rejects.toMatchObject({ code: 'erased' })
    expect((await node.get(id))?.value).toBe(`the ${SECRET}`)
    expect(await node.merge('written')).toMatchObject({ refused: [], kept: false })
    expect((await node.get(id))?.status).toBe('erased')
    expect(await node.erasures()).toMatchObject([{ receipts: [{ node: node.id }], pending: [] }])
    await expect(node.remember(`the ${SECRET}`)).rejects.toMatchObject({ code: 'erased' })
    expect(filesWith(node.dir, PART)).toEqual([])
  })

  test('by another node reaches the branches before this node signs for it', async () => {
    const ann = await start('ann', {})
    const { id } = await withBranches(ann)
    const { ticket } = await ann.invite()
    const bob = await start('bob', { join: ticket })
    await expect.poll(async () => (await bob.get(id))?.value, IN_TIME).toBe(`the ${SECRET}`)
    const report = await bob.erase(id, { wait: true })
    expect(report.pending).toEqual([])
    expect(report.receipts).toHaveLength(2)
    expect(filesWith(home, PART)).toEqual([])
  })
})

describe('a run that is ended', () => {
  test('is destroyed in the branches too', async () => {
    const node = await start()
    const scope = 'user=alice,run=r1'
    await node.remember(`the ${SECRET}`, { scope, key: `key ${SECRET}` })
    await node.createBranch('a')
    await node.createBranch('b')
    const branch = await node.branch('b')
    await branch.remember(`more ${SECRET}`, { scope })
    await branch.remember('lasting', { scope: 'user=alice', key: 'lasting' })
    expect(await node.endRun('r1')).toEqual({ run: 'r1', records: 1 })
    expect(filesWith(node.dir, PART)).toEqual([])
    expect(await branch.list({ scope })).toEqual([])
    expect(await node.merge('b')).toMatchObject({ refused: [] })
    expect((await node.get('lasting'))?.value).toBe('lasting')
    expect(await node.verify()).toMatchObject({ valid: true, rowsDiffer: 0 })
  })

  test('says which branch may still hold it', async () => {
    const node = await start()
    await node.remember(`the ${SECRET}`, { scope: 'run=r1' })
    await node.createBranch('stuck')
    writeFileSync(join(node.dir, 'branches', 'stuck', 'node.json'), 'nonsense')
    await expect(node.endRun('r1')).rejects.toThrow(/branch stuck/)
    expect(await node.list()).toEqual([])
  })
})
