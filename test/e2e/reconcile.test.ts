import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { filesWith } from '../support/directory-bytes.ts'
import { Bench, type RunningNode, until } from '../support/moot.ts'

// Goal: contradictions and repetitions across different memories, from finding them to judging them and taking the
// judgement back, and deciding on a statement before it is written. Method: two nodes as processes over TCP, and the
// commands that people type.

interface Memory {
  readonly id: string
  readonly value: unknown
  readonly status: string
  readonly support: number
  readonly supersededBy: string | null
  readonly links: readonly { readonly relation: string; readonly id: string }[]
}

interface Written {
  readonly id: string
  readonly decision?: { readonly op: string; readonly by: string; readonly target: string | null }
}

interface Conflict {
  readonly id: string
  readonly cause: string
  readonly status: string
  readonly candidates: readonly { readonly record: string }[]
}

interface Scan {
  readonly found: number
  readonly suspicions: number
  readonly links: number
  readonly findings: readonly { readonly relation: string; readonly recorded: boolean }[]
}

interface Event {
  readonly op: string
  readonly agent: string
  readonly decision?: { readonly op: string }
}

const bench = new Bench()
const one = bench.path('one')
const two = bench.path('two')
const running: RunningNode[] = []

beforeAll(async () => {
  running.push(await bench.up(one, '--name', 'one', '--agent', 'billing', '--listen', '/ip4/127.0.0.1/tcp/0'))
  const { ticket } = await bench.json<{ ticket: string }>(one, 'invite', '--agent', 'support')
  running.push(await bench.up(two, '--name', 'two', '--join', ticket, '--listen', '/ip4/127.0.0.1/tcp/0'))
})
afterAll(async () => {
  await Promise.all(running.map(node => node.stop()))
  await bench.close()
})

const root = async (dir: string, scope: string) =>
  (await bench.json<{ root: string }>(dir, 'state', '--scope', scope)).root
const inSync = (scope: string) => until(async () => (await root(one, scope)) === (await root(two, scope)))
const get = (dir: string, id: string) => bench.json<Memory>(dir, 'get', id)
const conflictsIn = (dir: string, scope: string) => bench.json<Conflict[]>(dir, 'conflicts', '--scope', scope)
const say = (dir: string, scope: string, text: string, ...more: string[]) =>
  bench.json<Written>(dir, 'remember', text, '--scope', scope, ...more)

describe('two memories that contradict each other', () => {
  const SCOPE = 'app=plans'
  let ten = ''
  let twelve = ''
  let copy = ''
  let conflict = ''

  test('are found by a scan, which changes nothing', async () => {
    ten = (await say(one, SCOPE, 'The plan costs 10 euros')).id
    twelve = (await say(two, SCOPE, 'The plan costs 12 euros')).id
    copy = (await say(two, SCOPE, 'The plan costs 12 euros')).id
    await inSync(SCOPE)
    const before = await root(one, SCOPE)
    const scan = await bench.json<Scan>(one, 'scan', '--scope', SCOPE)
    expect(scan).toMatchObject({ found: 3, suspicions: 0, links: 0 })
    expect(scan.findings.map(({ relation }) => relation).sort()).toEqual([
      'contradicts',
      'contradicts',
      'same',
    ])
    expect(await root(one, SCOPE)).toBe(before)
    expect(await conflictsIn(one, SCOPE)).toEqual([])
  })

  test('are shown in full to people', async () => {
    const { out, code } = await bench.run(['scan', ten, '--dir', one])
    expect(code).toBe(0)
    expect(out).toContain('may contradict each other')
    expect(out).toContain('The plan costs 10 euros')
    expect(out).toContain('The plan costs 12 euros')
    expect(out).toContain('quantities differ')
  })

  test('become a conflict on every node when the scan records them, and repetitions become links', async () => {
    expect(await bench.json<Scan>(one, 'scan', ten, '--record')).toMatchObject({ suspicions: 2, links: 0 })
    expect(await bench.json<Scan>(one, 'scan', '--scope', SCOPE, '--record')).toMatchObject({
      suspicions: 0,
      links: 1,
    })
    await inSync(SCOPE)
    // Two nodes that suspect the same suspect it once.
    expect(await bench.json<Scan>(two, 'scan', '--scope', SCOPE, '--record')).toMatchObject({
      suspicions: 0,
      links: 0,
    })
    const conflicts = await conflictsIn(two, SCOPE)
    expect(conflicts).toMatchObject(Array(2).fill({ cause: 'suspected-contradiction', status: 'open' }))
    const between = (id: string) => conflicts.find(one => one.candidates.some(({ record }) => record === id))
    conflict = between(twelve)?.id ?? ''
    expect((await get(two, copy)).links).toEqual([{ relation: 'duplicates', id: twelve }])
    expect(await bench.json<Memory[]>(two, 'list', '--scope', SCOPE)).toHaveLength(3)
  })

  test('are judged, and the one that lost stands back on every node', async () => {
    const { candidates } = await bench.json<Conflict>(two, 'conflict', conflict)
    const pick = candidates.findIndex(({ record }) => record === twelve) + 1
    await bench.json(two, 'resolve', conflict, '--pick', String(pick), '--reason', 'the invoice says so')
    await inSync(SCOPE)
    for (const dir of [one, two]) {
      expect(await get(dir, ten)).toMatchObject({ status: 'superseded', supersededBy: twelve })
      const listed = await bench.json<Memory[]>(dir, 'list', '--scope', SCOPE)
      expect(listed.map(({ id }) => id).sort()).toEqual([twelve, copy].sort())
      expect(await bench.json<Memory[]>(dir, 'list', '--scope', SCOPE, '--all')).toHaveLength(3)
      expect(await bench.json<Memory[]>(dir, 'search', 'plan', '--scope', SCOPE)).toHaveLength(2)
      expect(await bench.json<Memory[]>(dir, 'search', 'plan', '--scope', SCOPE, '--all')).toHaveLength(3)
    }
  })

  test('are not suspected again, and stand side by side again when the judgement is taken back', async () => {
    expect(await bench.json<Scan>(one, 'scan', '--scope', SCOPE, '--record')).toMatchObject({ suspicions: 0 })
    await bench.json(one, 'resolve', conflict, '--undo')
    await inSync(SCOPE)
    for (const dir of [one, two]) {
      expect(await get(dir, ten)).toMatchObject({ status: 'settled', supersededBy: null })
      expect(await bench.json<Memory[]>(dir, 'list', '--scope', SCOPE)).toHaveLength(3)
    }
  })

  test('are suspected no more once one of them is retracted', async () => {
    await bench.json(two, 'retract', ten)
    await inSync(SCOPE)
    expect(await conflictsIn(one, SCOPE)).toEqual([])
    expect(await bench.json(one, 'scan', '--scope', SCOPE, '--record')).toMatchObject({ withdrawn: 0 })
  })
})

describe('what is reconciled before it is written', () => {
  const SCOPE = 'app=ports'
  const reconcile = (dir: string, text: string) => say(dir, SCOPE, text, '--reconcile')

  test('is added, confirmed, updated or ended, on whichever node', async () => {
    const first = await reconcile(one, 'The deploy port is 8080')
    expect(first.decision).toMatchObject({ op: 'ADD', by: 'ladder', target: null })
    await inSync(SCOPE)
    const { id } = first
    expect(await reconcile(two, 'The deploy port is 8080')).toMatchObject({ id, decision: { op: 'NOOP' } })
    await inSync(SCOPE)
    expect(await get(one, id)).toMatchObject({ support: 2 })
    expect(await reconcile(one, 'The deploy port is 9090')).toMatchObject({ id, decision: { op: 'UPDATE' } })
    await inSync(SCOPE)
    expect(await get(two, id)).toMatchObject({ value: 'The deploy port is 9090', support: 1 })
    const events = await bench.json<Event[]>(two, 'history', id)
    expect(events.map(({ op, agent, decision }) => [op, agent, decision?.op])).toEqual([
      ['remember', 'billing', 'ADD'],
      ['confirm', 'support', 'NOOP'],
      ['update', 'billing', 'UPDATE'],
    ])
    expect((await reconcile(two, 'Whales sing at night')).decision).toMatchObject({ op: 'ADD' })
    expect((await reconcile(two, 'Whales no longer sing at night')).decision).toMatchObject({ op: 'DELETE' })
  })

  test('is told to people', async () => {
    const said = await bench.run([
      'remember',
      'The deploy port is 9090',
      '--scope',
      SCOPE,
      '--reconcile',
      '--dir',
      one,
    ])
    expect(said.out).toMatch(
      /^confirmed [0-9a-f]{12} in app=ports\n {2}NOOP by rules, 1\.00, held against 1 memory\n {2}because /,
    )
  })

  test('is refused when it asks for a model that is not there, or for nobody', async () => {
    const refused = async (...flags: string[]) => bench.run(['remember', 'x', ...flags, '--dir', one])
    expect(await refused('--reconcile-by', 'model')).toMatchObject({
      err: expect.stringContaining('no model'),
    })
    expect(await refused('--reconcile-by', 'nobody')).toMatchObject({ code: 2 })
  })
})

test('what is erased is in no file of any node, and nothing of what was noted about it', async () => {
  const SCOPE = 'app=vault'
  const secret = `zq${process.pid.toString(36)}vaultword`
  const { id } = await say(one, SCOPE, `The vault of ${secret} opens at 10`)
  const { id: other } = await say(one, SCOPE, `The vault of ${secret} opens at 12`)
  await bench.json(one, 'scan', '--scope', SCOPE, '--record')
  const [conflict] = await conflictsIn(one, SCOPE)
  await bench.json(one, 'resolve', conflict?.id ?? '', '--pick', '1', '--reason', `${secret} was seen there`)
  await inSync(SCOPE)
  for (const dir of [one, two]) expect(filesWith(dir, secret)).not.toEqual([])
  for (const each of [id, other]) await bench.json(one, 'erase', each, '--wait')
  await inSync(SCOPE)
  await until(() => [one, two].every(dir => filesWith(dir, secret).length === 0))
  expect(await conflictsIn(two, SCOPE)).toEqual([])
})
