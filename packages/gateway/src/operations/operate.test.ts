import type { DocumentId, EntryHash, NodeId, ScopeAddress } from '@folkmoot/core'
import type { Memory, MemoryNode } from '@folkmoot/node'
import { describe, expect, test, vi } from 'vitest'
import { operate } from './operate.ts'

const HASH = 'ab'.repeat(32) as EntryHash
const ID = '3f2a91c04d1122334455667788990011' as DocumentId
const AT = Date.parse('2026-01-31T12:00:00Z')
const author = { node: '12D3KooWalice' as NodeId, name: 'zylos01', agent: 'billing', at: AT, entry: HASH }

const memory: Memory = {
  id: ID,
  key: 'currency',
  scope: 'app=shop' as ScopeAddress,
  type: 'record',
  kind: 'semantic',
  value: 'EUR',
  status: 'conflict',
  siblings: [
    { ...author, value: 'EUR', ended: false, caution: null },
    { ...author, value: null, ended: true, caution: null },
  ],
  tags: ['money'],
  confidence: 0.9,
  support: 1,
  claim: 'inference',
  verified: false,
  verification: null,
  checks: [],
  caution: null,
  stale: [],
  links: [],
  supersededBy: null,
  provenance: { ...author, why: { reason: 'the contract' } },
  heads: [HASH],
  row: {} as Memory['row'],
}

function nodeWith(stub: Partial<MemoryNode>): MemoryNode {
  return stub as MemoryNode
}

async function ask(node: Partial<MemoryNode>, name: string, params: unknown): Promise<unknown> {
  const operating = operate(nodeWith(node), name, params, { signal: new AbortController().signal })
  if (operating.kind === 'call') return operating.result
  const items: unknown[] = []
  for await (const item of operating.items) items.push(item)
  return items
}

describe('what means nothing is refused', () => {
  test.each([
    ['an unknown operation', 'forget', {}, 'unknown operation "forget"'],
    ['a name of every object', 'toString', {}, 'unknown operation "toString"'],
    ['an unknown field', 'get', { id: 'a', colour: 'red' }, 'unknown field colour'],
    ['a missing field', 'remember', {}, 'field value is missing'],
    ['no object', 'get', 'currency', 'Invalid type: Expected Object but received "currency"'],
    ['a bad scope', 'list', { scope: 'planet=mars' }, /not a scope/],
    ['an empty text', 'remember', { value: '' }, 'text is empty'],
    ['half a character', 'remember', { value: '\ud800' }, 'text is not well-formed Unicode'],
    [
      'a text over the limit',
      'remember',
      { value: 'x'.repeat(65_537) },
      'text in bytes is 65537, the most is 65536',
    ],
    ['too much confidence', 'remember', { value: 'x', confidence: 1.5 }, /field confidence/],
    ['a time that is none', 'remember', { value: 'x', expiresAt: 'soon' }, /field expiresAt: not a time/],
    ['two settlements', 'resolve', { conflict: 'a.content', pick: 1, defer: true }, /settle|unknown field/],
    ['a pick of nobody', 'resolve', { conflict: 'a.content', pick: 0 }, /pick|settle/],
    ['no limit at all', 'list', { limit: 0 }, /field limit/],
    ['more than one answer lists', 'list', { limit: 10_002 }, /^field limit: at most 10,000$/],
  ])('%s', async (_, name, params, message) => {
    await expect(async () => ask({}, name, params)).rejects.toThrow(message)
  })

  test('a large text has a code of its own', async () => {
    await expect(async () => ask({}, 'remember', { value: 'é'.repeat(40_000) })).rejects.toMatchObject({
      code: 'too-large',
    })
  })
})

describe('reading', () => {
  test('get answers in the shape that scripts rely on', async () => {
    const sibling = {
      node: author.node,
      agent: 'billing',
      at: '2026-01-31T12:00:00.000Z',
      entry: HASH,
    }
    expect(await ask({ get: async () => memory }, 'get', { id: 'currency' })).toEqual({
      id: ID,
      key: 'currency',
      scope: 'app=shop',
      kind: 'semantic',
      value: 'EUR',
      status: 'conflict',
      siblings: [
        { value: 'EUR', caution: null, ...sibling },
        { value: null, caution: null, ...sibling },
      ],
      tags: ['money'],
      confidence: 0.9,
      claim: 'inference',
      verified: false,
      verification: null,
      checks: [],
      caution: null,
      stale: [],
      support: 1,
      links: [],
      supersededBy: null,
      provenance: {
        ...sibling,
        name: 'zylos01',
        reason: 'the contract',
        onBehalfOf: null,
        source: null,
        resources: [],
        derivedFrom: [],
      },
      heads: [HASH],
    })
  })

  test('get of nothing is refused', async () => {
    await expect(ask({ get: async () => undefined }, 'get', { id: 'nobody' })).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  test('a time and the first digits of entries are understood', async () => {
    const get = vi.fn(async () => memory)
    const history = async () => [
      {
        ...author,
        op: 'remember' as const,
        value: 'EUR',
        caution: null,
        reason: null,
        status: 'applied',
        deps: [],
      },
    ]
    await ask({ get, history }, 'get', { id: 'a', at: '2026-01-31T12:00:00Z' })
    expect(get).toHaveBeenLastCalledWith('a', expect.objectContaining({ at: AT }))
    await ask({ get, history }, 'get', { id: 'a', at: [HASH.slice(0, 8)] })
    expect(get).toHaveBeenLastCalledWith('a', expect.objectContaining({ at: [HASH] }))
    await expect(ask({ get, history }, 'get', { id: 'a', at: ['ffffff'] })).rejects.toThrow(
      'no one entry ffffff',
    )
  })

  test('search says which words were found only when asked to explain', async () => {
    const search = async () => [{ memory, score: 2 }]
    expect(await ask({ search }, 'search', { query: 'eur money gold', explain: true })).toMatchObject([
      {
        id: ID,
        value: 'EUR',
        score: 2,
        scope: 'app=shop',
        agent: 'billing',
        explain: { words: ['eur', 'money'] },
      },
    ])
    const [plain] = (await ask({ search }, 'search', { query: 'eur' })) as [object]
    expect(Object.keys(plain)).toEqual([
      ...['id', 'value', 'score', 'scope', 'at', 'agent'],
      ...['claim', 'verified', 'caution'],
    ])
  })

  test('watch and export are streams of the same shapes', async () => {
    async function* watch() {
      yield {
        event: 'record:changed' as const,
        id: ID,
        scope: 'app=shop',
        memory,
        conflict: null,
        by: author,
      }
    }
    expect(await ask({ watch }, 'watch', {})).toMatchObject([
      { memory: { siblings: [{ node: author.node }, {}] } },
    ])
    async function* all() {
      yield { id: ID, value: 'EUR', expiresAt: AT }
    }
    expect(await ask({ export: all }, 'export', {})).toEqual([
      { id: ID, value: 'EUR', expiresAt: '2026-01-31T12:00:00.000Z' },
    ])
  })

  test('an author with an impossible clock can still be shown', async () => {
    const provenance = { ...memory.provenance, at: Number.MAX_SAFE_INTEGER }
    expect(await ask({ get: async () => ({ ...memory, provenance }) }, 'get', { id: 'a' })).toMatchObject({
      provenance: { at: '+275760-09-13T00:00:00.000Z' },
    })
  })
})

describe('writing', () => {
  test('remember passes on what was given and nothing else', async () => {
    const remember = vi.fn(async () => ({ id: ID, scope: memory.scope, entry: HASH, heads: [HASH] }))
    const written = await ask({ remember }, 'remember', { value: 'EUR', expiresAt: '2026-01-31T12:00:00Z' })
    expect(written).toEqual({ id: ID, scope: 'app=shop', entry: HASH, heads: [HASH] })
    expect(remember).toHaveBeenCalledWith('EUR', { expiresAt: AT, signal: expect.anything() })
  })

  test('an import keeps what comes before the first bad record, and names that', async () => {
    const rememberMany = vi.fn(async (items: readonly unknown[]) => items.map(() => ({}) as never))
    const records = [
      { line: 7, record: { id: ID, value: 'a', key: 'k' } },
      { line: 9, record: { value: 'b', keyy: 'k' } },
      { line: 10, record: { value: 'c' } },
    ]
    const get = async () => undefined
    expect(await ask({ get, rememberMany }, 'import', { records })).toMatchObject({
      imported: 1,
      refused: { line: 9, reason: 'unknown field keyy' },
    })
    expect(rememberMany.mock.calls[0]?.[0]).toEqual([{ id: ID, value: 'a', key: 'k' }])
  })
})
