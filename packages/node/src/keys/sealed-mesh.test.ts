/** Keys over the wire: whole nodes on loopback, as their users run them. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { InviteOptions, MemoryNode, OpenNodeOptions } from '../api.ts'
import { openNode } from '../open-node.ts'

const IN_TIME = { timeout: 15_000 }
const RELAY: InviteOptions = { agent: 'post', permissions: [{ scope: '*', rights: ['relay'] }] }
const code = (expected: string) => expect.objectContaining({ code: expected })

let home: string
const open: MemoryNode[] = []

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'folkmoot-sealed-'))
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

const join_ = async (by: MemoryNode, name: string, options: InviteOptions = {}) =>
  start(name, { join: (await by.invite(options)).ticket })

const reads = (node: MemoryNode, id: string) => expect.poll(async () => (await node.get(id))?.value, IN_TIME)

/** Every byte that a node keeps, but for the lock. */
function onDisk({ dir }: MemoryNode): Buffer {
  const files = readdirSync(dir).filter(file => !file.startsWith('lock.'))
  return Buffer.concat(files.map(file => readFileSync(join(dir, file))))
}

describe('a sealed mesh over the wire', () => {
  test('three read each other, whatever scope they write in first', async () => {
    const ann = await start('ann', { agent: 'admin' })
    const bob = await join_(ann, 'bob', { agent: 'cook' })
    const cid = await join_(ann, 'cid', { agent: 'waiter' })
    const nodes = [ann, bob, cid]
    const written = await Promise.all(
      nodes.map(node => node.remember(`by ${node.name}`, { scope: `user=${node.name}` })),
    )
    for (const node of nodes) {
      for (const [i, { id }] of written.entries()) await reads(node, id).toBe(`by ${nodes[i]?.name}`)
    }
    await expect
      .poll(
        async () => new Set(await Promise.all(nodes.map(async node => (await node.state()).root))).size,
        IN_TIME,
      )
      .toBe(1)
  })

  test('who was let in and was away while others were let in gets what it may read', async () => {
    const ann = await start('ann', { agent: 'admin' })
    const { id } = await ann.remember('the ferry leaves at 9', { scope: 'app=ferry' })
    const permissions: InviteOptions['permissions'] = [{ scope: 'app=ferry', rights: ['read', 'arbitrate'] }]
    for (const name of ['bob', 'cid']) {
      const guest = await join_(ann, name, { agent: name, ...(permissions && { permissions }) })
      await guest.close()
    }
    // The key of that scope came in two parts: bob's first, and cid's since.
    await reads(await start('bob'), id).toBe('the ferry leaves at 9')
  })

  test('a relay passes on between two that never meet, and holds nothing that it could read', async () => {
    const ann = await start('ann', { agent: 'admin' })
    const post = await join_(ann, 'post', RELAY)
    const bob = await join_(ann, 'bob', { agent: 'cook' })
    await expect
      .poll(async () => (await bob.peers()).find(peer => peer.name === 'post')?.connected, IN_TIME)
      .toBe(true)
    await bob.close()
    const { id, heads } = await ann.remember('the vault opens at 4711', { scope: 'user=hildegard' })
    await expect
      .poll(async () => (await post.status()).entries === (await ann.status()).entries, IN_TIME)
      .toBe(true)
    await ann.close()
    const again = await start('bob')
    await reads(again, id).toBe('the vault opens at 4711')
    expect(heads).toHaveLength(1)
    expect(await post.get(id)).toBeUndefined()
    expect(await post.list()).toEqual([])
    await post.close()
    const bytes = onDisk(post)
    for (const secret of ['4711', 'vault', 'hildegard']) expect(bytes.includes(secret), secret).toBe(false)
  })

  test('a relay cannot tell whom grants, invitations and revocations are about', async () => {
    const ann = await start('ann', { agent: 'admin' })
    const post = await join_(ann, 'post', RELAY)
    const scope = 'user=hildegard'
    const use = { scope, rights: ['read' as const, 'write' as const] }
    const bob = await join_(ann, 'bob', { agent: 'cook', permissions: [use] })
    await ann.grant('cook', { scope: `${scope},app=vault`, rights: ['read'] })
    await ann.grant('admin', { scope: `${scope},agent=cook`, rights: ['read'] })
    await ann.revoke('cook', { scope: `${scope},app=vault`, rights: ['read'] })
    const { id } = await bob.remember('the key is under the mat', { scope })
    await reads(ann, id).toBe('the key is under the mat')
    const entriesOf = async (node: MemoryNode) => (await node.status()).entries
    await expect.poll(async () => (await entriesOf(post)) === (await entriesOf(ann)), IN_TIME).toBe(true)
    const places = async (node: MemoryNode) => (await node.access()).grants.map(grant => grant.scope)
    expect(await places(ann)).toContain(scope)
    expect(await places(bob)).toEqual(await places(ann))
    expect(new Set(await places(post))).toEqual(new Set(['*', '(hidden)', null]))
    expect((await post.access({ agent: 'cook' })).grants).toHaveLength(2)
    expect((await post.access({ scope, user: 'hildegard' })).reach).not.toBeNull()
    const { valid, uncounted } = await post.verify()
    expect({ valid, statuses: [...new Set(uncounted.map(({ status }) => status))] }).toEqual({
      ...{ valid: true, statuses: ['sealed'] },
    })
    await post.close()
    const bytes = onDisk(post)
    expect(bytes.includes('cook')).toBe(true)
    for (const secret of ['hildegard', 'vault', 'user=']) expect(bytes.includes(secret), secret).toBe(false)
  })

  test('a relay that is given leave to read knows them when it is started again', async () => {
    const ann = await start('ann', { agent: 'admin' })
    const post = await join_(ann, 'post', RELAY)
    const { id } = await ann.remember('for all who may', { scope: 'user=hildegard' })
    await ann.grant('agent=post', { scope: 'user=hildegard', rights: ['read'] })
    const places = async (node: MemoryNode) => (await node.access()).grants.map(grant => grant.scope)
    await expect.poll(() => places(post), IN_TIME).toContain('(hidden)')
    await expect
      .poll(async () => (await post.doctor()).findings.map(({ what }) => what), IN_TIME)
      .toContain('this node was given leave to read')
    await post.close()
    const again = await start('post')
    expect(await places(again)).toEqual(await places(ann))
    await reads(again, id).toBe('for all who may')
  })

  test('who was removed reads nothing that is written after', async () => {
    const ann = await start('ann', { agent: 'admin' })
    const bob = await join_(ann, 'bob', { agent: 'cook' })
    const eve = await join_(ann, 'eve', { agent: 'spy' })
    const before = await bob.remember('before', { key: 'k' })
    for (const node of [ann, eve]) await reads(node, before.id).toBe('before')
    await ann.revoke('eve')
    const after = await ann.remember('after')
    await reads(bob, after.id).toBe('after')
    const more = await bob.remember('after too')
    await reads(ann, more.id).toBe('after too')
    expect(await eve.get(after.id)).toBeUndefined()
    await eve.close()
    expect(onDisk(eve).includes('after too')).toBe(false)
  })

  test('who is let in late reads the history', async () => {
    const ann = await start('ann', { agent: 'admin' })
    const written = await Promise.all(
      [1, 2, 3].map(n => ann.remember(`note ${n}`, { scope: `app=shop${n}` })),
    )
    const bob = await join_(ann, 'bob', { agent: 'cook' })
    for (const [i, { id }] of written.entries()) await reads(bob, id).toBe(`note ${i + 1}`)
  })
})

describe('invitations', () => {
  test('give what they say, and only that', async () => {
    const ann = await start('ann', { agent: 'admin' })
    const permissions = [{ scope: 'app=shop', rights: ['write' as const, 'read' as const] }]
    const bob = await join_(ann, 'bob', { agent: 'cook', permissions })
    const hidden = await ann.remember('not for bob', { scope: 'app=vault' })
    const shown = await ann.remember('for bob', { scope: 'app=shop' })
    await reads(bob, shown.id).toBe('for bob')
    expect(await bob.get(hidden.id)).toBeUndefined()
    await expect(bob.remember('no', { scope: 'app=vault' })).rejects.toThrow(code('forbidden'))
    await bob.remember('yes', { scope: 'app=shop' })
  })

  test('make an admin of the node that comes, and of no other of its agent', async () => {
    const ann = await start('ann', { agent: 'admin' })
    const bob = await join_(ann, 'bob', { agent: 'cook' })
    const permissions = [{ scope: '*', rights: ['admin' as const, 'read' as const] }]
    const cid = await join_(ann, 'cid', { agent: 'cook', permissions })
    await expect(cid.invite({ agent: 'waiter' })).resolves.toMatchObject({ ticket: expect.any(String) })
    await expect(bob.invite({ agent: 'waiter' })).rejects.toThrow(code('not-admitted'))
  })

  test('whose certificate has run out let nobody in', async () => {
    const ann = await start('ann')
    await expect(ann.invite({ notAfter: Date.now() - 1 })).rejects.toThrow(code('usage'))
    const { ticket } = await ann.invite({ notAfter: Date.now() + 300 })
    await new Promise(resolve => setTimeout(resolve, 400))
    await expect(start('bob', { join: ticket })).rejects.toThrow(code('ticket'))
    expect(readdirSync(home)).not.toContain('bob')
  })

  test('are given by any admin', async () => {
    const ann = await start('ann', { agent: 'admin' })
    const bob = await join_(ann, 'bob', { agent: 'cook' })
    await expect(bob.invite()).rejects.toThrow(code('not-admitted'))
    const row = await ann.remember('known to all')
    await ann.grant('bob', { scope: '*', rights: ['admin'] })
    await expect
      .poll(
        async () =>
          bob
            .invite({ agent: 'waiter' })
            .then(() => true)
            .catch(() => false),
        IN_TIME,
      )
      .toBe(true)
    await reads(bob, row.id).toBe('known to all')
    await ann.close()
    const cid = await join_(bob, 'cid', { agent: 'waiter' })
    await reads(cid, row.id).toBe('known to all')
  })
})

test('a mesh in the clear says so, and keeps no keys', async () => {
  const ann = await start('ann', { sealed: false })
  const bob = await join_(ann, 'bob')
  const { id } = await ann.remember('for all to read')
  await reads(bob, id).toBe('for all to read')
  expect(JSON.parse(readFileSync(join(home, 'ann', 'scope.keys'), 'utf8'))).toEqual({
    ...{ version: 1, names: null, scopes: {} },
  })
})
