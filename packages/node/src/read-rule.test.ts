/**
 * The read rule, on every function that a node has. A new function must be classified here; one that reads must show
 * that it tells nobody what they may not know.
 */
import type { DocumentId } from '@folkmoot/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Plant,
  plantAll,
  type TrustMesh,
  trustMesh,
  VISITORS,
  type Visitor,
  viewFor,
} from '../../../test/support/trust.ts'
import type { MemoryNode } from './api.ts'
import { OWNER_ONLY } from './owner-only.ts'

/**
 * read: tells of what is remembered · write: finds what it changes · admin: for the owner alone · neutral: of the node
 * and the mesh, not of memories · view: gives the same node to somebody else.
 */
const FUNCTIONS: { readonly [name in keyof MemoryNode]: 'read' | 'write' | 'admin' | 'neutral' | 'view' } = {
  ...{ id: 'neutral', mesh: 'neutral', name: 'neutral', agent: 'neutral', dir: 'neutral' },
  ...{
    peers: 'neutral',
    refresh: 'neutral',
    listenAddresses: 'neutral',
    identity: 'neutral',
    close: 'neutral',
  },
  ...{ remember: 'write', rememberMany: 'write', update: 'write', retract: 'write', tag: 'write' },
  ...{
    erase: 'write',
    resolve: 'write',
    createBlock: 'write',
    editBlock: 'write',
    applyBlockUpdate: 'write',
  },
  ...{ endRun: 'write', expire: 'write' },
  ...{ scan: 'read' },
  ...{ get: 'read', list: 'read', search: 'read', history: 'read', why: 'read', conflicts: 'read' },
  ...{ blame: 'read', diff: 'read', taint: 'read', rollBack: 'write', verifyClaim: 'write' },
  ...{ conflict: 'read', state: 'read', status: 'read', watch: 'read', export: 'read', block: 'read' },
  ...{ blockState: 'read', policy: 'read', testPolicy: 'read', setPolicy: 'write' },
  ...{ invite: 'admin', grant: 'admin', revoke: 'admin', access: 'admin', certify: 'admin', verify: 'admin' },
  ...{ rebuild: 'admin', doctor: 'admin', erasures: 'admin', createToken: 'admin', tokens: 'admin' },
  ...{ revokeToken: 'admin' },
  ...{ createBranch: 'admin', branches: 'admin', merge: 'admin', dropBranch: 'admin' },
  ...{ as: 'view', visitor: 'view', branch: 'view' },
}
const namesOf = (kind: string) =>
  Object.entries(FUNCTIONS).flatMap(([name, its]) => (its === kind ? [name as keyof MemoryNode] : []))

const isRecord = ({ type }: Plant) => type === 'record'
const isBlock = ({ type }: Plant) => type === 'block'

interface Reading {
  /** All that the function gives, asked in every way; errors too. */
  readonly ask: (node: MemoryNode, plants: readonly Plant[]) => Promise<unknown>
  /** Whose secret it gives to those who may know it. */
  readonly shows: (plant: Plant) => boolean
}

const READS: { readonly [name: string]: Reading } = {
  get: {
    ask: (node, plants) =>
      each(plants, async ({ id, secret }) => [
        await attempt(node.get(id)),
        await attempt(node.get(id.slice(0, 10))),
        await attempt(node.get(`key-${secret}`)),
        await attempt(node.get(id, { at: Number.MAX_SAFE_INTEGER })),
        await attempt(node.get(id, { resolver: 'keep-all' })),
      ]),
    shows: () => true,
  },
  list: {
    ask: async node => [
      await node.list({ limit: 1000, expired: true }),
      await node.list({ limit: 1000, tag: 'tag' }),
      await node.list({ limit: 1000, kind: 'semantic' }),
      await each(SCOPES, scope => attempt(node.list({ limit: 1000, scope }))),
    ],
    shows: () => true,
  },
  search: {
    ask: (node, plants) =>
      each(plants, async ({ secret }) => [
        await node.search(`${secret} tag-${secret}`, { limit: 1000 }),
        await node.search('value text', { limit: 1000, expired: true }),
      ]),
    shows: () => true,
  },
  scan: {
    ask: async (node, plants) => [
      await node.scan({ limit: 1000 }),
      await each(plants, ({ id }) => attempt(node.scan({ id }))),
      await each(SCOPES, scope => attempt(node.scan({ scope }))),
    ],
    // No two of them contradict or repeat each other: suspicions.test.ts has those that do.
    shows: () => false,
  },
  history: { ask: (node, plants) => each(plants, ({ id }) => attempt(node.history(id))), shows: isRecord },
  why: {
    ask: (node, plants) =>
      each(plants, async ({ id }) => [
        await attempt(node.why(id)),
        await attempt(node.why(id, { at: Number.MAX_SAFE_INTEGER })),
      ]),
    // Of a block its key is told.
    shows: plant => isRecord(plant) || plant.what === 'block',
  },
  blame: { ask: (node, plants) => each(plants, ({ id }) => attempt(node.blame(id))), shows: () => true },
  diff: {
    ask: async node => [
      await node.diff({ at: 0 }, 'here'),
      await node.diff('here', { at: 0 }),
      await each(SCOPES, scope => attempt(node.diff('here', { at: 0 }, { scope }))),
    ],
    // Of what is disputed only the newest value is shown.
    shows: plant => !plant.isDisputed,
  },
  taint: {
    ask: (node, plants) => each(plants, ({ id }) => attempt(node.taint(id))),
    shows: ({ what }) => ['derived', 'drawn', 'first', 'second'].includes(what),
  },
  conflicts: { ask: node => node.conflicts({ all: true, expired: true }), shows: plant => plant.isDisputed },
  conflict: {
    ask: (node, plants) => each(plants, ({ id }) => attempt(node.conflict(`${id}.content`))),
    shows: plant => plant.isDisputed,
  },
  state: {
    ask: async node => [await node.state(), await each(SCOPES, scope => attempt(node.state({ scope })))],
    shows: plant => plant.isInScope,
  },
  status: { ask: node => node.status(), shows: () => false },
  watch: { ask: async () => [], shows: () => false },
  export: {
    ask: async node => [await all(node.export({ expired: true })), await all(node.export())],
    shows: isRecord,
  },
  block: {
    ask: (node, plants) =>
      each(plants, async ({ id, secret }) => [
        await attempt(node.block(id)),
        await attempt(node.block(`key-${secret}`)),
        await attempt(node.block(id, { at: Number.MAX_SAFE_INTEGER })),
      ]),
    shows: isBlock,
  },
  policy: {
    ask: async node => [await node.policy(), await each(SCOPES, scope => attempt(node.policy(scope)))],
    shows: () => false,
  },
  testPolicy: {
    ask: async node => [
      await node.testPolicy('standard'),
      await node.testPolicy({ version: 1, clauses: [{ rule: 'keep-all' }] }),
      await each(SCOPES, scope => attempt(node.testPolicy('standard', { scope }))),
    ],
    shows: plant => plant.isDisputed,
  },
  blockState: {
    ask: (node, plants) =>
      each(plants, async ({ id }) => {
        const state = await attempt(node.blockState(id))
        return state instanceof Uint8Array ? Buffer.from(state).toString('latin1') : state
      }),
    shows: isBlock,
  },
}

const SCOPES = ['app=default', 'user=alice', 'user=bob', 'agent=support', 'agent=billing']

let mesh: TrustMesh
let plants: readonly Plant[]
/** What each visitor heard while all was planted. */
const heard = new Map<Visitor, string>()

beforeAll(async () => {
  mesh = trustMesh()
  const stop = new AbortController()
  const listening = VISITORS.map(async visitor => {
    const events = await all(viewFor(mesh.node, visitor).watch({ signal: stop.signal }))
    heard.set(visitor, JSON.stringify(events))
  })
  plants = await plantAll(mesh)
  await new Promise(resolve => setImmediate(resolve))
  stop.abort()
  await Promise.all(listening)
})
afterAll(() => mesh.close())

test('every function is classified', () => {
  expect(Object.keys(mesh.node).sort()).toEqual(Object.keys(FUNCTIONS).sort())
  expect(Object.keys(READS).sort()).toEqual(namesOf('read').sort())
  expect([...OWNER_ONLY].sort()).toEqual(namesOf('admin').sort())
})

describe.each(VISITORS)('%s', visitor => {
  const seen = (plant: Plant) => plant.seenBy.includes(visitor)

  test.each(
    Object.entries(READS).filter(([name]) => name !== 'watch'),
  )('learns from %s what it may, and nothing else', async (_, { ask, shows }) => {
    const told = JSON.stringify(await ask(viewFor(mesh.node, visitor), plants))
    expect(plants.filter(({ secret }) => told.includes(secret)).map(({ what }) => what)).toEqual(
      plants.filter(plant => seen(plant) && shows(plant)).map(({ what }) => what),
    )
  })

  test('learns from watch what it may, and nothing else', () => {
    const told = heard.get(visitor) ?? ''
    const known = plants.filter(({ secret }) => told.includes(secret)).map(({ what }) => what)
    expect(known).toEqual(plants.filter(seen).map(({ what }) => what))
  })

  test('counts what it sees', async () => {
    const node = viewFor(mesh.node, visitor)
    const { records } = await node.status()
    const { scopes, root } = await node.state()
    const visible = plants.filter(seen)
    expect(records).toBe(visible.length)
    expect(scopes.reduce((sum, scope) => sum + scope.records, 0)).toBe(records)
    expect(await node.list({ limit: 1000 })).toHaveLength(records)
    expect((await node.status()).root).toBe(root)
    expect((await node.status()).conflicts).toBe(visible.filter(plant => plant.isDisputed).length)
  })

  test('cannot change what it does not see, nor learn of it', async () => {
    const node = viewFor(mesh.node, visitor)
    const before = await mesh.node.state()
    for (const { id, secret } of plants.filter(plant => !seen(plant))) {
      for (const name of [id, `key-${secret}`]) {
        const attempts = [
          node.update(name, 'mine'),
          node.retract(name),
          node.verifyClaim(name, { how: 'looked' }),
          node.rollBack(name),
          node.tag(name, { add: ['mine'] }),
          node.erase(name),
          node.resolve(`${name}.content`, { pick: 1 }),
          node.editBlock(name, 'mine'),
          node.applyBlockUpdate(name, new Uint8Array([0, 0])),
          node.remember('mine', { scope: 'app=default', derivedFrom: [id] }),
        ]
        for (const refused of await Promise.all(attempts.map(attempt))) {
          expect(refused).toMatchObject({ code: 'not-found' })
          expect(JSON.stringify(refused).replaceAll(name, '')).not.toContain(secret)
        }
      }
    }
    expect((await mesh.node.state()).root).toBe(before.root)
  })

  test('hides nothing by a policy that it does not see', async () => {
    const report = await viewFor(mesh.node, visitor).expire({ keep: 0, dryRun: true })
    const told = JSON.stringify(report)
    expect(plants.filter(plant => !seen(plant) && told.includes(plant.secret))).toEqual([])
    expect(report.records.length).toBeGreaterThan(0)
  })

  test.runIf(visitor !== 'owner').each(namesOf('admin'))('may not %s', async name => {
    const call = viewFor(mesh.node, visitor)[name] as () => Promise<unknown>
    await expect(call()).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('writing', () => {
  test('takes the right to, and resources that may be used', async () => {
    const limited = viewFor(mesh.node, 'limited')
    const forbidden = { code: 'forbidden' }
    await expect(limited.remember('x', { scope: 'app=elsewhere' })).rejects.toMatchObject(forbidden)
    await expect(limited.remember('x', { resources: ['vault'] })).rejects.toMatchObject(forbidden)
    await expect(limited.createBlock('b', 'x', { scope: 'user=bob' })).rejects.toMatchObject(forbidden)
    const reader = mesh.node.as({ permissions: [{ scope: '*', rights: ['read'] }] })
    const open = plants[0]?.id ?? ''
    for (const refused of [reader.update(open, 'x'), reader.erase(open), reader.tag(open, { add: ['x'] })]) {
      await expect(refused).rejects.toMatchObject(forbidden)
    }
    expect((await reader.get(open))?.value).toContain('value')
  })

  test('says nothing of what it is based on if that is hidden', async () => {
    for (const visitor of VISITORS) {
      const node = viewFor(mesh.node, visitor)
      for (const plant of plants.filter(({ seenBy }) => !seenBy.includes(visitor))) {
        const hidden = mesh.agents.support.replica.storage.rows.get(plant.id as DocumentId)
        const entry = hidden?.heads[0] ?? ''
        const refused = await attempt(node.remember('mine', { basedOn: [entry], strict: true }))
        expect(refused).toMatchObject({ code: 'changed', message: expect.stringContaining('not known here') })
        expect(JSON.stringify(refused)).not.toContain(plant.secret)
      }
    }
  })

  test('a key that is taken by what is hidden is not overwritten', async () => {
    const hidden = plants.find(({ what }) => what === 'rogue')
    const before = await mesh.node.get(hidden?.id ?? '')
    const refused = viewFor(mesh.node, 'alice').remember('mine', { key: `key-${hidden?.secret}` })
    await expect(refused).rejects.toMatchObject({ code: 'forbidden' })
    expect(await mesh.node.get(hidden?.id ?? '')).toEqual(before)
  })

  test('in the service of a user says so, and for no other', async () => {
    const alice = viewFor(mesh.node, 'alice')
    const { id } = await alice.remember('for her', { scope: 'user=alice' })
    expect((await mesh.node.get(id))?.provenance.why).toEqual({ onBehalfOf: 'alice' })
    await expect(alice.remember('x', { onBehalfOf: 'bob' })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(alice.remember('x', { scope: 'user=bob' })).rejects.toMatchObject({ code: 'forbidden' })
    expect(() => alice.as({ user: 'bob' })).toThrow('serves alice')
  })

  test('a view of a view only narrows', async () => {
    const alice = viewFor(mesh.node, 'alice').as({ permissions: [{ scope: 'user=*', rights: ['read'] }] })
    const scopes = (await alice.state()).scopes.map(({ scope }) => scope)
    expect(scopes).toEqual(['user=alice'])
    await alice.close()
    expect(await mesh.node.list()).not.toEqual([])
    expect(alice.visitor('x')).toBeUndefined()
  })
})

async function attempt(work: Promise<unknown>): Promise<unknown> {
  try {
    return (await work) ?? null
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string }
    // What was asked for may be said again.
    return { code, message: String(message).replace(/(?:memory|block|conflict) .*/, '') }
  }
}

async function each<Item>(items: readonly Item[], ask: (item: Item) => Promise<unknown>): Promise<unknown[]> {
  const told: unknown[] = []
  for (const item of items) told.push(await ask(item))
  return told
}

async function all(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const found: unknown[] = []
  for await (const item of items) found.push(item)
  return found
}
