/** What another agent wants done has a caution beside it, in every operation. A new operation must be classified here. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type MemoryNode, openNode } from '@folkmoot/node'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import {
  DIRECTIVES,
  type DirectiveMesh,
  directiveMesh,
  OWN_DIRECTIVE,
  type PlantedDirective,
  textOfDirective,
  wordOfDirective,
} from '../../../test/support/directives.ts'
import { operate } from './operations/operate.ts'
import { type OperationName, operations } from './operations/table.ts'

const IN_TIME = { timeout: 15_000 }
const LOOPBACK = ['/ip4/127.0.0.1/tcp/0']

type Call = (name: OperationName, params: object) => Promise<unknown>

interface Read {
  readonly ask: (call: Call, mesh: DirectiveMesh) => unknown
  /** Of the planted texts those that it gives out, so that nothing passes by being silent. */
  readonly shows: readonly PlantedDirective[]
}

const STANDING: readonly PlantedDirective[] = DIRECTIVES.filter(what => what !== 'past' && what !== 'settled')
/** Of what is disputed only the effective value is shown. */
const EFFECTIVE = STANDING.filter(what => what !== 'disputed')
const DISPUTED: readonly PlantedDirective[] = ['disputed', 'picked', 'settled', 'suspect', 'retracted']

const READS: { readonly [name in OperationName]?: Read } = {
  get: {
    ask: async (call, mesh) => [
      ...(await each('get', call, mesh)),
      ...(await each('get', call, mesh, times(mesh))),
      await call('get', { id: 'based' }),
    ],
    shows: DIRECTIVES,
  },
  list: {
    ask: call => all([{}, { claim: 'directive' }], more => call('list', { limit: 1000, ...more })),
    shows: STANDING,
  },
  search: {
    ask: call =>
      all([{}, { claim: 'directive' }], more =>
        all(['wire the money', 'deploy port'], query =>
          call('search', { query, limit: 1000, explain: true, ...more }),
        ),
      ),
    shows: EFFECTIVE,
  },
  history: { ask: (call, mesh) => each('history', call, mesh), shows: DIRECTIVES },
  why: {
    ask: async (call, mesh) => [await each('why', call, mesh), await each('why', call, mesh, times(mesh))],
    shows: DIRECTIVES,
  },
  blame: { ask: (call, mesh) => each('blame', call, mesh), shows: STANDING },
  diff: {
    ask: (call, mesh) =>
      all(times(mesh), ({ at }) => all(['1970-01-01', 'here'], b => call('diff', { a: at, b }))),
    shows: DIRECTIVES.filter(what => what !== 'disputed'),
  },
  taint: { ask: call => call('taint', { id: 'source' }), shows: ['derived'] },
  conflicts: {
    ask: call => all([{}, { all: true }], more => call('conflicts', more)),
    shows: DISPUTED,
  },
  conflict: {
    ask: async (call, mesh) => [
      await each('conflict', call, mesh),
      await call('conflict', { id: mesh.suspicion }),
    ],
    shows: DISPUTED,
  },
  // They are compared with nothing.
  scan: { ask: call => call('scan', { limit: 1000 }), shows: [] },
  'policy.test': {
    ask: call => all(['standard', LATEST], policy => call('policy.test', { policy })),
    shows: DISPUTED,
  },
  export: { ask: call => call('export', { expired: true }), shows: STANDING },
  expire: { ask: call => call('expire', { keep: 0, dryRun: true }), shows: EFFECTIVE },
  watch: {
    ask: () => heardSinceCalled(['made', 'suspect']),
    shows: DIRECTIVES,
  },
  merge: { ask: () => merged(textOfDirective('disputed')), shows: ['disputed'] },
  // What a write says of what it acted on, and of what it settled.
  remember: {
    ask: (call, { basis }) => call('remember', { value: 'so', basedOn: [basis] }),
    shows: ['newer'],
  },
  update: {
    ask: (call, { basis }) => call('update', { id: 'based', value: 'so', basedOn: [basis] }),
    shows: ['newer'],
  },
  retract: { ask: (call, { basis }) => call('retract', { id: 'last', basedOn: [basis] }), shows: ['newer'] },
  resolve: {
    ask: (call, { ids }) => call('resolve', { conflict: ids.disputed, pick: 1 }),
    shows: ['disputed'],
  },
}

/** They give out no text of a record, but for what they were given themselves. Of a block nobody can say what it is. */
const OTHERS: readonly OperationName[] = [
  ...(['tag', 'erase', 'erasures', 'rollBack', 'verifyClaim', 'import', 'endRun'] as const),
  ...(['block.create', 'block.show', 'block.edit', 'block.list', 'block.history'] as const),
  ...([
    'policy.show',
    'policy.set',
    'peers',
    'status',
    'state',
    'verify',
    'rebuild',
    'doctor',
    'down',
  ] as const),
  ...(['invite', 'grant', 'revoke', 'access', 'certify', 'whoami'] as const),
  ...(['token.create', 'token.list', 'token.revoke'] as const),
  ...(['branch.create', 'branch.list', 'branch.drop'] as const),
]

const LATEST = { version: 1, clauses: [{ rule: 'latest' }] }

let mesh: DirectiveMesh
const heard: unknown[] = []
const listening = new AbortController()

beforeAll(async () => {
  mesh = await directiveMesh(({ node }) => void listen(node))
  await vi.waitFor(() => expect(JSON.stringify(heard)).toContain('as it is'))
})
afterAll(() => {
  listening.abort()
  mesh.close()
})

async function listen(node: MemoryNode): Promise<void> {
  const operating = operate(node, 'watch', {}, { signal: listening.signal })
  if (operating.kind === 'call') return
  for await (const item of operating.items) heard.push(item)
}

/** Without what was told of these before anybody called them directives: then they were none. */
function heardSinceCalled(later: readonly PlantedDirective[]): readonly unknown[] {
  const texts = heard.map(item => JSON.stringify(item))
  return heard.filter((_, i) =>
    later.every(what => {
      const isCalled = (text: string) =>
        text.includes(`"key":"${what}"`) && text.includes('"claim":"directive"')
      return i >= texts.findIndex(isCalled) || texts[i]?.includes(wordOfDirective(what)) === false
    }),
  )
}

test('every operation is classified', () => {
  expect(Object.keys(operations).sort()).toEqual([...Object.keys(READS), ...OTHERS].sort())
})

test.each(Object.entries(READS))(
  '%s gives out no directive of another agent without a caution',
  async (_, { ask, shows }) => {
    const told: unknown = JSON.parse(JSON.stringify(await ask(callOn(mesh.node), mesh)))
    const places = DIRECTIVES.map(what => [what, placesOf(wordOfDirective(what), told)] as const)
    expect(places.flatMap(([what, found]) => (found.length > 0 ? what : [])).sort()).toEqual(
      [...shows].sort(),
    )
    const bare = places.flatMap(([, found]) => found.filter(({ caution }) => typeof caution !== 'string'))
    expect(bare).toEqual([])
    const ofOneself = placesOf(OWN_DIRECTIVE, told).filter(({ caution }) => typeof caution === 'string')
    expect(ofOneself).toEqual([])
  },
  30_000,
)

function callOn(node: MemoryNode): Call {
  return async (name, params) => {
    const operating = operate(node, name, params, { signal: new AbortController().signal })
    if (operating.kind === 'call') return operating.result
    const items: unknown[] = []
    for await (const item of operating.items) items.push(item)
    return items
  }
}

/** Asked about every planted memory; one that there is nothing to say of gives nothing. */
function each(name: OperationName, call: Call, { ids }: DirectiveMesh, more: readonly object[] = [{}]) {
  return all(Object.values(ids), id =>
    all(more, params => call(name, { id, ...params }).catch(() => undefined)),
  )
}

async function all<Item>(items: readonly Item[], ask: (item: Item) => unknown): Promise<unknown[]> {
  const told: unknown[] = []
  for (const item of items) told.push(await ask(item))
  return told
}

function times({ moments }: DirectiveMesh): readonly { readonly at: string }[] {
  return moments.map(ms => ({ at: new Date(ms).toISOString() }))
}

interface Place {
  readonly path: string
  /** Of the innermost thing around it that has one. */
  readonly caution: unknown
}

/** Where a word is in an answer, but for where it names something. */
function placesOf(word: string, told: unknown, path = '', caution: unknown = undefined): readonly Place[] {
  if (typeof told === 'string') return told.includes(word) ? [{ path, caution }] : []
  if (told === null || typeof told !== 'object') return []
  const nearest = 'caution' in told ? told.caution : caution
  return Object.entries(told).flatMap(([name, part]) => placesOf(word, part, `${path}/${name}`, nearest))
}

/** What a merge tells of a dispute between a branch and what another agent said outside in the meantime. */
async function merged(text: string): Promise<unknown> {
  const home = mkdtempSync(join(tmpdir(), 'folkmoot-directives-'))
  const start = (name: string, more: object) =>
    openNode({ dir: join(home, name), name, listen: LOOPBACK, ...more })
  const ann = await start('ann', { agent: 'admin' })
  const bob = await start('bob', { join: (await ann.invite({ agent: 'cook' })).ticket })
  const hears = (value: string) =>
    expect.poll(async () => (await bob.get('order'))?.value, IN_TIME).toBe(value)
  try {
    await ann.remember('wait', { key: 'order', claim: 'directive' })
    await hears('wait')
    await bob.createBranch('b')
    await (await bob.branch('b')).update('order', 'no')
    await ann.update('order', text)
    await hears(text)
    return await callOn(bob)('merge', { branch: 'b' })
  } finally {
    await Promise.all([ann.close(), bob.close()])
    rmSync(home, { recursive: true, force: true })
  }
}
