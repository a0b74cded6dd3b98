import { cpSync } from 'node:fs'
import { connectSocket } from '@folkmoot/gateway/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { filesWith } from '../support/directory-bytes.ts'
import { Bench, type RunningNode, until } from '../support/moot.ts'

// Goal: what is erased is on no disk any more, whatever it was part of and whoever was away. Method: three nodes as
// processes over TCP, then every byte of their directories is searched for a secret. The secret comes to them only as
// an argument or through the socket: nothing of the test itself writes it below their directories.

interface Erasure {
  readonly id: string | null
  readonly receipts: readonly { readonly node: string }[]
  readonly pending: readonly string[]
}

interface Event {
  readonly op: string
  readonly value: unknown
}

describe.each([
  ['a clear mesh', ['--clear']],
  ['a sealed mesh', []],
] as const)('in %s', (_, flags) => {
  const bench = new Bench()
  const one = bench.path('one')
  const two = bench.path('two')
  const three = bench.path('three')
  const backup = bench.path('backup')
  const fresh = bench.path('fresh')
  const all = [one, two, three]
  const running = new Map<string, RunningNode>()
  /** In every version of the record; the last one is said again after the erasure. */
  const SECRET = `zq${process.pid.toString(36)}secretword${flags.length}`
  const LAST = `the last thing said of ${SECRET}`
  const IN_BLOCK = `${SECRET}inblock`
  let record = ''
  let block = ''
  let citing = ''
  const ids = new Map<string, string>()

  const start = async (dir: string) => {
    const node = await bench.up(dir, '--listen', '/ip4/127.0.0.1/tcp/0')
    running.set(dir, node)
    ids.set(dir, node.ready.node)
  }
  const stop = async (dir: string) => {
    await running.get(dir)?.stop()
    running.delete(dir)
  }
  const join = async (dir: string, name: string) => {
    const { ticket } = await bench.json<{ ticket: string }>(one, 'invite', '--agent', name)
    await bench.json(dir, 'join', ticket, '--name', name)
    await start(dir)
  }
  const found = (dirs: readonly string[]) =>
    dirs.flatMap(dir => filesWith(dir, SECRET).map(file => [dir, file]))
  /** All that the commands tell of it, one by one. */
  const told = async (dir: string) => {
    const commands = [
      ['history', record],
      ['why', record],
      ['why', citing],
      ['history', citing],
      ['search', SECRET],
      ['search', IN_BLOCK],
      ['list'],
      ['conflicts', '--all'],
      ['export'],
      ['block', 'history', block],
      ['block', 'show', block],
      ['get', record],
      ['get', record, '--at', '1s'],
      ['get', record, '--at', '1970-01-02'],
      ['erase', '--status'],
      ['doctor'],
    ]
    const answers: string[] = []
    for (const command of commands) {
      const { out, err } = await bench.run([...command, '--dir', dir])
      // A command may say again what it was asked for.
      const asked = command[0] === 'search' ? '' : out + err
      answers.push(command[0] === 'search' ? out : asked)
    }
    return answers
  }
  const erasureOf = async (dir: string, id: string) => {
    const status = await bench.json<readonly Erasure[]>(dir, 'erase', '--status')
    return status.find(erasure => erasure.id === id)
  }

  beforeAll(async () => {
    await bench.json(one, 'init', '--name', 'one', ...flags)
    await start(one)
    await join(two, 'two')
    await join(three, 'three')
  }, 60_000)

  afterAll(() => bench.close())

  test('the secret is on every disk: updated, tagged, found, disputed, cited, and in a block', {
    timeout: 90_000,
  }, async () => {
    const said = await bench.json<{ id: string }>(
      one,
      'remember',
      `first ${SECRET}`,
      '--key',
      'k',
      '--tag',
      't',
    )
    record = said.id
    block = (await bench.json<{ id: string }>(one, 'block', 'create', 'b', `text with ${IN_BLOCK}`)).id
    await until(async () => (await bench.run(['get', record, '--dir', three])).code === 0)
    await until(async () => (await bench.run(['get', record, '--dir', two])).code === 0)
    await bench.json(two, 'update', record, `second ${SECRET}`, '--reason', `because of ${SECRET}`)
    await bench.json(one, 'block', 'edit', block, `another text with ${IN_BLOCK}`)
    await until(async () => valueAt(three, record).then(value => value === `second ${SECRET}`))
    await stop(three)
    await bench.json(three, 'update', record, `apart ${SECRET}`)
    await bench.json(one, 'update', record, LAST)
    await start(three)
    const client = await connectSocket(one)
    const written = await client?.call('remember', { value: 'what follows from it', derivedFrom: [record] })
    await client?.close()
    citing = written?.id ?? ''
    for (const dir of all) {
      await until(async () => (await bench.json<unknown[]>(dir, 'conflicts')).length === 1)
      await until(async () => (await bench.run(['get', citing, '--dir', dir])).code === 0)
      await until(async () => (await bench.json<unknown[]>(dir, 'search', SECRET)).length > 0)
      await until(() => filesWith(dir, IN_BLOCK).length > 0)
    }
    for (const dir of all) expect(filesWith(dir, SECRET), dir).not.toEqual([])
    // What is asked after the erasure would tell it: all but what is asked of times and blocks where it never was.
    const telling = (await told(one)).filter(answer => answer.includes(SECRET))
    expect(telling.length).toBeGreaterThanOrEqual(9)
  })

  test('erased with one node away, it is gone from the others, and who is away is listed', {
    timeout: 90_000,
  }, async () => {
    await stop(three)
    cpSync(three, backup, { recursive: true })
    for (const id of [record, block]) {
      const report = await bench.json<Erasure>(one, 'erase', id, '--wait')
      expect(report.receipts.map(({ node }) => node).sort()).toEqual([ids.get(one), ids.get(two)].sort())
      expect(report.pending).toEqual([ids.get(three)])
    }
    expect(found([one, two])).toEqual([])
    for (const dir of [one, two]) {
      for (const answer of await told(dir)) expect(answer).not.toContain(SECRET)
      expect((await erasureOf(dir, record))?.pending).toEqual([ids.get(three)])
    }
    expect(found([three, backup])).not.toEqual([])
  })

  test('what cited it keeps its place, without the content', async () => {
    for (const dir of [one, two]) {
      expect(await valueAt(dir, citing)).toBe('what follows from it')
      const events = await bench.json<readonly Event[]>(dir, 'history', citing)
      expect(events.map(({ op, value }) => ({ op, value }))).toEqual([
        { op: 'remember', value: 'what follows from it' },
      ])
      const erased = await bench.json<readonly Event[]>(dir, 'history', record)
      expect(erased.at(-1)?.op).toBe('erase')
    }
  })

  test('said again in that scope it is refused, and not kept', async () => {
    for (const dir of [one, two]) {
      const { code, err } = await bench.run(['remember', LAST, '--dir', dir])
      expect({ code, err }).toMatchObject({ code: 1, err: expect.stringMatching(/erased/) })
    }
    expect(found([one, two])).toEqual([])
  })

  test('the node that was away erases too, and says so', { timeout: 60_000 }, async () => {
    await start(three)
    for (const id of [record, block]) {
      await until(async () => (await erasureOf(one, id))?.pending.length === 0)
    }
    await until(() => found([three]).length === 0)
    expect(found(all)).toEqual([])
    for (const answer of await told(three)) expect(answer).not.toContain(SECRET)
  })

  test('a copy from before the erasure brings nothing back', { timeout: 90_000 }, async () => {
    await stop(three)
    await start(backup)
    const peers = async () =>
      bench.json<readonly { connected: boolean; lagEntries: number }[]>(backup, 'peers')
    await until(async () => (await peers()).filter(({ connected }) => connected).length === 2)
    // A guest that knows nothing gets its first copy with the stale one among those it can ask.
    await join(fresh, 'fresh')
    await until(async () => (await bench.run(['get', citing, '--dir', fresh])).code === 0)
    await until(() => found([backup]).length === 0)
    expect(found([one, two, fresh, backup])).toEqual([])
    for (const answer of await told(fresh)) expect(answer).not.toContain(SECRET)
  })

  test('nor does stopping, starting and making everything anew from the log', {
    timeout: 90_000,
  }, async () => {
    for (const dir of [one, two]) {
      await stop(dir)
      await bench.json(dir, 'rebuild')
      await bench.json(dir, 'verify')
      await start(dir)
    }
    expect(found([one, two, three, fresh, backup])).toEqual([])
  })

  async function valueAt(dir: string, id: string): Promise<unknown> {
    return (await bench.json<{ value: unknown }>(dir, 'get', id)).value
  }
})
