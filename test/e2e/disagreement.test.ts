import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Bench, type RunningNode, until } from '../support/moot.ts'

// Goal: a disagreement lives as it should between two real nodes: it is seen, a policy is tried on it and set, both act
// on the policy's value, it is settled, and the settlement is taken back. Method: two nodes as processes over TCP; each
// is stopped while the other writes, so that they cannot have heard of each other.

interface Conflict {
  readonly id: string
  readonly status: string
  readonly cause: string
  readonly candidates: readonly { readonly value: string; readonly agent: string; readonly support: number }[]
  readonly resolution: { readonly kind: string; readonly agent: string; readonly reason: string } | null
  readonly reopened: { readonly kind: string } | null
  readonly policy: { readonly rule: string; readonly clause: number | null; readonly scope: string | null }
}

interface Memory {
  readonly value: unknown
  readonly status: string
}

const bench = new Bench()
const one = bench.path('one')
const two = bench.path('two')
const running = new Map<string, RunningNode>()

/** Where each listened first: it is found there again. */
const addresses = new Map<string, string>()

const start = async (dir: string) => {
  const node = await bench.up(dir, '--listen', addresses.get(dir) ?? '/ip4/127.0.0.1/tcp/0')
  running.set(dir, node)
  const [address = ''] = node.ready.multiaddrs
  addresses.set(dir, address.replace(/\/p2p\/.*/, ''))
}
const stop = async (dir: string) => {
  await running.get(dir)?.stop()
  running.delete(dir)
}
const get = (dir: string) => bench.json<Memory>(dir, 'get', 'seat')
const conflicts = (dir: string, ...more: string[]) => bench.json<Conflict[]>(dir, 'conflicts', ...more)
/** Both nodes hold the same, and it is this. */
const bothAgree = async (value: unknown, status: string) => {
  const roots = async () => {
    const states = [one, two].map(dir => bench.json<{ root: string }>(dir, 'state'))
    return new Set((await Promise.all(states)).map(({ root }) => root)).size
  }
  await until(async () => (await roots()) === 1)
  for (const dir of [one, two]) expect(await get(dir)).toMatchObject({ value, status })
}

beforeAll(async () => {
  await bench.json(one, 'init', '--name', 'one', '--agent', 'billing')
  await start(one)
  const { ticket } = await bench.json<{ ticket: string }>(
    one,
    ...['invite', '--agent', 'support', '--grant', '*:read,write,arbitrate'],
  )
  await bench.json(two, 'join', ticket, '--name', 'two')
  await start(two)
  await stop(two)
  await bench.json(one, 'remember', 'aisle', '--key', 'seat', '--kind', 'fact', '--confidence', '0.9')
  await stop(one)
  await start(two)
  await bench.json(two, 'remember', 'window', '--key', 'seat', '--kind', 'fact', '--confidence', '0.4')
  await start(one)
  await until(async () => (await conflicts(one)).length + (await conflicts(two)).length === 2)
}, 120_000)
afterAll(() => bench.close())

test('both see it, with its cause and sides, and act on the latest word', async () => {
  await bothAgree('window', 'conflict')
  for (const dir of [one, two]) {
    expect(await conflicts(dir)).toMatchObject([
      {
        ...{ status: 'open', cause: 'concurrent-values', resolution: null },
        candidates: [
          { value: 'aisle', agent: 'billing', support: 1 },
          { value: 'window', agent: 'support', support: 1 },
        ],
        policy: { clause: null, scope: null },
      },
    ])
  }
  const { out } = await bench.run(['conflict', 'seat', '--dir', one])
  expect(out).toContain('seat in app=default: open')
  expect(out).toMatch(/\[1\] [0-9a-f]{12} aisle/)
  expect(out).toContain('said by billing (one)')
  expect(out).toContain('confidence 0.9')
}, 60_000)

test('a policy is tried without being set, then set by one and followed by both', async () => {
  const file = bench.path('policy.json')
  const clauses = [{ when: { kind: 'fact' }, rule: 'confidence' }]
  writeFileSync(file, JSON.stringify({ version: 1, clauses }))
  expect(await bench.json(two, 'policy', 'test', file)).toMatchObject({
    ...{ total: 1, changes: 1, rules: { confidence: { total: 1, changes: 1 } } },
    trials: [{ key: 'seat', was: null, would: { clause: 1, value: 'aisle' }, agrees: false }],
  })
  expect(await bench.json(two, 'policy', 'show')).toMatchObject({ policy: null })
  expect((await bench.run(['policy', 'test', file, '--dir', two])).out).toContain(
    'would change 1 of 1 conflict',
  )
  await bench.json(two, 'policy', 'set', file, '--reason', 'who is surest knows best')
  await bothAgree('aisle', 'conflict')
  expect(await bench.json(one, 'policy', 'show')).toMatchObject({
    ...{ scope: 'app=default', policy: { version: 1, clauses }, setBy: { agent: 'support', name: 'two' } },
  })
  expect((await conflicts(one))[0]?.policy).toMatchObject({
    rule: 'confidence',
    clause: 1,
    scope: 'app=default',
  })
  expect(await bench.json(one, 'get', 'seat', '--resolver', 'latest')).toMatchObject({ value: 'window' })
}, 60_000)

test('a policy that makes no sense is refused with the place of the fault', async () => {
  const wrong = JSON.stringify({ version: 1, clauses: [{ rule: 'latest' }, { rule: 'coin' }] })
  const refused = await bench.run(['policy', 'set', '-', '--dir', one], { input: wrong })
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('clause 2, rule')])
  const broken = await bench.run(['policy', 'set', '-', '--dir', one], { input: '{ "version": 1,' })
  expect([broken.code, broken.err]).toEqual([2, expect.stringContaining('stdin is not JSON')])
  const both = await bench.run(['policy', 'set', '--preset', '--none', '--dir', one])
  expect([both.code, both.err]).toEqual([2, expect.stringContaining('--none')])
}, 60_000)

test('it is settled by one for both, taken back by the other, and settled again', async () => {
  const [conflict] = await conflicts(two)
  const id = conflict?.id ?? ''
  await bench.json(two, 'resolve', id, '--pick', '2', '--reason', 'she said so')
  await bothAgree('window', 'resolved')
  expect(await conflicts(one)).toEqual([])
  expect(await bench.json(one, 'conflict', id)).toMatchObject({
    ...{ status: 'resolved', resolution: { kind: 'pick', agent: 'support', reason: 'she said so' } },
  })
  await bench.json(one, 'resolve', 'seat', '--undo', '--reason', 'she did not')
  await bothAgree('aisle', 'conflict')
  expect(await conflicts(two)).toMatchObject([{ status: 'open', reopened: { kind: 'undo' } }])
  await bench.json(one, 'resolve', 'seat', '--when', '1=by day', '--when', '2=at night')
  const anyOf = [
    { value: 'aisle', when: 'by day' },
    { value: 'window', when: 'at night' },
  ]
  await bothAgree({ anyOf }, 'resolved')
  await bench.json(two, 'policy', 'set', '--none')
  await until(async () => (await bench.json<{ policy: unknown }>(one, 'policy', 'show')).policy === null)
}, 60_000)
