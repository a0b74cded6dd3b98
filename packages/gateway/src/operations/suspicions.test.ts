import type { DocumentId, EntryHash, NodeId, ScopeAddress } from '@folkmoot/core'
import type { Decided, FoundMemory, MemoryNode, ScanReport } from '@folkmoot/node'
import { describe, expect, test, vi } from 'vitest'
import { operate } from './operate.ts'

const HASH = 'ab'.repeat(32) as EntryHash
const AT = Date.parse('2026-01-31T12:00:00Z')
const author = { node: '12D3KooWalice' as NodeId, name: 'zylos01', agent: 'billing', at: AT, entry: HASH }
const scope = 'app=shop' as ScopeAddress
const found = (digit: string, value: string): FoundMemory => ({
  ...author,
  id: digit.repeat(32) as DocumentId,
  ...{ key: null, scope, kind: 'semantic', value, caution: null },
})

const report: ScanReport = {
  ...{ records: 2, pairs: 1, found: 1, suspicions: 1, links: 0, withdrawn: 0, complete: true },
  skipped: [],
  findings: [
    {
      relation: 'contradicts',
      memories: [found('a', 'EUR'), found('b', 'USD')],
      score: 0.85,
      evidence: [{ test: 'value', detail: 'values differ' }],
      conflict: `${'c'.repeat(32)}.suspicion`,
      recorded: true,
    },
  ],
}
const decision: Decided = {
  ...{ op: 'NOOP', by: 'ladder', reason: 'It is remembered already.', confidence: 1 },
  ...{ basis: ['a'.repeat(32) as DocumentId], target: 'a'.repeat(32) as DocumentId },
}

async function ask(node: Partial<MemoryNode>, name: string, params: unknown): Promise<unknown> {
  const operating = operate(node as MemoryNode, name, params, { signal: new AbortController().signal })
  if (operating.kind !== 'call') throw new Error('it answers once')
  return operating.result
}

describe('scan', () => {
  test('passes on what was asked, and gives times as text', async () => {
    const scan = vi.fn(async () => report)
    const asked = { scope: 'app=shop', id: 'plan', record: true, limit: 3 }
    const memory = { name: 'zylos01', agent: 'billing', at: '2026-01-31T12:00:00.000Z', value: 'EUR' }
    expect(await ask({ scan }, 'scan', asked)).toMatchObject({
      ...{ found: 1, suspicions: 1, complete: true },
      findings: [{ relation: 'contradicts', recorded: true, memories: [memory, { value: 'USD' }] }],
    })
    expect(scan).toHaveBeenCalledWith(expect.objectContaining(asked), undefined)
  })

  test.each([
    [{ limit: 0 }, /limit/],
    [{ record: 'yes' }, /record/],
    [{ scope: 'planet=mars' }, /not a scope/],
    [{ colour: 'red' }, /unknown field colour/],
  ])('refuses %j', async (params, message) => {
    await expect(async () => ask({}, 'scan', params)).rejects.toThrow(message)
  })
})

describe('remember', () => {
  const written = { id: 'a'.repeat(32) as DocumentId, scope, entry: HASH, heads: [HASH] }

  test('answers with what was decided', async () => {
    const remember = vi.fn(async () => ({ ...written, decision }))
    expect(await ask({ remember }, 'remember', { value: 'EUR', reconcile: true })).toMatchObject({ decision })
    expect(remember).toHaveBeenCalledWith('EUR', expect.objectContaining({ reconcile: true }))
  })

  test('says nothing of a decision when there was none', async () => {
    const answer = await ask({ remember: async () => written }, 'remember', { value: 'EUR' })
    expect(answer).not.toHaveProperty('decision')
  })

  test.each(['person', 1])('is not reconciled by %j', async reconcile => {
    await expect(async () => ask({}, 'remember', { value: 'EUR', reconcile })).rejects.toThrow(/reconcile/)
  })
})

test('history says what was decided', async () => {
  const event = {
    ...author,
    op: 'confirm' as const,
    value: null,
    caution: null,
    reason: null,
    status: 'applied',
    deps: [],
  }
  const history = async () => [event, { ...event, decision }]
  const events = (await ask({ history }, 'history', { id: 'x' })) as object[]
  expect(events[0]).not.toHaveProperty('decision')
  expect(events[1]).toMatchObject({ op: 'confirm', decision })
})
