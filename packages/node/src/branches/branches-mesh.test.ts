/** Branches of nodes that run in a sealed mesh: what comes out of them reaches the others, who can read it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { MemoryNode, OpenNodeOptions } from '../api.ts'
import { openNode } from '../open-node.ts'

const IN_TIME = { timeout: 15_000 }

let home: string
const open: MemoryNode[] = []
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'folkmoot-branch-mesh-'))
})
afterEach(async () => {
  await Promise.all(open.splice(0).map(node => node.close()))
  rmSync(home, { recursive: true, force: true })
})

async function start(name: string, options: Partial<OpenNodeOptions> = {}): Promise<MemoryNode> {
  const node = await openNode({ dir: join(home, name), name, ...options })
  open.push(node)
  return node
}

const admitted = async (by: MemoryNode, name: string, agent: string) =>
  start(name, { join: (await by.invite({ agent })).ticket })
const reads = (node: MemoryNode, key: string) =>
  expect.poll(async () => (await node.get(key))?.value, IN_TIME)

describe('in a sealed mesh', () => {
  test('a scope that was first written in by a branch is read by all once it is merged', async () => {
    const ann = await start('ann', { agent: 'admin' })
    const bob = await admitted(ann, 'bob', 'cook')
    await bob.remember('known', { key: 'known' })
    await reads(ann, 'known').toBe('known')
    await bob.createBranch('b')
    const branch = await bob.branch('b')
    // It is meant to hear of nobody.
    expect((await branch.doctor()).findings.filter(({ level }) => level !== 'ok')).toEqual([])
    for (let i = 0; i < 100; i++)
      await branch.remember(`note ${i}`, { key: `n${i}`, scope: `user=u${i % 5}` })
    expect(await bob.merge('b')).toMatchObject({ refused: [], kept: false })
    await reads(ann, 'n99').toBe('note 99')
    await expect.poll(async () => (await ann.state()).root === (await bob.state()).root, IN_TIME).toBe(true)
    await bob.remember('after', { key: 'after', scope: 'user=u1' })
    await reads(ann, 'after').toBe('after')
    expect(await ann.verify()).toMatchObject({ valid: true, uncounted: [] })
  })

  test('both may make the first key of a scope, and read each other', async () => {
    const ann = await start('ann', { agent: 'admin' })
    const bob = await admitted(ann, 'bob', 'cook')
    await bob.createBranch('b')
    await (await bob.branch('b')).remember('in the branch', { key: 'k', scope: 'user=new' })
    await bob.remember('outside', { key: 'k', scope: 'user=new' })
    const { conflicts } = await bob.merge('b')
    expect(conflicts).toHaveLength(1)
    await expect
      .poll(async () => (await ann.conflicts())[0]?.candidates.map(({ value }) => value).sort(), IN_TIME)
      .toEqual(['in the branch', 'outside'])
  })

  test('what was written under a key from before a removal counts; what is written after has the next key', async () => {
    const ann = await start('ann', { agent: 'admin' })
    const bob = await admitted(ann, 'bob', 'cook')
    const eve = await admitted(ann, 'eve', 'spy')
    await bob.remember('before', { key: 'before' })
    for (const node of [ann, eve]) await reads(node, 'before').toBe('before')
    await bob.createBranch('b')
    const branch = await bob.branch('b')
    await branch.remember('tried', { key: 'tried' })
    await ann.revoke('eve')
    // It follows the membership of its node.
    await expect
      .poll(async () => (await branch.access({ scope: 'app=default' })).reach?.length, IN_TIME)
      .toBe(2)
    await branch.remember('tried later', { key: 'later' })
    expect(await bob.merge('b')).toMatchObject({ refused: [], kept: false })
    await reads(ann, 'tried').toBe('tried')
    await reads(ann, 'later').toBe('tried later')
    expect(await eve.get('tried')).toBeUndefined()
    await ann.remember('all in order', { key: 'more' })
    await reads(bob, 'more').toBe('all in order')
  })

  test('what may not count any more is named, and the branch is kept', async () => {
    const ann = await start('ann', { agent: 'admin' })
    const bob = await admitted(ann, 'bob', 'cook')
    await bob.remember('before', { key: 'before' })
    await bob.createBranch('b')
    const branch = await bob.branch('b')
    await branch.remember('tried', { key: 'tried' })
    await ann.revoke('cook', { scope: '*', rights: ['read', 'write'] })
    await expect.poll(async () => (await branch.identity()).rights.length, IN_TIME).toBeLessThan(2)
    await expect(branch.remember('late')).rejects.toMatchObject({ code: 'forbidden' })
    const { refused, kept, records } = await bob.merge('b')
    expect([kept, records]).toEqual([true, []])
    expect(refused.map(({ scope, code, reason }) => ({ scope, code, reason }))).toEqual([
      { scope: 'app=default', code: 'cut', reason: expect.stringContaining('revoked') },
    ])
    expect(await bob.branches()).toMatchObject([{ name: 'b', entries: 1 }])
    // However often it is merged, and whatever right comes back: it does not count, and is nowhere else.
    expect(await bob.merge('b')).toMatchObject({ entries: 0, refused, kept: true })
    await ann.grant('cook', { scope: '*', rights: ['read', 'write'] })
    await expect.poll(async () => (await bob.identity()).rights.length, IN_TIME).toBeGreaterThan(1)
    expect(await bob.merge('b')).toMatchObject({ entries: 0, refused, kept: true })
    await (await bob.branch('b')).remember('said again', { key: 'tried' })
    expect(await bob.merge('b')).toMatchObject({ records: [expect.anything()], refused, kept: true })
    await reads(ann, 'tried').toBe('said again')
    await bob.close()
    const again = await start('bob', { offline: true })
    expect(await again.merge('b')).toMatchObject({ entries: 0, refused, kept: true })
    expect(await again.branches()).toMatchObject([{ name: 'b', entries: 1 }])
    await again.dropBranch('b')
    expect(await again.branches()).toEqual([])
  })
})
