/** The read rule, on every operation that the socket offers. A new operation must be classified here. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  LIMITS,
  type Plant,
  plantAll,
  type TrustMesh,
  trustMesh,
  VISITORS,
  type Visitor,
} from '../../../test/support/trust.ts'
import type { OperationName } from './operations/table.ts'
import { operations } from './operations/table.ts'
import { connectSocket } from './socket-client.ts'
import { type SocketDoor, serveSocket } from './socket-server.ts'
import type { Client } from './wire.ts'

type Ask = (
  call: (name: OperationName, params: object) => Promise<unknown>,
  plants: readonly Plant[],
) => unknown

const isRecord = ({ type }: Plant) => type === 'record'
const isBlock = ({ type }: Plant) => type === 'block'

/** What to ask of an operation that reads, and whose secrets it gives to those who may know them. */
const READS: {
  readonly [name in OperationName]?: { readonly ask: Ask; readonly shows: (plant: Plant) => boolean }
} = {
  get: {
    ask: (call, plants) =>
      each(plants, ({ id, secret }) => each([id, `key-${secret}`], name => call('get', { id: name }))),
    shows: () => true,
  },
  list: { ask: call => call('list', { limit: 1000, expired: true }), shows: isRecord },
  search: {
    ask: (call, plants) =>
      each(plants, ({ secret }) =>
        call('search', { query: `${secret} value text`, limit: 1000, explain: true, expired: true }),
      ),
    // Of what is disputed only the effective value is shown.
    shows: plant => !plant.isDisputed,
  },
  scan: {
    ask: async (call, plants) => [
      await call('scan', { limit: 1000 }),
      await each(plants, ({ id }) => call('scan', { id })),
    ],
    // No two of them contradict or repeat each other.
    shows: () => false,
  },
  history: { ask: (call, plants) => each(plants, ({ id }) => call('history', { id })), shows: isRecord },
  blame: { ask: (call, plants) => each(plants, ({ id }) => call('blame', { id })), shows: () => true },
  diff: {
    ask: async call => [
      await call('diff', { a: '1970-01-01', b: 'here' }),
      await call('diff', { a: 'now', b: '1970-01-01' }),
    ],
    // Of what is disputed only the newest value is shown.
    shows: plant => !plant.isDisputed,
  },
  taint: {
    ask: (call, plants) => each(plants, ({ id }) => call('taint', { id })),
    shows: ({ what }) => ['derived', 'drawn', 'first', 'second'].includes(what),
  },
  why: {
    ask: (call, plants) => each(plants, ({ id }) => call('why', { id })),
    // Of a block its key is told.
    shows: plant => isRecord(plant) || plant.what === 'block',
  },
  conflicts: { ask: call => call('conflicts', { all: true }), shows: plant => plant.isDisputed },
  conflict: {
    ask: (call, plants) => each(plants, ({ id }) => call('conflict', { id: `${id}.content` })),
    shows: plant => plant.isDisputed,
  },
  'policy.show': { ask: call => call('policy.show', {}), shows: () => false },
  'policy.test': {
    ask: call => call('policy.test', { policy: 'standard' }),
    shows: plant => plant.isDisputed,
  },
  'block.show': {
    ask: (call, plants) => each(plants, ({ id }) => call('block.show', { id })),
    shows: isBlock,
  },
  'block.list': { ask: call => call('block.list', { limit: 1000 }), shows: isBlock },
  'block.history': {
    ask: (call, plants) => each(plants, ({ id }) => call('block.history', { id })),
    shows: isRecord,
  },
  state: { ask: call => call('state', {}), shows: plant => plant.isInScope },
  status: { ask: call => call('status', {}), shows: () => false },
  export: {
    ask: call => call('export', { expired: true }),
    shows: isRecord,
  },
  expire: {
    ask: call => call('expire', { keep: 0, dryRun: true }),
    shows: plant => isRecord(plant) && !plant.isDisputed,
  },
}

/** What the other operations do. */
const OTHERS: { readonly [name in OperationName]?: 'write' | 'admin' | 'neutral' | 'watch' } = {
  ...{ rollBack: 'write', verifyClaim: 'write' },
  ...{ remember: 'write', update: 'write', retract: 'write', tag: 'write', erase: 'write', resolve: 'write' },
  ...{
    import: 'write',
    'block.create': 'write',
    'block.edit': 'write',
    endRun: 'write',
    'policy.set': 'write',
  },
  ...{ invite: 'admin', grant: 'admin', revoke: 'admin', access: 'admin', certify: 'admin', verify: 'admin' },
  ...{ rebuild: 'admin', doctor: 'admin', erasures: 'admin', down: 'admin' },
  ...{ 'token.create': 'admin', 'token.list': 'admin', 'token.revoke': 'admin' },
  ...{ 'branch.create': 'admin', 'branch.list': 'admin', 'branch.drop': 'admin', merge: 'admin' },
  ...{ whoami: 'neutral', peers: 'neutral' },
  watch: 'watch',
}

const ADMIN_PARAMS: { readonly [name in OperationName]?: object } = {
  grant: { to: 'billing', permissions: [{ resource: 'x' }] },
  revoke: { to: 'billing' },
  certify: { node: 'x' },
  'token.create': { name: 'mine' },
  'token.revoke': { name: 'limited' },
  'branch.create': { name: 'mine' },
  'branch.drop': { name: 'mine' },
  merge: { branch: 'mine' },
}

let mesh: TrustMesh
let door: SocketDoor
let plants: readonly Plant[]
const clients = new Map<Visitor, Client>()
const heard = new Map<Visitor, string[]>()

beforeAll(async () => {
  mesh = trustMesh()
  door = await serveSocket(mesh.node, mesh.dir, { onDown: async () => {} })
  const limited = await mesh.node.createToken({ name: 'limited', permissions: LIMITS })
  const billing = await mesh.node.createToken({ name: 'billing', agent: 'billing' })
  const visits = {
    owner: {},
    alice: { user: 'alice' },
    limited: { token: limited.token },
    billing: { token: billing.token },
  }
  for (const visitor of VISITORS) {
    const client = (await connectSocket(mesh.dir, visits[visitor])) as Client
    clients.set(visitor, client)
    void listen(visitor, client)
    await client.call('whoami', {})
  }
  plants = await plantAll(mesh)
  await vi.waitFor(() => expect(heard.get('billing')?.join('')).toContain('openblock'))
})
afterAll(async () => {
  for (const client of clients.values()) await client.close()
  await door.close()
  mesh.close()
})

async function listen(visitor: Visitor, client: Client): Promise<void> {
  const lines: string[] = []
  heard.set(visitor, lines)
  try {
    for await (const item of client.stream('watch', {})) lines.push(JSON.stringify(item))
  } catch {
    // The test is over.
  }
}

test('every operation is classified', () => {
  expect(Object.keys(operations).sort()).toEqual([...Object.keys(READS), ...Object.keys(OTHERS)].sort())
})

describe.each(VISITORS)('%s', visitor => {
  const seen = (plant: Plant) => plant.seenBy.includes(visitor)
  const whatIn = (told: string) =>
    plants.filter(({ secret }) => told.includes(secret)).map(({ what }) => what)

  async function call(name: OperationName, params: object): Promise<unknown> {
    const client = clients.get(visitor) as Client
    try {
      if (operations[name].kind === 'call') return await client.call(name as 'list', params)
      const items: unknown[] = []
      for await (const item of client.stream(name as 'export', params)) items.push(item)
      return items
    } catch (error) {
      const { code, message } = error as { code?: string; message?: string }
      // What was asked for may be said again.
      return { code, message: String(message).replace(/(?:memory|block|conflict) .*/, '') }
    }
  }

  test.each(Object.entries(READS))('%s tells it what it may know, and nothing else', async (_, {
    ask,
    shows,
  }) => {
    const told = JSON.stringify(await ask(call, plants))
    expect(whatIn(told)).toEqual(plants.filter(plant => seen(plant) && shows(plant)).map(({ what }) => what))
  })

  test('watch tells it what it may know, and nothing else', () => {
    expect(whatIn((heard.get(visitor) ?? []).join(''))).toEqual(plants.filter(seen).map(({ what }) => what))
  })

  test('a write finds nothing that is hidden', async () => {
    for (const { id } of plants.filter(plant => !seen(plant))) {
      const answers = [
        await call('update', { id, value: 'x' }),
        await call('retract', { id }),
        await call('verifyClaim', { id, how: 'looked' }),
        await call('rollBack', { id }),
        await call('tag', { id, add: ['x'] }),
        await call('erase', { id }),
        await call('block.edit', { id, text: 'x' }),
        await call('resolve', { conflict: `${id}.content`, pick: 1 }),
        await call('remember', { value: 'x', derivedFrom: [id] }),
      ]
      for (const answer of answers) expect(answer).toMatchObject({ code: 'not-found' })
      const imported = await call('import', {
        records: [{ line: 1, record: { value: 'x', derivedFrom: [id] } }],
      })
      expect(imported).toMatchObject({ imported: 0, refused: { line: 1, reason: `no memory ${id}` } })
    }
  })

  test
    .runIf(visitor !== 'owner')
    .each(
      Object.entries(OTHERS).flatMap(([name, kind]) => (kind === 'admin' ? [name as OperationName] : [])),
    )('%s is not for it', async name => {
    expect(await call(name, ADMIN_PARAMS[name] ?? {})).toMatchObject({ code: 'forbidden' })
  })
})

async function each<Item>(items: readonly Item[], ask: (item: Item) => unknown): Promise<unknown[]> {
  const told: unknown[] = []
  for (const item of items) told.push(await ask(item))
  return told
}
