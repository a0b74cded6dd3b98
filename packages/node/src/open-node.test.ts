import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ChangeEvent, MemoryNode, OpenNodeOptions } from './api.ts'
import { openNode } from './open-node.ts'

let home: string
const open: MemoryNode[] = []

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'folkmoot-node-'))
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

const ticketOf = async (node: MemoryNode, options = {}) => (await node.invite(options)).ticket
const code = (expected: string) => expect.objectContaining({ code: expected })

async function sameState(...nodes: MemoryNode[]): Promise<void> {
  await expect
    .poll(async () => new Set(await Promise.all(nodes.map(async node => (await node.state()).root))).size, {
      timeout: 20_000,
    })
    .toBe(1)
}

describe('one node', () => {
  test('remembers across a restart; key and configuration are for the owner only', async () => {
    const node = await start('one')
    const written = await node.remember('tea', {
      key: 'drink',
      tags: ['b', 'a'],
      confidence: 0.5,
      kind: 'procedural',
    })
    await node.close()
    await node.close()
    const again = await start('one', { offline: true })
    expect(await again.get('drink')).toMatchObject({
      ...{
        id: written.id,
        value: 'tea',
        status: 'settled',
        kind: 'procedural',
        tags: ['a', 'b'],
        confidence: 0.5,
      },
      provenance: { node: node.id, name: 'one' },
      heads: [written.entry],
    })
    expect(await again.get(written.id.slice(0, 8))).toMatchObject({ value: 'tea' })
    expect(statSync(join(home, 'one', 'node.key')).mode & 0o777).toBe(0o600)
  })

  test('update, retract, tag, history and the past', async () => {
    const node = await start('one', { offline: true })
    const { id, heads } = await node.remember('tea', { key: 'drink' })
    await node.update(id, 'coffee', { reason: 'asked again' })
    await node.tag(id, { add: ['hot'] })
    await node.retract(id)
    expect(await node.get(id)).toMatchObject({ status: 'retracted', value: null })
    expect((await node.history(id)).map(({ op, value, reason }) => [op, value, reason])).toEqual([
      ['remember', 'tea', null],
      ['update', 'coffee', 'asked again'],
      ['tag', ['+hot'], null],
      ['retract', null, null],
    ])
    expect(await node.get(id, { at: heads })).toMatchObject({ value: 'tea', status: 'settled' })
    expect(await node.get(id, { at: 5 })).toBeUndefined()
  })

  test('what cannot be meant is refused and leaves nothing behind', async () => {
    const node = await start('one', { offline: true })
    const before = (await node.status()).entries
    await expect(node.remember('')).rejects.toThrow(code('usage'))
    await expect(node.remember('x'.repeat(70_000))).rejects.toThrow(code('too-large'))
    await expect(node.remember('x', { scope: 'planet=mars' })).rejects.toThrow(code('usage'))
    await expect(node.remember('x', { confidence: 2 })).rejects.toThrow(code('usage'))
    await expect(node.update('nothing', 'x')).rejects.toThrow(code('not-found'))
    await expect(node.invite()).rejects.toThrow(code('unreachable'))
    expect((await node.status()).entries).toBe(before)
  })

  test('erase destroys, for good', async () => {
    const node = await start('one', { offline: true })
    const { id } = await node.remember('the secret is 4711', { key: 'secret' })
    expect(await node.erase(id)).toMatchObject({ id, receipts: [{ node: node.id }] })
    expect(await node.get(id)).toMatchObject({ status: 'erased', value: null })
    expect(await node.search('4711')).toEqual([])
    await expect(node.remember('again', { key: 'secret' })).rejects.toThrow(code('erased'))
    expect(await node.verify()).toMatchObject({ valid: true })
    await node.close()
    expect(readFileSync(join(home, 'one', 'memory.sqlite')).includes('4711')).toBe(false)
  })

  test('rebuild makes the same rows', async () => {
    const node = await start('one', { offline: true })
    await node.rememberMany(
      Array.from({ length: 50 }, (_, i) => ({ value: `note ${i}`, tags: [`t${i % 3}`] })),
    )
    const { root } = await node.state()
    expect(await node.rebuild()).toMatchObject({ records: 50, root })
    expect(await node.list({ tag: 't1', limit: 99 })).toHaveLength(17)
  })

  test('the resolver is a choice of the reader', async () => {
    const [ann, bob] = [
      await start('ann'),
      await start('bob', { join: await ticketOf(open[0] as MemoryNode) }),
    ]
    await sameState(ann, bob)
    await Promise.all([ann.close(), bob.close()])
    const [annAlone, bobAlone] = [
      await start('ann', { offline: true }),
      await start('bob', { offline: true }),
    ]
    await annAlone.remember('sure', { key: 'k', confidence: 0.9 })
    await new Promise(resolve => setTimeout(resolve, 5))
    await bobAlone.remember('guess', { key: 'k', confidence: 0.1 })
    await Promise.all([annAlone.close(), bobAlone.close()])
    const [a, b] = [await start('ann'), await start('bob')]
    await sameState(a, b)
    const value = async (resolver: 'latest' | 'confidence' | 'keep-all') =>
      (await a.get('k', { resolver }))?.value
    expect([await value('latest'), await value('confidence'), await value('keep-all')]).toEqual([
      'guess',
      'sure',
      ['sure', 'guess'],
    ])
  })
})

describe('directories', () => {
  test('one that holds something else is left alone', async () => {
    mkdirSync(join(home, 'photos'))
    writeFileSync(join(home, 'photos', 'cat.jpg'), 'meow')
    await expect(start('photos')).rejects.toThrow(code('directory'))
    expect(readFileSync(join(home, 'photos', 'cat.jpg'), 'utf8')).toBe('meow')
  })

  test('a second node on one directory is refused', async () => {
    await start('one')
    await expect(start('one')).rejects.toThrow(code('busy'))
  })

  test.each([
    ['node.json', '{"version": 99}'],
    ['node.json', 'not json'],
    ['node.key', 'short'],
  ])('a damaged %s is said to be so', async (file, text) => {
    await (await start('one', { offline: true })).close()
    writeFileSync(join(home, 'one', file), text)
    await expect(start('one')).rejects.toThrow(code('directory'))
  })
})

test('a node whose directory is gone still stops', async () => {
  const ann = await start('ann')
  await start('bob', { join: await ticketOf(ann) })
  rmSync(join(home, 'ann'), { recursive: true, force: true })
  await ann.close()
})

describe('joining', () => {
  test('a ticket lets one node in, once', async () => {
    const ann = await start('ann', { agent: 'admin' })
    const ticket = await ticketOf(ann, { agent: 'support' })
    const bob = await start('bob', { join: ticket })
    expect([bob.mesh, bob.agent]).toEqual([ann.mesh, 'support'])
    await expect(start('cid', { join: ticket })).rejects.toThrow(code('ticket'))
    expect((await ann.peers()).map(peer => peer.name)).toEqual(['bob'])
    await expect(bob.invite()).rejects.toThrow(code('not-admitted'))
  })

  test('one ticket used by two at once lets one in', async () => {
    const ann = await start('ann')
    const ticket = await ticketOf(ann)
    const results = await Promise.allSettled([start('bob', { join: ticket }), start('cid', { join: ticket })])
    expect(results.map(result => result.status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  test('a ticket that has expired, is damaged, or is for another mesh', async () => {
    const ann = await start('ann')
    const old = await ticketOf(ann, { expiresInMs: 1 })
    await new Promise(resolve => setTimeout(resolve, 5))
    await expect(start('bob', { join: old })).rejects.toThrow(code('ticket'))
    await expect(start('bob', { join: 'folkmoot-ticket-1.AAAA' })).rejects.toThrow(code('ticket'))
    const other = await start('other')
    await expect(
      start('ann2', { join: await ticketOf(ann) }).then(node => node.close()),
    ).resolves.toBeUndefined()
    await expect(start('ann2', { join: await ticketOf(other) })).rejects.toThrow(code('wrong-mesh'))
    await expect(start('bob', { join: old })).rejects.toThrow(code('ticket'))
  })

  test('an admin that is down cannot be joined, and the directory stays free', async () => {
    const ann = await start('ann')
    const ticket = await ticketOf(ann)
    await ann.close()
    await expect(start('bob', { join: ticket, signal: AbortSignal.timeout(3000) })).rejects.toThrow(
      code('unreachable'),
    )
    const again = await start('ann')
    const bob = await start('bob', { join: ticket })
    await again.remember('still good after a restart')
    await sameState(again, bob)
  })
})

describe('two nodes', () => {
  async function pair(options: Partial<OpenNodeOptions> = {}): Promise<[MemoryNode, MemoryNode]> {
    const ann = await start('ann', options)
    const bob = await start('bob', { ...options, join: await ticketOf(ann) })
    await expect
      .poll(async () => (await bob.peers()).filter(peer => peer.connected).length, { timeout: 20_000 })
      .toBe(1)
    return [ann, bob]
  }

  test('a write is seen by a watcher elsewhere, and by a reader who waits for it', async () => {
    const [ann, bob] = await pair()
    const stop = new AbortController()
    const seen: ChangeEvent[] = []
    const watching = (async () => {
      for await (const event of bob.watch({ signal: stop.signal })) seen.push(event)
    })()
    const { id, heads } = await ann.remember('news', { key: 'k' })
    expect(await bob.get(id, { after: heads, signal: AbortSignal.timeout(20_000) })).toMatchObject({
      value: 'news',
    })
    expect(seen).toMatchObject([{ event: 'record:changed', id, by: { name: 'ann' } }])
    stop.abort()
    await watching
  })

  test('acknowledged by a majority means that the other has it', async () => {
    const [ann, bob] = await pair()
    const { id } = await ann.remember('important', { ack: 'majority', signal: AbortSignal.timeout(20_000) })
    expect(await bob.get(id)).toMatchObject({ value: 'important' })
    await expect(ann.remember('x', { ack: 3 })).rejects.toThrow(code('usage'))
  })

  test('a fresh read pulls first', async () => {
    const [ann, bob] = await pair()
    await ann.remember('news', { key: 'k' })
    expect(await bob.get('k', { fresh: true, signal: AbortSignal.timeout(20_000) })).toMatchObject({
      value: 'news',
    })
  })

  test('a run stays at home, and so does a scope that is told to', async () => {
    const [ann, bob] = await pair({ replicate: [{ scope: 'user=*', mode: 'local' }] })
    await ann.remember('scratch', { scope: 'run=r1' })
    await ann.remember('private', { scope: 'app=shop,user=alice' })
    await ann.remember('shared', { key: 'last', ack: 2, signal: AbortSignal.timeout(20_000) })
    expect((await bob.list()).map(memory => memory.value)).toEqual(['shared'])
  })
})
