import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Permission } from '@folkmoot/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { MemoryNode, OpenNodeOptions } from '../api.ts'
import { openNode } from '../open-node.ts'
import { openRecovery } from './recovery.ts'

let home: string
const open: MemoryNode[] = []

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'folkmoot-admin-'))
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

const code = (expected: string, message = /./) =>
  expect.objectContaining({ code: expected, message: expect.stringMatching(message) })
const soon = { timeout: 20_000, interval: 50 }

/** A founder that acts as `support`, and a node of `billing` that was granted what is told and nothing else. */
async function pair(
  permissions: readonly Permission[] = [{ scope: 'user=alice', rights: ['read', 'write'] }],
) {
  const ann = await start('ann', { agent: 'support' })
  const { ticket } = await ann.invite({ agent: 'billing', permissions })
  const bob = await start('bob', { join: ticket })
  await expect.poll(async () => (await bob.peers()).some(peer => peer.connected), soon).toBe(true)
  return [ann, bob] as const
}

/** Bob says something of alice, and ann reads it. */
async function said(ann: MemoryNode, bob: MemoryNode): Promise<void> {
  await bob.remember('before', { key: 'k', scope: 'user=alice' })
  await expect.poll(async () => (await ann.get('k', { scope: 'user=alice' }))?.value, soon).toBe('before')
}

describe('grant', () => {
  test('to an agent; an equal or narrower one is not written again', async () => {
    const [ann] = await pair([{ resource: 'none' }])
    const [first] = await ann.grant('billing', { scope: 'user=bob, app=shop', rights: ['write', 'read'] })
    expect(first).toMatchObject({
      to: { agent: 'billing' },
      permission: { scope: 'app=shop,user=bob', rights: ['read', 'write'] },
      isNew: true,
    })
    const entries = (await ann.status()).entries
    const [again] = await ann.grant('billing', { scope: 'app=shop,user=bob', rights: ['read'] })
    expect(again).toMatchObject({ isNew: false, entry: first?.entry })
    const [whole] = await ann.grant('support', { scope: 'user=carl', rights: ['read'] })
    expect(whole).toMatchObject({ isNew: false, permission: { scope: '*' } })
    expect((await ann.status()).entries).toBe(entries)
    const [tier] = await ann.grant('support', { scope: 'agent=billing', rights: ['read'] })
    expect(tier).toMatchObject({ isNew: true })
  })

  test('of admin goes to the nodes of the agent', async () => {
    const [ann, bob] = await pair([{ resource: 'none' }])
    const granted = await ann.grant('billing', { scope: 'user=alice', rights: ['admin', 'arbitrate'] })
    expect(granted).toMatchObject([
      { to: { agent: 'billing' }, permission: { rights: ['arbitrate'] } },
      { to: { node: bob.id, name: 'bob' }, permission: { rights: ['admin'] } },
    ])
    await expect
      .poll(async () => (await bob.identity()).rights.flatMap(({ rights }) => rights), soon)
      .toContain('admin')
    expect(await bob.grant('support', { scope: 'user=alice', rights: ['relay'] })).toMatchObject([
      { isNew: true },
    ])
    await expect(bob.grant('support', { scope: '*', rights: ['relay'] })).rejects.toThrow(
      code('forbidden', /admin over \*/),
    )
  })

  test('by who is no admin is refused before anything is written', async () => {
    const [, bob] = await pair()
    const entries = (await bob.status()).entries
    const all = [{ scope: 'user=alice', rights: ['read' as const] }, { resource: 'crm' }]
    await expect(bob.grant('support', all)).rejects.toThrow(
      code('forbidden', /may not grant read over user=alice/),
    )
    expect((await bob.status()).entries).toBe(entries)
  })

  test('to nobody, or to a name that is two things', async () => {
    const [ann] = await pair([{ resource: 'none' }])
    const wish = { scope: 'user=alice', rights: ['read' as const] }
    await expect(ann.grant('nobody', wish)).rejects.toThrow(code('not-found', /agent=nobody/))
    expect(await ann.grant('agent=nobody', wish)).toMatchObject([{ to: { agent: 'nobody' } }])
    const { ticket } = await ann.invite({ agent: 'ann' })
    await start('cid', { join: ticket })
    await expect(ann.grant('ann', wish)).rejects.toThrow(code('ambiguous', /agent=ann or node=ann/))
    expect(await ann.grant('node=ann', wish)).toMatchObject([{ to: { node: ann.id } }])
    await expect(ann.grant('billing', { ...wish, scope: 'planet=mars' })).rejects.toThrow(code('usage'))
    await expect(ann.grant('billing', { ...wish, until: 5 })).rejects.toThrow(code('usage', /some time/))
  })
})

describe('revoke', () => {
  test('a permission: what was written stays, what is written later is refused', async () => {
    const [ann, bob] = await pair()
    await said(ann, bob)
    const [revoked] = await ann.revoke('billing', { scope: 'user=alice', rights: ['write'] })
    expect(revoked).toMatchObject({
      to: { agent: 'billing' },
      permission: { scope: 'user=alice', rights: ['write'] },
      cut: [{ node: bob.id, scope: 'user=alice', seq: 1 }],
      remaining: [],
    })
    await expect
      .poll(
        () => bob.remember('after', { key: 'k', scope: 'user=alice' }).then(String, error => error.code),
        soon,
      )
      .toBe('forbidden')
    expect(await ann.get('k', { scope: 'user=alice' })).toMatchObject({ value: 'before' })
    expect(await bob.get('k', { scope: 'user=alice' })).toMatchObject({ value: 'before' })
    expect(await ann.verify()).toMatchObject({ valid: true, uncounted: [] })
  })

  test('of everything keeps what its nodes keep for themselves', async () => {
    const [ann, bob] = await pair([{ scope: '*', rights: ['read', 'write'] }])
    await bob.remember('scratch', { key: 'r', scope: 'run=one' })
    await bob.remember('own', { key: 'o', scope: 'agent=billing' })
    await said(ann, bob)
    await ann.revoke('billing')
    await expect
      .poll(() => bob.remember('x', { scope: 'user=alice' }).then(String, error => error.code), soon)
      .toBe('forbidden')
    expect(await bob.get('r', { scope: 'run=one' })).toMatchObject({ value: 'scratch' })
    expect(await bob.get('o', { scope: 'agent=billing' })).toMatchObject({ value: 'own' })
    await bob.remember('more', { key: 'o', scope: 'agent=billing' })
  })

  test('everything from an agent leaves its nodes members', async () => {
    const [ann, bob] = await pair()
    await ann.grant('billing', [{ resource: 'crm' }, { scope: 'app=shop', rights: ['read'] }])
    const revoked = await ann.revoke('billing')
    const rights = ['arbitrate', 'read', 'relay', 'write']
    const permissions = revoked.map(({ permission }) => permission)
    expect(permissions).toHaveLength(3)
    for (const one of [{ scope: 'user=alice', rights }, { resource: 'crm' }, { scope: 'app=shop', rights }]) {
      expect(permissions).toContainEqual(one)
    }
    expect((await ann.access({ agent: 'billing' })).grants.filter(({ inForce }) => inForce)).toEqual([])
    expect((await ann.peers()).map(({ node }) => node)).toEqual([bob.id])
    await expect(ann.revoke('billing')).rejects.toThrow(code('not-found'))
  })

  test('a part of a grant is refused, and says what to do', async () => {
    const [ann] = await pair([{ scope: 'user=*', rights: ['read', 'write'] }])
    const part = { scope: 'user=alice', rights: ['read' as const] }
    await expect(ann.revoke('billing', part)).rejects.toThrow(
      code('usage', /has read, write over user=\*.*grant the rest/),
    )
    await expect(ann.revoke('billing', { ...part, scope: 'app=x' })).rejects.toThrow(code('not-found'))
  })

  test('what another grant still gives is said', async () => {
    const [ann] = await pair([{ scope: 'user=*', rights: ['read', 'write'] }])
    await ann.grant('bob', { scope: 'user=alice', rights: ['read'] })
    const [revoked] = await ann.revoke('bob', { scope: 'user=alice', rights: ['read'] })
    expect(revoked?.remaining).toEqual([{ scope: 'user=*', rights: ['read', 'write'] }])
  })

  test('a node is removed, and cannot come back; certified again it can', async () => {
    const [ann, bob] = await pair()
    await said(ann, bob)
    const [removed] = await ann.revoke('bob', [], { reason: 'the laptop was stolen' })
    expect(removed).toMatchObject({ to: { node: bob.id, name: 'bob' }, permission: null })
    expect(removed?.cut.map(({ scope }) => scope)).toContain('user=alice')
    expect(await ann.peers()).toEqual([])
    await expect(ann.revoke(bob.id)).rejects.toThrow(code('not-admitted'))
    await expect(ann.grant(bob.id, { resource: 'crm' })).rejects.toThrow(code('not-admitted'))
    await expect(ann.certify(bob.id)).rejects.toThrow(code('not-admitted', /--readmit/))
    expect(await ann.certify(bob.id, { readmit: true })).toMatchObject({
      name: 'bob',
      agent: 'billing',
      notAfter: null,
    })
    expect((await ann.peers()).map(({ node }) => node)).toEqual([bob.id])
  })

  test('nobody removes itself by accident, or a senior at all', async () => {
    const [ann, bob] = await pair()
    await expect(ann.revoke('ann')).rejects.toThrow(code('forbidden', /--force/))
    await expect(ann.revoke('support')).rejects.toThrow(code('forbidden', /--force/))
    await ann.grant('bob', { scope: '*', rights: ['admin'] })
    await expect.poll(async () => (await bob.identity()).isAdmin, soon).toBe(true)
    await expect(bob.revoke('ann')).rejects.toThrow(code('forbidden', /does not stand above/))
    await expect(bob.revoke('ann', { scope: '*', rights: ['admin'] })).rejects.toThrow(
      code('forbidden', /stand above/),
    )
    await ann.revoke('bob', { scope: '*', rights: ['admin'] })
    await expect.poll(async () => (await bob.identity()).isAdmin, soon).toBe(false)
    await expect(bob.revoke('ann')).rejects.toThrow(code('forbidden'))
    expect(await bob.revoke('bob', [], { force: true })).toMatchObject([{ permission: null }])
  })
})

describe('access', () => {
  test('before, between and after', async () => {
    const [ann] = await pair([{ resource: 'none' }])
    const pause = () => new Promise(resolve => setTimeout(resolve, 5))
    await pause()
    const before = Date.now()
    await pause()
    await ann.grant('billing', { scope: 'user=alice', rights: ['read'] })
    await pause()
    const between = Date.now()
    await pause()
    await ann.revoke('billing', { scope: 'user=alice', rights: ['read'] })
    const at = (asOf?: number) =>
      ann.access({
        scope: 'user=alice',
        user: 'alice',
        agent: 'billing',
        ...(asOf === undefined ? {} : { asOf }),
      })
    const past = await at(between)
    expect(past.grants).toMatchObject([
      {
        to: { agent: 'billing' },
        scope: 'user=alice',
        rights: ['read'],
        inForce: true,
        by: { name: 'ann', agent: 'support' },
      },
    ])
    expect(past.reach).toMatchObject([{ name: 'bob', rights: ['read'], serves: true, uses: null }])
    expect(await at()).toMatchObject({ grants: [{ inForce: false }], reach: [{ rights: [], serves: false }] })
    expect(await at(before)).toMatchObject({ grants: [], reach: [{ rights: [] }] })
    expect((await ann.access({ asOf: 5, scope: 'user=alice' })).reach).toEqual([])
  })

  test('tells of a node that is gone what it could do when it was there', async () => {
    const [ann] = await pair()
    await ann.grant('billing', { resource: 'crm-*' })
    const between = Date.now()
    await new Promise(resolve => setTimeout(resolve, 5))
    await ann.revoke('bob')
    const asked = { scope: 'user=alice', agent: 'billing', resource: 'crm-eu' }
    expect((await ann.access(asked)).reach).toEqual([])
    expect((await ann.access({ ...asked, asOf: between })).reach).toMatchObject([
      { name: 'bob', rights: ['read', 'write'], uses: true, serves: null },
    ])
    expect((await ann.access({ resource: 'crm-eu' })).grants.map(({ resource }) => resource)).toEqual([
      '*',
      'crm-*',
    ])
  })
})

test('certificates are prolonged and never shortened', async () => {
  const ann = await start('ann')
  const hour = Date.now() + 3_600_000
  const { ticket } = await ann.invite({ agent: 'billing', notAfter: hour })
  const bob = await start('bob', { join: ticket })
  expect(await bob.identity()).toMatchObject({ notAfter: hour, isAdmin: false, agent: 'billing' })
  await expect(ann.certify('bob', { notAfter: hour - 1 })).rejects.toThrow(code('usage', /revoke/))
  expect(await ann.certify('bob', { notAfter: hour + 1 })).toMatchObject({ notAfter: hour + 1 })
  expect(await ann.certify('bob')).toMatchObject({ notAfter: null })
  await expect(ann.certify('bob', { notAfter: hour })).rejects.toThrow(code('usage', /for ever/))
  await expect(bob.certify('ann', { notAfter: hour })).rejects.toThrow(code('forbidden'))
})

test('the recovery key puts out a founder whose key is in other hands', async () => {
  const file = join(home, 'recovery.key')
  const ann = await start('ann', { recoveryKey: file })
  const { ticket } = await ann.invite({ agent: 'billing' })
  const bob = await start('bob', { join: ticket })
  await expect.poll(async () => (await bob.peers()).some(peer => peer.connected), soon).toBe(true)
  await bob.remember('kept', { key: 'k' })
  await expect(openRecovery(bob.dir, file)).rejects.toThrow(code('busy'))
  await bob.close()
  await expect(openRecovery(bob.dir, join(ann.dir, 'node.json'))).rejects.toThrow(code('directory'))
  const recovery = await openRecovery(bob.dir, file)
  const [removed] = await recovery.revoke('ann', [], { reason: 'stolen' })
  expect(removed).toMatchObject({ to: { name: 'ann' }, permission: null })
  expect(await recovery.grant('bob', [{ scope: '*', rights: ['admin'] }])).toMatchObject([{ isNew: true }])
  recovery.close()
  const again = await start('bob')
  expect(await again.get('k')).toMatchObject({ value: 'kept' })
  expect(await again.identity()).toMatchObject({ isAdmin: true })
  expect(await again.verify()).toMatchObject({ valid: true })
  await expect
    .poll(
      () =>
        ann.remember('x').then(
          () => 'written',
          error => error.code,
        ),
      soon,
    )
    .toMatch(/not-admitted|written/)
})
