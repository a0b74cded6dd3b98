import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { filesWith } from '../support/directory-bytes.ts'
import { Bench, type RunningNode } from '../support/moot.ts'

// Goal: a sub-agent can try something out where nobody else is disturbed, and what it found is taken in with every
// contradiction on the table. Method: the built command, once on a directory and once against the node that runs there.

interface Merged {
  readonly entries: number
  readonly records: readonly string[]
  readonly conflicts: readonly { readonly key: string; readonly candidates: readonly { value: string }[] }[]
  readonly refused: readonly unknown[]
  readonly kept: boolean
}

const bench = new Bench()
const one = bench.path('one')
const value = async (key: string, ...more: string[]) =>
  (await bench.json<{ value: unknown }>(one, 'get', key, ...more)).value
const refusal = async (...args: string[]) => {
  const { code, err } = await bench.run([...args, '--dir', one])
  return [code, err]
}

beforeAll(async () => {
  await bench.json(one, 'init', '--name', 'one')
  await bench.json(one, 'remember', '12 EUR', '--key', 'price')
}, 60_000)

afterAll(() => bench.close())

async function tryOut(branch: string): Promise<void> {
  const made = await bench.json<{ name: string; bytes: number }>(one, 'branch', branch)
  expect(made).toMatchObject({ name: branch, entries: 0 })
  expect(made.bytes).toBeGreaterThan(10_000)
  await bench.json(one, 'remember', '10 EUR', '--key', 'price', '--branch', branch)
  await bench.json(one, 'remember', 'only an idea', '--key', branch, '--branch', branch)
  await bench.json(one, 'remember', '15 EUR', '--key', 'price')
  expect(await value('price', '--branch', branch)).toBe('10 EUR')
  expect(await value('price')).toBe('15 EUR')
  expect((await bench.run(['get', branch, '--dir', one])).code).toBe(1)
  const [listed] = await bench.json<{ name: string; entries: number }[]>(one, 'branch')
  expect(listed).toMatchObject({ name: branch })
  expect(listed?.entries).toBeGreaterThanOrEqual(2)
}

async function takeIn(branch: string): Promise<void> {
  const merged = await bench.json<Merged>(one, 'merge', branch)
  expect(merged).toMatchObject({ refused: [], kept: false })
  expect(merged.records).toHaveLength(2)
  expect(merged.conflicts.map(({ key }) => key)).toEqual(['price'])
  expect(merged.conflicts[0]?.candidates.map(one => one.value).sort()).toEqual(['10 EUR', '15 EUR'])
  expect(await value(branch)).toBe('only an idea')
  expect(await bench.json(one, 'branch')).toEqual([])
  await bench.json(one, 'resolve', 'price', '--value', '12 EUR')
  expect(await refusal('get', 'price', '--branch', branch)).toEqual([1, `moot: no branch ${branch}\n`])
}

describe('on a directory', () => {
  test('what is tried out stays in its branch until it is merged', () => tryOut('offline'), 60_000)
  test('and then stands beside what was said outside', () => takeIn('offline'), 60_000)
})

describe('a crash', () => {
  const count = 300
  const left = async () => (await bench.json<{ name: string }[]>(one, 'branch')).map(({ name }) => name)

  test('while a branch is made leaves a whole one or none', async () => {
    for (const ms of [150, 200, 250, 300, 400]) {
      const making = bench.start('branch', 'cut', '--dir', one)
      await sleep(ms)
      await making.stop('SIGKILL')
      const found = await left()
      expect(readdirSync(join(one, 'branches'))).toEqual(found)
      if (found.length === 0) continue
      expect(await value('price', '--branch', 'cut')).toBe('12 EUR')
      await bench.json(one, 'branch', '--drop', 'cut')
    }
  }, 60_000)

  test('while one is merged does no harm: it is merged again', async () => {
    await bench.json(one, 'branch', 'many')
    const lines = Array.from({ length: count }, (_, i) =>
      JSON.stringify({ value: `note ${i}`, key: `n${i}` }),
    )
    const told = await bench.run(['import', '-', '--branch', 'many', '--dir', one], {
      input: lines.join('\n'),
    })
    expect(told.code).toBe(0)
    for (const ms of [150, 250, 350, 450]) {
      const merging = bench.start('merge', 'many', '--dir', one)
      await sleep(ms)
      await merging.stop('SIGKILL')
    }
    if ((await left()).length > 0)
      expect(await bench.json(one, 'merge', 'many')).toMatchObject({ refused: [] })
    const { out } = await bench.run(['export', '--dir', one])
    expect(out.split('\n').filter(line => line.includes('note ')).length).toBe(count)
    expect(await bench.json(one, 'verify')).toMatchObject({ valid: true, rowsDiffer: 0 })
  }, 60_000)
})

describe('against a running node', () => {
  let running: RunningNode
  beforeAll(async () => {
    running = await bench.up(one)
  }, 60_000)
  afterAll(() => running.stop())

  test('the same', async () => {
    await tryOut('online')
    await takeIn('online')
  }, 60_000)

  test('for people: both values, and what to type to settle it', async () => {
    const made = await bench.run(['branch', 'talk', '--dir', one])
    expect(made.out).toMatch(
      /^made branch talk, [\d.]+ [KM]B: work in it with --branch talk, then moot merge talk\n$/,
    )
    await bench.json(one, 'update', 'price', '9 EUR', '--branch', 'talk')
    await bench.json(one, 'update', 'price', '16 EUR')
    const { out: list } = await bench.run(['branch', '--dir', one])
    expect(list).toMatch(/^BRANCH +MADE +SIZE +ONLY IN IT\ntalk +\d+ s ago|now +\d/)
    const { code, out, err } = await bench.run(['merge', 'talk', '--keep', '--dir', one])
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/^merged \d+ entr(?:y|ies) about 1 record from branch talk, which is still there\n/)
    expect(out).toContain('9 EUR')
    expect(out).toContain('16 EUR')
    expect(out).toMatch(/moot resolve [0-9a-f]{12}\.content --pick 1\|2/)
    expect((await bench.run(['branch', '--drop', 'talk', '--dir', one])).out).toBe('dropped branch talk\n')
    expect((await bench.run(['branch', '--dir', one])).out).toBe('no branches\n')
  }, 60_000)

  test('a visitor works in a branch within its limits, and cannot make or merge one', async () => {
    const limits = ['--scope', 'user=alice:read,write']
    const { token } = await bench.json<{ token: string }>(one, 'token', 'create', 'sub-agent', ...limits)
    await bench.json(one, 'branch', 'sub')
    const mine = ['--branch', 'sub', '--token', token]
    await bench.json(one, 'remember', 'found', '--key', 'f', '--scope', 'user=alice', ...mine)
    expect(await value('f', ...mine)).toBe('found')
    expect((await bench.run(['get', 'price', ...mine, '--dir', one])).code).toBe(1)
    for (const args of [['branch', 'more'], ['branch'], ['branch', '--drop', 'sub'], ['merge', 'sub']]) {
      const { code, err } = await bench.run([...args, '--token', token, '--dir', one])
      expect([code, err]).toEqual([1, expect.stringContaining('for the owner of the node')])
    }
    expect(await bench.json(one, 'merge', 'sub')).toMatchObject({ refused: [], kept: false })
    expect(await value('f')).toBe('found')
  }, 60_000)

  test('what is erased outside is gone from the branches too', async () => {
    await bench.json(one, 'remember', 'the zanzibarsecret', '--key', 'secret')
    await bench.json(one, 'branch', 'copy')
    expect(await value('secret', '--branch', 'copy')).toBe('the zanzibarsecret')
    expect(await bench.json(one, 'erase', 'secret', '--wait')).toMatchObject({ pending: [] })
    expect(filesWith(one, 'zibarsecret')).toEqual([])
    await bench.json(one, 'branch', '--drop', 'copy')
  }, 60_000)

  test('what makes no sense is said in one line', async () => {
    await bench.json(one, 'branch', 'b')
    const senseless: readonly (readonly [args: string[], reason: RegExp])[] = [
      [['branch', 'b'], /a branch b is there already/],
      [['branch', 'a/b'], /not a name for a branch/],
      [['branch', 'c', '--drop', 'b'], /not both/],
      [['branch', 'c', '--branch', 'b'], /leave --branch out/],
      [['merge', 'b', '--branch', 'b'], /leave --branch out/],
      [['grant', 'x', 'app=a:read', '--branch', 'b'], /leave --branch out/],
      [['down', '--branch', 'b'], /leave --branch out/],
      [['up', '--branch', 'b'], /leave --branch out/],
      [['demo', '--branch', 'b'], /leave --branch out/],
    ]
    for (const [args, reason] of senseless) {
      expect(await refusal(...args)).toEqual([2, expect.stringMatching(reason)])
    }
    expect(await refusal('merge', 'nowhere')).toEqual([1, 'moot: no branch nowhere\n'])
    expect(running.isRunning).toBe(true)
    await bench.json(one, 'branch', '--drop', 'b')
  }, 60_000)
})
