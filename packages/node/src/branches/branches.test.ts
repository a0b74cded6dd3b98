import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { MemoryNode } from '../api.ts'
import { openNode } from '../open-node.ts'
import { rotateKey } from '../rotate-key.ts'
import { BRANCHES_MAX } from './branch-directory.ts'

let home: string
let dir: string
let node: MemoryNode
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'folkmoot-branches-'))
  dir = join(home, 'ann')
  node = await openNode({ dir, name: 'ann', offline: true })
})
afterEach(async () => {
  await node.close()
  rmSync(home, { recursive: true, force: true })
})

async function again(): Promise<void> {
  await node.close()
  node = await openNode({ dir, offline: true })
}

const code = (expected: string) => expect.objectContaining({ code: expected })
const told = async (at: MemoryNode, key: string) => (await at.get(key))?.value
const worries = async () =>
  (await node.doctor()).findings.flatMap(({ level, what }) => (level === 'ok' ? [] : what))
const folder = () => readdirSync(join(dir, 'branches'))

describe('what is tried out in a branch', () => {
  test('is seen nowhere else until it is merged; then the branch is gone', async () => {
    await node.remember('12 EUR', { key: 'price' })
    expect(await node.createBranch('what-if')).toMatchObject({ name: 'what-if', entries: 0 })
    const branch = await node.branch('what-if')
    const { id } = await branch.remember('10 EUR', { key: 'price' })
    await branch.remember('a discount', { key: 'idea', scope: 'user=bob' })
    expect(await told(branch, 'price')).toBe('10 EUR')
    expect(await told(node, 'price')).toBe('12 EUR')
    expect(await node.get('idea')).toBeUndefined()
    const [listed] = await node.branches()
    expect(listed?.entries).toBeGreaterThan(1)
    const merged = await node.merge('what-if')
    expect(merged).toMatchObject({ branch: 'what-if', conflicts: [], refused: [], kept: false })
    expect(merged.entries).toBe(listed?.entries)
    expect(merged.records).toContain(id)
    expect(merged.records).toHaveLength(2)
    expect(await told(node, 'price')).toBe('10 EUR')
    expect(await told(node, 'idea')).toBe('a discount')
    expect(await node.branches()).toEqual([])
    expect(folder()).toEqual([])
    await expect(node.branch('what-if')).rejects.toThrow(code('not-found'))
    expect(await node.verify()).toMatchObject({ valid: true, rowsDiffer: 0, uncounted: [] })
    expect(await worries()).toEqual([])
  })

  test('stands beside what was said outside in the meantime, and both can be settled', async () => {
    await node.remember('12 EUR', { key: 'price' })
    await node.createBranch('b')
    const branch = await node.branch('b')
    const { id } = await branch.remember('10 EUR', { key: 'price' })
    await node.remember('15 EUR', { key: 'price' })
    const { conflicts } = await node.merge('b')
    expect(conflicts.map(({ record, status }) => [record, status])).toEqual([[id, 'open']])
    const [conflict] = conflicts
    expect(conflict?.candidates.map(({ value }) => value).sort()).toEqual(['10 EUR', '15 EUR'])
    await node.resolve(conflict?.id ?? '', { value: '11 EUR' })
    expect(await told(node, 'price')).toBe('11 EUR')
  })

  test('what was disputed before is not listed, unless the branch has a part in it', async () => {
    for (const key of ['old', 'both']) await node.remember('a', { key })
    await node.createBranch('one')
    const one = await node.branch('one')
    for (const key of ['old', 'both']) await one.remember('b', { key })
    for (const key of ['old', 'both']) await node.remember('c', { key })
    expect((await node.merge('one')).conflicts).toHaveLength(2)
    await node.createBranch('two')
    const two = await node.branch('two')
    await two.remember('new', { key: 'undisputed' })
    await two.remember('d', { key: 'both' })
    await node.remember('e', { key: 'both' })
    expect((await node.merge('two')).conflicts.map(({ key }) => key)).toEqual(['both'])
    expect((await node.conflicts()).map(({ key }) => key).sort()).toEqual(['both', 'old'])
  })

  test('survives a restart of the node, whether the branch was closed or not', async () => {
    await node.createBranch('b')
    await (await node.branch('b')).remember('tried', { key: 'k' })
    await again()
    const branch = await node.branch('b')
    expect(await told(branch, 'k')).toBe('tried')
    await branch.close()
    await (await node.branch('b')).remember('more', { key: 'l' })
    await again()
    expect((await node.merge('b')).records).toHaveLength(2)
    expect(await told(node, 'l')).toBe('more')
  })

  test('blocks, retractions and runs come along', async () => {
    await node.remember('wrong', { key: 'w' })
    await node.createBlock('plan', 'first line\nlast line\n')
    await node.createBranch('b')
    const branch = await node.branch('b')
    await branch.retract((await branch.get('w'))?.id ?? '')
    await branch.editBlock('plan', 'first line\nmiddle\nlast line\n')
    await branch.remember('scratch', { scope: 'run=r1', key: 's' })
    await node.editBlock('plan', 'FIRST line\nlast line\n')
    await node.merge('b')
    expect((await node.get('w'))?.status).toBe('retracted')
    expect((await node.block('plan'))?.text).toBe('FIRST line\nmiddle\nlast line\n')
    expect(await told(node, 's')).toBe('scratch')
  })

  test('several branches of one node each have logs of their own', async () => {
    for (const name of ['a', 'b', 'c']) {
      await node.createBranch(name)
      await (await node.branch(name)).remember(`by ${name}`, { key: 'same' })
    }
    for (const name of ['a', 'b', 'c']) await node.merge(name)
    const [conflict] = await node.conflicts()
    expect(conflict?.candidates.map(({ value }) => value).sort()).toEqual(['by a', 'by b', 'by c'])
    expect(await node.verify()).toMatchObject({ valid: true, rowsDiffer: 0, uncounted: [] })
  })
})

describe('several who use one branch', () => {
  test('each close it for themselves, and the last of them for good', async () => {
    await node.createBranch('h')
    const [one, other] = [await node.branch('h'), await node.branch('h')]
    await one.remember('v', { key: 'bk' })
    await Promise.all([other.close(), other.close()])
    expect(await told(one, 'bk')).toBe('v')
    await expect(other.get('bk')).rejects.toThrow(code('closed'))
    await one.close()
    await expect(one.get('bk')).rejects.toThrow('the branch h is closed: open it again')
    expect(await told(await node.branch('h'), 'bk')).toBe('v')
  })

  test('hear of its changes until they close it', async () => {
    await node.createBranch('h')
    const [one, other] = [await node.branch('h'), await node.branch('h')]
    const [mine, theirs] = [one, other].map(handle => handle.watch()[Symbol.asyncIterator]())
    const next = mine?.next()
    const last = theirs?.next()
    await other.close()
    expect(await last).toMatchObject({ done: true })
    await one.remember('v', { key: 'bk' })
    expect(await next).toMatchObject({ done: false })
    await mine?.return?.()
  })
})

describe('merging', () => {
  test('a branch that is kept goes on, and brings only what is new the next time', async () => {
    await node.createBranch('b')
    await (await node.branch('b')).remember('one', { key: 'k1' })
    expect(await node.merge('b', { keep: true })).toMatchObject({ kept: true })
    expect(await node.merge('b', { keep: true })).toMatchObject({ entries: 0, records: [], kept: true })
    await (await node.branch('b')).remember('two', { key: 'k2' })
    expect(await node.merge('b')).toMatchObject({ entries: 1, kept: false })
    expect([await told(node, 'k1'), await told(node, 'k2')]).toEqual(['one', 'two'])
  })

  test('one that is kept shuts nobody out, not even while it is merged', async () => {
    await node.createBranch('b')
    const branch = await node.branch('b')
    await branch.remember('one', { key: 'k1' })
    const merging = node.merge('b', { keep: true })
    const meanwhile = branch.remember('two', { key: 'k2' })
    expect(await merging).toMatchObject({ kept: true })
    await meanwhile
    await branch.remember('three', { key: 'k3' })
    expect((await branch.list()).length).toBe(3)
    await node.merge('b')
    expect((await node.list()).length).toBe(3)
  })

  test('is not needed for what was written in it when its node is closed', async () => {
    await node.createBranch('b')
    const branch = await node.branch('b')
    const writes = Array.from({ length: 20 }, (_, i) => branch.remember(`v${i}`, { key: `k${i}` }))
    await Promise.resolve()
    const closing = node.close()
    const done = await Promise.allSettled(writes)
    await closing
    await expect(branch.get('k1')).rejects.toThrow(expect.objectContaining({ message: 'the node is closed' }))
    node = await openNode({ dir, offline: true })
    const kept = done.filter(({ status }) => status === 'fulfilled').length
    expect((await (await node.branch('b')).list()).length).toBe(kept)
  })

  test('tells whoever still holds the branch what became of it', async () => {
    for (const name of ['merged', 'dropped', 'shut']) await node.createBranch(name)
    const [one, other, third] = await Promise.all(
      ['merged', 'dropped', 'shut'].map(name => node.branch(name)),
    )
    await node.merge('merged')
    await node.dropBranch('dropped')
    await third?.close()
    const said = [
      [one, /^the branch merged was merged: /],
      [other, /^the branch dropped was dropped/],
      [third, /^the branch shut is closed/],
    ] as const
    for (const [handle, message] of said) {
      for (const ask of [
        handle?.get('k'),
        handle?.list(),
        handle?.remember('late'),
        handle?.as({ user: 'u' }).get('k'),
      ])
        await expect(ask).rejects.toThrow(
          expect.objectContaining({ code: 'closed', message: expect.stringMatching(message) }),
        )
      await expect(Array.fromAsync(handle?.export() ?? [])).rejects.toThrow(code('closed'))
      await handle?.close()
    }
    expect((await node.branches()).map(({ name }) => name)).toEqual(['shut'])
  })

  test('one that was broken off is done again without harm', async () => {
    await node.createBranch('b')
    const branch = await node.branch('b')
    for (let i = 0; i < 300; i++) await branch.remember(`note ${i}`, { key: `n${i}` })
    await branch.close()
    const { root } = await branchState('b')
    cpSync(join(dir, 'branches', 'b'), join(home, 'saved'), { recursive: true })
    await node.merge('b')
    cpSync(join(home, 'saved'), join(dir, 'branches', 'b'), { recursive: true })
    expect(await node.merge('b')).toMatchObject({ entries: 0, refused: [], kept: false })
    expect((await node.state()).root).toBe(root)
    expect(await node.verify()).toMatchObject({ valid: true, rowsDiffer: 0 })
  })

  async function branchState(name: string) {
    const branch = await node.branch(name)
    const state = await branch.state()
    await branch.close()
    return state
  }

  test('whoever still writes in it is told that it is closed', async () => {
    await node.createBranch('b')
    const branch = await node.branch('b')
    const writes = Array.from({ length: 50 }, (_, i) => branch.remember(`v${i}`, { key: `k${i}` }))
    const merging = node.merge('b')
    const done = await Promise.allSettled(writes)
    await merging
    const kept = done.filter(({ status }) => status === 'fulfilled').length
    expect((await node.list()).length).toBe(kept)
    await expect(branch.remember('late')).rejects.toThrow(code('closed'))
  })

  test('into a copy that is restored from before: it goes on in another incarnation', async () => {
    await node.createBranch('b')
    await (await node.branch('b')).remember('first', { key: 'k1' })
    await node.close()
    cpSync(dir, join(home, 'copy'), { recursive: true })
    const copy = await openNode({ dir: join(home, 'copy'), offline: true })
    node = await openNode({ dir, offline: true })
    await (await node.branch('b')).remember('here', { key: 'k2' })
    await (await copy.branch('b')).remember('there', { key: 'k3' })
    for (const at of [node, copy]) expect(await at.merge('b')).toMatchObject({ refused: [], kept: false })
    await copy.close()
    const incarnations = async () => (await node.identity()).incarnation
    expect(await incarnations()).toBe(0)
  })
})

describe('a branch', () => {
  test.each([
    '',
    '.',
    '..',
    '.new-x',
    'a/b',
    'a b',
    '-x',
    'x'.repeat(65),
    'ä',
  ])('is not called %j', async name => {
    for (const use of [node.createBranch, node.branch, node.merge, node.dropBranch])
      await expect(use(name)).rejects.toThrow(code('usage'))
    expect(existsSync(join(dir, 'branches'))).toBe(false)
  })

  test('is not there twice, and there are not too many', async () => {
    await node.createBranch('b')
    await expect(node.createBranch('b')).rejects.toThrow(code('usage'))
    await expect(node.createBranch('B')).rejects.toThrow(code('usage'))
    for (let i = 1; i < BRANCHES_MAX; i++) await node.createBranch(`b${i}`)
    await expect(node.createBranch('one-too-many')).rejects.toThrow(code('usage'))
    await node.dropBranch('b')
    await node.createBranch('one-more')
    expect(folder()).toHaveLength(BRANCHES_MAX)
  })

  test('holds all that is committed, and nobody else may read its files', async () => {
    for (let i = 0; i < 50; i++) await node.remember(`note ${i}`)
    await node.createBranch('b')
    const branch = await node.branch('b')
    expect((await branch.state()).root).toBe((await node.state()).root)
    expect(await branch.search('note 7')).not.toEqual([])
    const path = join(dir, 'branches', 'b')
    expect(statSync(path).mode & 0o777).toBe(0o700)
    for (const file of readdirSync(path))
      expect([file, statSync(join(path, file)).mode & 0o077]).toEqual([file, 0])
    expect(readdirSync(path)).not.toContain('node.key')
  })

  test('is dropped with all that only it has', async () => {
    await node.createBranch('b')
    const branch = await node.branch('b')
    await branch.remember('never mind', { key: 'k' })
    await node.dropBranch('b')
    expect(folder()).toEqual([])
    expect(await node.get('k')).toBeUndefined()
    await expect(branch.get('k')).rejects.toThrow(code('closed'))
    await expect(node.dropBranch('b')).rejects.toThrow(code('not-found'))
  })

  test('has no branches, and leaves who may do what to its node', async () => {
    await node.createBranch('b')
    const branch = await node.branch('b')
    await expect(branch.createBranch('c')).rejects.toThrow(code('usage'))
    await expect(branch.branch('b')).rejects.toThrow(code('usage'))
    await expect(branch.merge('b')).rejects.toThrow(code('usage'))
    await expect(branch.grant('x', { resource: 'y' })).rejects.toThrow(code('usage'))
    await expect(branch.revoke('ann')).rejects.toThrow(code('usage'))
    await expect(branch.invite()).rejects.toThrow(code('usage'))
    await expect(branch.createToken({ name: 't' })).rejects.toThrow(code('usage'))
    await expect(branch.get('k', { fresh: true })).rejects.toThrow(code('usage'))
    await expect(branch.remember('k', { ack: 'majority' })).rejects.toThrow(code('usage'))
    expect(await branch.doctor()).toMatchObject({ ok: true })
  })

  test('is used by visitors within their limits, who cannot make, merge or drop one', async () => {
    const { token } = await node.createToken({
      ...{ name: 't', permissions: [{ scope: 'user=alice', rights: ['read', 'write'] }] },
    })
    await node.remember('bob’s', { key: 'bob', scope: 'user=bob' })
    await node.createBranch('b')
    const visitor = node.visitor(token) as MemoryNode
    const branch = await visitor.branch('b')
    expect(await branch.get('bob')).toBeUndefined()
    await branch.remember('alice’s', { key: 'alice', scope: 'user=alice' })
    await expect(branch.remember('no', { scope: 'user=bob' })).rejects.toThrow(code('forbidden'))
    expect(await visitor.get('alice')).toBeUndefined()
    await expect(visitor.createBranch('c')).rejects.toThrow(code('forbidden'))
    await expect(visitor.branches()).rejects.toThrow(code('forbidden'))
    await expect(visitor.merge('b')).rejects.toThrow(code('forbidden'))
    await expect(visitor.dropBranch('b')).rejects.toThrow(code('forbidden'))
    const served = await node.as({ user: 'carol' }).branch('b')
    expect(await served.get('bob')).toBeUndefined()
    await node.revokeToken('t')
    expect(await branch.get('alice')).toBeUndefined()
    await node.merge('b')
    expect(await told(node, 'alice')).toBe('alice’s')
  })

  test('whose making was broken off is taken away when the node is opened again', async () => {
    await node.createBranch('whole')
    await node.close()
    for (const name of ['.new-half', '.old-half']) {
      mkdirSync(join(dir, 'branches', name))
      writeFileSync(join(dir, 'branches', name, 'memory.sqlite'), 'half a copy')
    }
    await again()
    expect(folder()).toEqual(['whole'])
    expect((await node.branches()).map(({ name }) => name)).toEqual(['whole'])
  })

  test('that is damaged is named by the doctor and does no harm to the others', async () => {
    await node.createBranch('bad')
    await node.createBranch('good')
    writeFileSync(join(dir, 'branches', 'bad', 'node.json'), '{')
    await again()
    expect(await worries()).toEqual(['branch bad cannot be opened'])
    expect(await node.branches()).toMatchObject([
      { name: 'bad', entries: null },
      { name: 'good', entries: 0 },
    ])
    await expect(node.merge('bad')).rejects.toThrow(code('directory'))
    await node.dropBranch('bad')
    expect(folder()).toEqual(['good'])
  })

  test('keeps the key of its node from being exchanged', async () => {
    await node.createBranch('b')
    await node.close()
    await expect(rotateKey(dir)).rejects.toThrow(/branch b .*merge or drop/)
    await again()
    await node.merge('b')
    await node.close()
    await rotateKey(dir)
    await again()
  })
})
