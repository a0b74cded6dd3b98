import { existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readSeed, signerFrom } from './identity.ts'
import { NEXT_KEY_FILE, type RotationStep, rotateKey } from './rotate-key.ts'
import { foundMeshIn, HandNode, newHome } from './testing/hand-node.ts'

const ALL = { scope: '*', rights: ['read' as const, 'write' as const] }

let home: string
let clear: () => void
const open: HandNode[] = []

beforeEach(() => {
  ;({ home, clear } = newHome())
})

afterEach(async () => {
  for (const node of open.splice(0)) await node.close()
  clear()
})

const keep = (node: HandNode): HandNode => {
  open.push(node)
  return node
}

async function shut(node: HandNode): Promise<void> {
  open.splice(open.indexOf(node), 1)
  await node.close()
}

async function pair(): Promise<[HandNode, HandNode]> {
  const ann = keep(await foundMeshIn(home))
  const bob = keep(await ann.admit('bob', 'cook', ALL))
  return [ann, bob]
}

const ownerOf = (dir: string) => signerFrom(readSeed(dir)).node

test('a key file that was lost before loses nothing, whoever made the keys', async () => {
  const ann = keep(await foundMeshIn(home))
  const some = { scope: 'user=alice', rights: ['read' as const, 'write' as const] }
  const bob = keep(await ann.admit('bob', 'cook', some))
  const cat = keep(await ann.admit('cat', 'guard', some))
  await bob.pull(ann)
  const row = await bob.remember('by a key of bob', 'user=alice')
  await cat.pull(bob)
  expect(cat.read(row)).toBe('by a key of bob')
  await shut(cat)
  rmSync(join(cat.dir, 'scope.keys'))
  await rotateKey(cat.dir)
  rmSync(join(cat.dir, 'scope.keys'))
  const again = keep(await HandNode.open(cat.dir))
  expect(again.read(row)).toBe('by a key of bob')
  expect([...again.held.scopes()].map(([, address]) => address)).toEqual(['user=alice'])
})

test('another key goes on with name, agent, history and rights', async () => {
  const [ann, bob] = await pair()
  const before = await bob.remember('by the old key')
  await ann.pull(bob)
  const old = readFileSync(join(bob.dir, 'node.key'), 'utf8').trim()
  await shut(bob)
  const { from, to } = await rotateKey(bob.dir)
  expect([from, to, to === from]).toEqual([bob.node, ownerOf(bob.dir), false])
  expect(existsSync(join(bob.dir, NEXT_KEY_FILE))).toBe(false)
  expect(statSync(join(bob.dir, 'node.key')).mode & 0o777).toBe(0o600)

  const again = keep(await HandNode.open(bob.dir))
  expect(again.bytes().includes(old)).toBe(false)
  expect(again.node).toBe(to)
  const { membership } = again.replica
  expect(membership.member(to)).toMatchObject({ name: 'bob', agent: 'cook' })
  expect(membership.member(from)).toMatchObject({ name: 'bob', agent: 'cook' })
  expect([membership.isMember(from), membership.isMember(to)]).toEqual([false, true])
  expect(again.read(before)).toBe('by the old key')

  const after = await again.remember('by the new key')
  await ann.pull(again)
  expect([ann.read(before), ann.read(after)]).toEqual(['by the old key', 'by the new key'])
  expect(after.registers.content?.[0]?.node).toBe(to)
  // What the old key can unwrap is not written with any more.
  const sealedWith = (node: HandNode, id: typeof after.id) =>
    node.replica.storage.entries.ofDocument(id).map(({ entry }) => entry.epoch)
  expect(sealedWith(ann, after.id)).not.toEqual(sealedWith(ann, before.id))
})

test('an admin that rotates is an admin still', async () => {
  const [ann, bob] = await pair()
  await shut(ann)
  const { to } = await rotateKey(ann.dir)
  const again = keep(await HandNode.open(ann.dir))
  expect(again.replica.membership.isAdmin(to)).toBe(true)
  await bob.pull(again)
  const cid = keep(await again.admit('cid', 'waiter', ALL))
  await bob.pull(again)
  const row = await bob.remember('for the newcomer')
  await cid.pull(bob)
  expect(cid.read(row)).toBe('for the newcomer')
})

describe('a crash', () => {
  async function crashedAt(step: RotationStep): Promise<{ ann: HandNode; dir: string; old: string }> {
    const [ann, bob] = await pair()
    await bob.remember('before')
    await ann.pull(bob)
    await shut(bob)
    const stopped = rotateKey(bob.dir, reached => {
      if (reached === step) throw new Error('crash')
    })
    await expect(stopped).rejects.toThrow('crash')
    return { ann, dir: bob.dir, old: bob.node }
  }

  test.each(['wrapped', 'drafted'] as const)('%s: the old key goes on', async step => {
    const { ann, dir, old } = await crashedAt(step)
    const again = keep(await HandNode.open(dir))
    expect([again.node, existsSync(join(dir, NEXT_KEY_FILE))]).toEqual([old, false])
    const row = await again.remember('after')
    await ann.pull(again)
    expect(ann.read(row)).toBe('after')
    await shut(again)
    expect((await rotateKey(dir)).from).toBe(old)
  })

  test('signed: the next key goes on', async () => {
    const { ann, dir, old } = await crashedAt('signed')
    const again = keep(await HandNode.open(dir))
    expect(again.node).not.toBe(old)
    expect([again.node, existsSync(join(dir, NEXT_KEY_FILE))]).toEqual([ownerOf(dir), false])
    const row = await again.remember('after')
    await ann.pull(again)
    expect(ann.read(row)).toBe('after')
  })

  test('signed, and rotated once more instead of opened', async () => {
    const { dir, old } = await crashedAt('signed')
    const { from } = await rotateKey(dir)
    expect(from).not.toBe(old)
    expect(ownerOf(dir)).not.toBe(from)
  })
})

test('a running node keeps its key', async () => {
  const [, bob] = await pair()
  await expect(rotateKey(bob.dir)).rejects.toThrow(expect.objectContaining({ code: 'busy' }))
})
