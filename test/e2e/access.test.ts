import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Bench, type RunningNode, until } from '../support/moot.ts'

// Goal: who may see what is what the grants say, on every node, within seconds, and looking back as well. Method: the
// built command; a founder that acts as support and two nodes that joined with tickets, one process each.

const bench = new Bench()
const support = bench.path('support01')
const billing = bench.path('billing01')
const audit = bench.path('audit01')
const running = new Map<string, RunningNode>()

interface Memory {
  readonly key: string | null
  readonly value: string | null
  readonly scope: string
}
interface Access {
  readonly grants: readonly { readonly scope: string | null; readonly inForce: boolean }[]
  readonly reach: readonly {
    readonly name: string
    readonly rights: readonly string[]
    readonly serves: boolean
  }[]
}

async function start(dir: string): Promise<void> {
  running.set(dir, await bench.up(dir))
}

async function stop(dir: string): Promise<void> {
  await running.get(dir)?.stop()
  running.delete(dir)
}

async function join(dir: string, name: string, ...flags: string[]): Promise<void> {
  const { ticket } = await bench.json<{ ticket: string }>(support, 'invite', ...flags)
  await bench.json(dir, 'join', ticket, '--name', name)
}

beforeAll(async () => {
  await bench.json(support, 'init', '--name', 'support01', '--agent', 'support')
  await start(support)
  await join(billing, 'billing01', '--agent', 'billing', '--grant', 'app=shop:read,write')
  await join(audit, 'audit01', '--agent', 'audit', '--grant', '*:read')
  await Promise.all([start(billing), start(audit)])
  await bench.json(support, 'remember', 'prices are in EUR', '--key', 'currency', '--scope', 'app=shop')
  await until(async () => (await seen(billing, 'currency', 'app=shop')) === 'prices are in EUR')
}, 60_000)

afterAll(() => bench.close())

/** Undefined if there is nothing to see. */
async function seen(dir: string, key: string, scope: string): Promise<string | null | undefined> {
  const { code, out } = await bench.run(['get', key, '--scope', scope, '--json', '--dir', dir])
  return code === 0 ? (JSON.parse(out) as Memory).value : undefined
}

async function listed(dir: string): Promise<readonly string[]> {
  const memories = await bench.json<readonly Memory[]>(dir, 'list')
  return memories.map(({ scope, value }) => `${scope}: ${value}`)
}

const found = async (dir: string, words: string) =>
  (await bench.json<readonly Memory[]>(dir, 'search', words)).map(({ value }) => value)
const accessOf = (...flags: string[]) => bench.json<Access>(support, 'access', '--agent', 'billing', ...flags)

describe('a user', () => {
  let before = ''
  let between = ''

  test('is seen by an agent from the grant on, and by every way of reading', async () => {
    await bench.json(
      support,
      'remember',
      'alice is allergic to nuts',
      '--key',
      'diet',
      '--scope',
      'user=alice',
    )
    expect(await seen(support, 'diet', 'user=alice')).toBe('alice is allergic to nuts')
    expect(await seen(billing, 'diet', 'user=alice')).toBeUndefined()
    expect(await listed(billing)).toEqual(['app=shop: prices are in EUR'])
    expect(await found(billing, 'nuts')).toEqual([])
    before = new Date().toISOString()
    const granted = await bench.json(support, 'grant', 'billing', 'user=alice:read,write')
    expect(granted).toMatchObject([
      { agent: 'billing', scope: 'user=alice', rights: ['read', 'write'], isNew: true },
    ])
    await until(async () => (await seen(billing, 'diet', 'user=alice')) === 'alice is allergic to nuts')
    expect(await listed(billing)).toHaveLength(2)
    expect(await found(billing, 'nuts')).toEqual(['alice is allergic to nuts'])
    between = new Date().toISOString()
  }, 60_000)

  test('is shared in one tier while the others stay apart', async () => {
    await bench.json(billing, 'remember', 'alice pays by card', '--key', 'pays', '--scope', 'user=alice')
    await bench.json(billing, 'remember', 'round down', '--key', 'own', '--scope', 'agent=billing')
    await bench.json(billing, 'remember', 'half done', '--key', 'scratch', '--scope', 'run=r1')
    await until(async () => (await seen(support, 'pays', 'user=alice')) === 'alice pays by card')
    await bench.json(billing, 'remember', 'the last', '--key', 'last', '--scope', 'app=shop')
    await until(async () => (await seen(support, 'last', 'app=shop')) === 'the last')
    for (const dir of [support, audit]) {
      expect(await seen(dir, 'own', 'agent=billing')).toBeUndefined()
      expect(await seen(dir, 'scratch', 'run=r1')).toBeUndefined()
      expect(await found(dir, 'round half')).toEqual([])
    }
    expect(await seen(billing, 'own', 'agent=billing')).toBe('round down')
    expect(await seen(billing, 'scratch', 'run=r1')).toBe('half done')
    const refused = await bench.run(['remember', 'x', '--scope', 'app=other', '--dir', billing])
    expect(refused.code).toBe(1)
    expect(refused.err).toMatch(/^moot: .*app=other/)
  }, 60_000)

  test('is gone from that agent when the grant is', async () => {
    const revoked = await bench.json(
      support,
      'revoke',
      'billing',
      'user=alice:read,write',
      '--reason',
      'moved on',
    )
    expect(revoked).toMatchObject([
      {
        agent: 'billing',
        permission: { scope: 'user=alice' },
        cut: [{ scope: 'user=alice' }],
        remaining: [],
      },
    ])
    await until(async () => (await seen(billing, 'diet', 'user=alice')) === undefined)
    expect((await listed(billing)).some(line => line.startsWith('user=alice'))).toBe(false)
    expect(await found(billing, 'nuts')).toEqual([])
    expect((await bench.run(['remember', 'x', '--scope', 'user=alice', '--dir', billing])).code).toBe(1)
    expect(await seen(support, 'pays', 'user=alice')).toBe('alice pays by card')
    expect(await seen(billing, 'own', 'agent=billing')).toBe('round down')
    expect(await seen(billing, 'scratch', 'run=r1')).toBe('half done')
  }, 60_000)

  test('and the past can be asked about', async () => {
    const asked = ['--scope', 'user=alice', '--user', 'alice']
    const one = { name: 'billing01', rights: [], serves: false }
    expect(await accessOf(...asked, '--as-of', before)).toMatchObject({ grants: [], reach: [one] })
    expect(await accessOf(...asked, '--as-of', between)).toMatchObject({
      grants: [{ scope: 'user=alice', inForce: true, by: { name: 'support01' } }],
      reach: [{ ...one, rights: ['read', 'write'], serves: true }],
    })
    expect(await accessOf(...asked)).toMatchObject({ grants: [{ inForce: false }], reach: [one] })
  })
})

describe('a node that is put out of the mesh', () => {
  test('counts for nothing from then on, wherever it got to', async () => {
    await Promise.all([stop(billing), stop(audit)])
    const [removed] = await bench.json<{ cut: unknown[] }[]>(
      support,
      'revoke',
      'billing01',
      '--reason',
      'stolen',
    )
    expect(removed).toMatchObject({ name: 'billing01', permission: null, cut: expect.arrayContaining([]) })
    await stop(support)
    // Neither has heard of it, so they trust each other still.
    await Promise.all([start(billing), start(audit)])
    await bench.json(billing, 'remember', 'a lie', '--key', 'late', '--scope', 'app=shop')
    await until(async () => (await seen(audit, 'late', 'app=shop')) === 'a lie')
    await start(support)
    await until(async () => (await seen(audit, 'late', 'app=shop')) === undefined)
    expect(await seen(support, 'late', 'app=shop')).toBeUndefined()
    expect(await seen(audit, 'last', 'app=shop')).toBe('the last')
    const { uncounted } = await bench.json<{ uncounted: unknown[] }>(audit, 'verify')
    expect(uncounted).toMatchObject([{ name: 'billing01', status: 'cut', scope: 'app=shop' }])
    const { out } = await bench.run(['verify', '--dir', audit])
    expect(out).toMatch(/1 entry by billing01 \(billing\): cut, .*stolen/)
    const connected = async (dir: string) =>
      (await bench.json<{ name: string; connected: boolean }[]>(dir, 'peers')).filter(peer => peer.connected)
    await until(async () => (await connected(billing)).length === 0)
    expect((await connected(support)).map(({ name }) => name)).toEqual(['audit01'])
    expect((await bench.run(['doctor', '--dir', audit])).out).toMatch(/log.* of billing01 ended.*stolen/)
    await stop(billing)
  }, 90_000)

  test('writes again when it was invited again', async () => {
    const again = bench.path('billing01-again')
    await join(again, 'billing01', '--agent', 'billing')
    await start(again)
    await until(async () => (await seen(again, 'currency', 'app=shop')) === 'prices are in EUR')
    await bench.json(again, 'remember', 'we are back', '--key', 'back', '--scope', 'app=shop')
    for (const dir of [support, audit]) {
      await until(async () => (await seen(dir, 'back', 'app=shop')) === 'we are back')
    }
    const whoami = await bench.json(again, 'whoami')
    expect(whoami).toMatchObject({ agent: 'billing', isAdmin: false, rights: [{ scope: 'app=shop' }] })
  }, 60_000)
})
