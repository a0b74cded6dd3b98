import { writeFileSync } from 'node:fs'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { COMMANDS } from '../../apps/cli/src/commands.ts'
import { Bench, MOOT, type RunningNode, until } from '../support/moot.ts'
import { oldNode } from '../support/old-node.ts'
import * as shape from '../support/section-10.ts'

// Goal: scripts can rely on the command line. Method: the built command as processes of its own; every command once on
// a directory and once against the node that runs on it; what it prints is held against schemas written from the
// contract.

const bench = new Bench()
const one = bench.path('one')
const two = bench.path('two')
const texts = bench.path('texts.jsonl')
let running: RunningNode

type Shape = v.GenericSchema
const checked = <S extends Shape>(schema: S, json: unknown) => v.parse(schema, json)

/** Two nodes of one mesh that have said different things of `seat` while apart; both are down again. */
beforeAll(async () => {
  writeFileSync(texts, '{"value":"from a file"}\n{"value":"and another","key":"f"}\n')
  checked(shape.membership, await bench.json(one, 'init', '--name', 'one', '--agent', 'billing'))
  const first = await bench.up(one)
  const wishes = ['--agent', 'support', '--grant', '*:read,write', '--resource', '*', '--not-after', '3d']
  const { ticket } = checked(shape.invitation, await bench.json(one, 'invite', ...wishes))
  checked(shape.membership, await bench.json(two, 'join', ticket, '--name', 'two'))
  await bench.json(one, 'remember', 'aisle', '--key', 'ann.seat', '--scope', 'user=ann,app=shop')
  const second = await bench.up(two)
  const root = async (dir: string) => (await bench.json<{ root: string }>(dir, 'state')).root
  await until(async () => (await root(one)) === (await root(two)))
  const [peer] = checked(shape.peers, await bench.json(two, 'peers'))
  expect(peer).toMatchObject({ name: 'one', agent: 'billing', connected: true, node: first.ready.node })
  await Promise.all([first.stop(), second.stop()])
  await bench.json(one, 'update', 'ann.seat', 'window')
  await bench.json(two, 'update', 'ann.seat', 'exit row', '--reason', 'the phone call')
  const [a, b] = await Promise.all([bench.up(one), bench.up(two)])
  await until(async () => (await root(one)) === (await root(two)))
  await Promise.all([a.stop(), b.stop()])
}, 60_000)

afterAll(() => bench.close())

/** What only reads: the same document from the directory and from the node that runs on it. */
const READS: readonly (readonly [args: readonly string[], schema: Shape])[] = [
  [['get', 'ann.seat', '--scope', 'app=shop,user=ann'], shape.memory],
  [['list', '--scope', 'user=ann,app=shop', '--kind', 'semantic', '--limit', '1'], shape.memories],
  [['search', 'aisle window exit'], shape.hits],
  [['history', 'ann.seat'], shape.history],
  [['why', 'ann.seat'], shape.reasons],
  [['conflicts', '--all', '--scope', 'app=shop,user=ann'], shape.conflicts],
  [['status'], shape.status],
  [['state', '--scope', 'app=shop,user=ann'], shape.state],
  [['export'], shape.exported],
  [['verify'], shape.verified],
  [['access'], shape.access],
  [['access', '--scope', 'app=shop,user=ann', '--user', 'ann', '--resource', 'crm'], shape.access],
  [['access', '--agent', 'support', '--as-of', '2020-01-01'], shape.access],
  [['whoami'], shape.identity],
]

/** What writes, or tells of the network: one shape both ways. ID stands for a memory, CONFLICT for the open one. */
const WRITES: readonly (readonly [args: readonly string[], schema: Shape])[] = [
  [
    ['remember', 'tea', '--key', 'drink', '--tag', 'a', '--tag', 'b', '--confidence', '0.5', '--ttl', '1h'],
    shape.remembered,
  ],
  [['remember', 'x', '--scope', 'user=ann,app=shop', '--kind', 'episodic'], shape.remembered],
  [['update', 'ID', 'TEXT', '--reason', 'r'], shape.changed],
  [['tag', 'ID', '+new', '-old'], shape.changed],
  [['retract', 'ID'], shape.changed],
  [['erase', 'ID', '--wait'], shape.erased],
  [['resolve', 'CONFLICT', '--defer'], shape.resolved],
  [['grant', 'two', 'user=bo:read,write', '*:relay', '--resource', 'crm', '--until', '30d'], shape.granted],
  [['grant', 'support', 'user=bo:read'], shape.granted],
  [['revoke', 'two', 'user=bo:read,write', '--resource', 'crm', '--reason', 'r'], shape.revoked],
  [['certify', 'two', '--not-after', '30d'], shape.certified],
  [['import', texts], shape.imported],
  [['rebuild'], shape.rebuilt],
  [['peers'], shape.peers],
  [['doctor'], shape.examined],
]

async function readAll(...more: readonly string[]): Promise<string[]> {
  const answers: string[] = []
  for (const [args] of READS) {
    const { code, out, err } = await bench.run([...args, ...more, '--dir', one])
    // An export says what an import of it will not bring back.
    const told = args[0] === 'export' ? /^moot: 1 memory is in dispute: .*\n$/ : /^$/
    expect([args, code, err]).toEqual([args, 0, expect.stringMatching(told)])
    answers.push(out)
  }
  return answers
}

async function writeAll(): Promise<void> {
  const [conflict] = checked(shape.conflicts, await bench.json(one, 'conflicts', '--all'))
  const { id } = checked(shape.remembered, await bench.json(one, 'remember', `said at ${Date.now()}`))
  const meant: { readonly [word: string]: string } = {
    ...{ ID: id, CONFLICT: conflict?.id ?? '' },
    // What was erased is not written again.
    TEXT: `other at ${Date.now()}`,
  }
  for (const [template, schema] of WRITES) {
    checked(schema, await bench.json(one, ...template.map(word => meant[word] ?? word)))
  }
}

describe('each command prints what the contract says', () => {
  let offline: readonly string[]

  test('on a directory', async () => {
    offline = await readAll('--json')
    for (const [i, [, schema]] of READS.entries()) {
      for (const line of (offline[i] ?? '').trim().split('\n')) checked(schema, JSON.parse(line))
    }
    const [seat] = await Promise.all([bench.json(one, 'get', 'ann.seat')])
    expect(seat).toMatchObject({ status: 'conflict', scope: 'app=shop,user=ann', kind: 'semantic' })
    const [conflict] = checked(shape.conflicts, await bench.json(one, 'conflicts'))
    expect(conflict).toMatchObject({ status: 'open', key: 'ann.seat', resolution: null })
    expect(conflict?.candidates.map(({ value, agent }) => `${agent}: ${value}`).sort()).toEqual([
      'billing: window',
      'support: exit row',
    ])
  })

  test('and the same of the node that runs there', async () => {
    running = await bench.up(one)
    checked(shape.ready, JSON.parse(running.lines[0] ?? ''))
    expect(await readAll('--json')).toEqual(offline)
  })

  test('for people: text without escape codes, and all that matters in it', async () => {
    const texts = await readAll()
    const [get = '', list = '', , history = ''] = texts
    expect(get).toContain('resolve')
    for (const text of [get, history]) expect(text).toMatch(/window[\s\S]*exit row|exit row[\s\S]*window/)
    expect(list).toMatch(/^ID +KEY +VALUE/)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
    for (const text of texts) expect(text).not.toMatch(/\x1b|undefined|\[object/)
  })

  test('writing to the node', writeAll, 60_000)

  test('watch: a line for every change', async () => {
    const watch = bench.start('watch', '--json', '--dir', one)
    const other = bench.start('watch', '--json', '--scope', 'user=bob', '--dir', one)
    // Whoever watches is told nothing at first: changes are made until both have heard of one.
    await until(async () => {
      await bench.json(one, 'remember', 'it rains', '--scope', 'user=bob')
      return watch.lines.length > 0 && other.lines.length > 0
    })
    await bench.json(one, 'remember', 'the last', '--scope', 'user=carl')
    await until(() => watch.lines.some(line => line.includes('the last')))
    for (const line of [...watch.lines, ...other.lines]) checked(shape.change, JSON.parse(line))
    expect(other.lines.some(line => line.includes('the last'))).toBe(false)
    expect(await watch.stop('SIGINT')).toBe(0)
    expect(await running.stop()).toBe(0)
    expect(await other.stop()).toBe(1)
    expect(other.err).toBe('moot: the node has stopped\n')
  })

  test('writing to the directory', writeAll, 60_000)

  test('a settlement, and the state before it', async () => {
    const [conflict] = checked(shape.conflicts, await bench.json(one, 'conflicts'))
    const picked = conflict?.candidates.findIndex(({ value }) => value === 'window') ?? -1
    const record = conflict?.record ?? ''
    const args = ['--pick', String(picked + 1), '--reason', 'it was recorded']
    const settled = checked(shape.resolved, await bench.json(one, 'resolve', 'ann.seat', ...args))
    expect(settled).toMatchObject({ id: conflict?.id, record, value: 'window' })
    expect(await bench.json(one, 'get', 'ann.seat')).toMatchObject({ status: 'resolved', value: 'window' })
    expect(await bench.json(one, 'conflicts')).toEqual([])
    const [first] = checked(shape.history, await bench.json(one, 'history', 'ann.seat'))
    const before = await bench.json(one, 'get', 'ann.seat', '--at', first?.entry.slice(0, 12) ?? '')
    expect(before).toMatchObject({ value: 'aisle', status: 'settled' })
    expect((await bench.run(['get', 'ann.seat', '--at', '2020-01-01', '--dir', one])).code).toBe(1)
  })
})

describe('what a node has to say of itself', () => {
  const three = bench.path('three')

  test('up makes a mesh, SIGTERM ends it cleanly, and it goes on where it stopped', async () => {
    const first = await bench.up(three, '--name', 'three')
    const { mesh } = first.ready
    await bench.json(three, 'remember', 'kept', '--key', 'k')
    const before = await bench.json<{ root: string }>(three, 'state')
    expect(await first.stop()).toBe(0)
    expect(first.err).toBe('')
    const second = await bench.up(three)
    expect(second.ready).toMatchObject({ mesh, node: first.ready.node })
    expect(await bench.json(three, 'state')).toEqual(before)
    expect(await second.stop('SIGINT')).toBe(0)
  })

  test('up --detach comes back when it is ready; down waits until it has stopped', async () => {
    const ready = checked(shape.ready, await bench.json(three, 'up', '--detach'))
    expect(await bench.json(three, 'get', 'k')).toMatchObject({ value: 'kept' })
    checked(shape.stopped, await bench.json(three, 'down'))
    await until(() => !isRunning(ready.pid))
    expect((await bench.run(['down', '--dir', three])).code).toBe(1)
  })

  test('rotate-key gives it another key while it is down', async () => {
    const before = await bench.json<{ node: string }>(three, 'whoami')
    const { from, to } = checked(shape.rotated, await bench.json(three, 'rotate-key'))
    expect(from).toBe(before.node)
    expect(await bench.json(three, 'whoami')).toMatchObject({ node: to, isAdmin: true })
    expect(await bench.json(three, 'get', 'k')).toMatchObject({ value: 'kept' })
  })

  test('a mesh in clear says so, and a recovery key puts its founder out', async () => {
    const four = bench.path('four')
    const key = bench.path('recovery.key')
    checked(
      shape.membership,
      await bench.json(four, 'init', '--name', 'four', '--clear', '--recovery-key', key),
    )
    expect(await bench.json(four, 'whoami')).toMatchObject({ sealed: false })
    const removed = checked(shape.revoked, await bench.json(four, 'revoke', 'four', '--recovery-key', key))
    expect(removed).toMatchObject([{ name: 'four', permission: null }])
    expect(await bench.json(four, 'whoami')).toMatchObject({ isAdmin: false })
    const { code, err } = await bench.run(['remember', 'x', '--dir', four])
    expect([code, err]).toEqual([1, expect.stringMatching(/^moot: .*(no member|right to write)/)])
  })

  test('export and import carry memories into another mesh', async () => {
    const { out } = await bench.run(['export', '--dir', one])
    const lines = out.trim().split('\n')
    const report = await bench.run(['import', '-', '--json', '--dir', three], { input: out })
    expect(JSON.parse(report.out)).toMatchObject({ imported: lines.length })
    const told = (text: string) =>
      text
        .trim()
        .split('\n')
        .map(line => {
          const { key, value, scope, tags = [] } = JSON.parse(line) as { [field: string]: string }
          return JSON.stringify([scope, key ?? '', value, tags])
        })
        .sort()
    const there = told((await bench.run(['export', '--dir', three])).out)
    expect(there).toEqual(expect.arrayContaining(told(out)))
    expect(there).toHaveLength(lines.length + 1)
  })
})

describe('help', () => {
  test('has an example of every command, and every flag of the contract', async () => {
    const names = Object.keys(COMMANDS)
    const helps = await Promise.all(
      names.map(async name => {
        const { code, out, err } = await bench.run([...name.split(' '), '--help'])
        expect([name, code, err]).toEqual([name, 0, ''])
        return out
      }),
    )
    for (const [i, help] of helps.entries()) {
      expect(help).toMatch(name(names[i] ?? ''))
      expect(help).toContain('--dir DIR')
      expect(help).toContain('--json')
    }
    const flags = ['scope', 'key', 'kind', 'tag', 'confidence', 'ttl', 'reason']
    for (const flag of flags) expect(helps[names.indexOf('remember')]).toContain(`--${flag} `)
  })

  test.each([['help'], ['--help'], ['-h']])('moot %s', async word => {
    const { code, out } = await bench.run([word])
    expect(code).toBe(0)
    for (const name of Object.keys(COMMANDS)) expect(out).toContain(`moot ${name} `)
  })

  test('completion scripts are scripts', async () => {
    const shells = ['bash', 'zsh', 'fish'] as const
    const scripts = await Promise.all(shells.map(shell => bench.run(['completion', shell])))
    for (const { code, out } of scripts) {
      expect(code).toBe(0)
      expect(out).toContain('remember')
    }
    const parsed = await bench.run([], { program: ['bash', '-n'], input: scripts[0]?.out ?? '' })
    expect(parsed).toEqual({ code: 0, out: '', err: '' })
    const ask = `${scripts[0]?.out}\nCOMP_WORDS=(moot rem); COMP_CWORD=1; _moot; echo "\${COMPREPLY[*]}"`
    expect(await bench.run([], { program: ['bash'], input: ask })).toMatchObject({ out: 'remember\n' })
  })
})

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** An example: an indented line that uses the command. */
function name(command: string): RegExp {
  return command === 'demo' ? /^ {2}npm start/m : new RegExp(`^ {2}.*moot ${command}\\b`, 'm')
}

const old = oldNode()
test.skipIf(old === undefined)('an old Node is told so in one line', async () => {
  const { code, out, err } = await bench.run(['status'], { program: [old ?? '', MOOT] })
  expect([code, out]).toEqual([2, ''])
  expect(err).toMatch(/^moot needs Node 24 or newer \(this is v\d.*\n$/)
})
