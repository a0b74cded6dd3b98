import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sha256, toHex } from '@folkmoot/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeTicket, encodeTicket } from '../../packages/node/src/ticket.ts'
import { Bench, MOOT, type Ran, type RunningNode, until } from '../support/moot.ts'

// Goal: whatever is typed, piped in or found on the disk, a person is told in one line what is wrong, and nothing is
// lost. Method: the built command; exit codes, stderr, and what is stored before and after.

const bench = new Bench()
/** A node that runs, and a directory of a node that does not: copied for each damage. */
const live = bench.path('live')
const whole = bench.path('whole')
let node: RunningNode

beforeAll(async () => {
  await bench.json(whole, 'init', '--name', 'whole')
  const lines = Array.from({ length: 60 }, (_, i) =>
    JSON.stringify({ key: `k${i}`, value: `${i} ${'x'.repeat(900)}` }),
  )
  await bench.run(['import', '-', '--dir', whole], { input: lines.join('\n') })
  node = await bench.up(live, '--name', 'live')
  await bench.json(live, 'remember', 'kept', '--key', 'k')
}, 60_000)

afterAll(() => bench.close())

function expectRefused({ code, out, err }: Ran, expected: number, reason: RegExp): void {
  expect({ code, out, lines: err.split('\n').length - 1, err }).toEqual({
    code: expected,
    out: '',
    lines: 1,
    err,
  })
  expect(err).toMatch(/^moot: /)
  expect(err).toMatch(reason)
  expect(err).not.toMatch(/^\s+at |Error:|undefined|\[object/m)
}

const rootOf = async (dir: string) => (await bench.json<{ root: string }>(dir, 'state')).root

describe('a command line that makes no sense ends with 2', () => {
  test.each([
    [['frobnicate'], /unknown command "frobnicate"/],
    [['block'], /moot block what\? create/],
    [['block', 'frobnicate'], /moot block what/],
    [['--frobnicate'], /unknown option "--frobnicate"/],
    [['help', 'frobnicate'], /unknown command/],
    [['list', '--frobnicate'], /--frobnicate/],
    [['remember', '-5'], /begins with - goes after --/],
    [['list', '--json=yes'], /--json/],
    [['list', '--scope'], /--scope/],
    [['get'], /ID_OR_KEY is missing/],
    [['remember', 'two', 'words'], /too many words/],
    [['list', '--scope', 'planet=mars'], /not a scope: "planet=mars"/],
    [['remember', 'x', '--scope', 'user='], /not a scope/],
    [['export', '--scope', 'user=a,user=b'], /scope/],
    [['watch', '--scope', 'nonsense'], /not a scope/],
    [['list', '--limit', 'many'], /--limit many/],
    [['list', '--limit', '1000000'], /limit/],
    [['remember', 'x', '--confidence', '2'], /from 0 to 1/],
    [['remember', 'x', '--ttl', 'soon'], /not a duration/],
    [['remember', 'x', '--ttl', '0s'], /--ttl 0s: that would be over at once/],
    [['list', '--limit', '10001'], /--limit 10001: at most 10,000/],
    [['remember', ''], /text is empty/],
    [['remember', 'x', '--key', ''], /empty/],
    [['get', 'k', '--at', 'tomorrow'], /not a time/],
    [['resolve', 'k'], /--pick N/],
    [['tag', 'k', 'loose'], /neither \+T nor -T/],
    [['invite', '--expires', 'never'], /not a duration/],
    [['invite', '--expires', '0s'], /some time/],
    [['invite', '--grant', 'everything'], /PATTERN:rights/],
    [['invite', '--grant', 'app=x:fly'], /PATTERN:rights/],
    [['invite', '--grant', ':read'], /names no scopes/],
    [['invite', '--grant', 'planet=mars:read'], /not a pattern: "planet=mars"/],
    [['invite', '--grant', 'run=one:read'], /not a pattern/],
    [['invite', '--uses', '0'], /--uses 0: not a whole number from 1 on/],
    [['invite', '--not-after', '2020-01-01'], /past already/],
    [['grant', 'live'], /what may it do\?/],
    [['grant', 'agent', 'user=alice'], /PATTERN:rights/],
    [['grant', 'agent', 'user=alice:fly'], /fly is no right/],
    [['grant', 'agent', 'user=al*ce:read'], /not a pattern/],
    [['grant', 'agent', 'user=alice:read', 'user=alice:read'], /is there twice/],
    [['grant', 'agent', '--resource', ''], /--resource is empty/],
    [['grant', 'agent', '--resource', 'a*b'], /not a resource pattern/],
    [['grant', 'agent', '*:read', '--until', 'soon'], /not a time to come/],
    [['grant', 'agent', '*:read', '--until', '2020-01-01'], /past already/],
    [['grant', 'agent=', '*:read'], /names nobody/],
    [['revoke'], /SUBJECT is missing/],
    [['revoke', 'agent', 'user=alice:read'], /a part of a grant cannot be revoked/],
    [['access', '--as-of', 'someday'], /--as-of someday: not a time/],
    [['access', '--scope', 'user=*'], /not a scope/],
    [['certify', 'live'], /--not-after is missing/],
    [['certify', 'live', '--not-after', '30d'], /certified for ever already/],
    [['up', '--clear'], /for a mesh that begins here/],
    [['completion', 'cmd.exe'], /bash, zsh, fish/],
  ])('moot %j', async (args, reason) => {
    expectRefused(await bench.run([...args, '--dir', live]), 2, reason)
  })

  test('and changes nothing', async () => {
    expect(await bench.json(live, 'status')).toMatchObject({ records: 1 })
  })

  test('a name that is none, and no directory at all', async () => {
    for (const name of ['', 'a\nb', 'x'.repeat(257)]) {
      expectRefused(await bench.run(['init', '--name', name, '--dir', bench.path('named')]), 2, /a name/)
    }
    expectRefused(
      await bench.run(['init', '--name', 'n', '--agent', '', '--dir', bench.path('named')]),
      2,
      /an agent/,
    )
    expect(existsSync(bench.path('named'))).toBe(false)
    expectRefused(await bench.run(['init', '--name', '../outside']), 2, /not a name for a node/)
    expectRefused(await bench.run(['list']), 2, /moot init/)
    expectRefused(await bench.run(['up', '--dir', bench.path('named')]), 2, /needs --name/)
  })
})

describe('who may do what', () => {
  test.each([
    [['grant', 'nobody', '*:read'], /no agent or node nobody/],
    [['revoke', 'nobody'], /no agent or node nobody/],
    [['revoke', '12D3KooWNobody'], /no agent or node/],
    [['revoke', 'agent', 'user=alice:relay'], /no grant of relay over user=alice/],
    [['revoke', 'live'], /this node itself: say --force/],
    [['revoke', 'agent'], /the agent that this node acts as: say --force/],
    [['certify', 'nobody', '--not-after', '1d'], /no node nobody/],
    [['rotate-key'], /a node already runs/],
    [['revoke', 'live', '--recovery-key', '/nowhere.key'], /nowhere.key/],
  ])('moot %j is refused with 1', async (args, reason) => {
    const before = await bench.json<{ entries: number }>(live, 'status')
    expectRefused(await bench.run([...args, '--dir', live]), 1, reason)
    expect(await bench.json(live, 'status')).toMatchObject({ entries: before.entries })
  })

  test('a name that is an agent and a node', async () => {
    const both = bench.path('both')
    await bench.json(both, 'init', '--name', 'same', '--agent', 'same')
    expectRefused(await bench.run(['grant', 'same', '*:relay', '--dir', both]), 1, /agent=same or node=same/)
    expect(await bench.json(both, 'grant', 'node=same', 'app=shop:read')).toMatchObject([
      { name: 'same', isNew: true },
    ])
  })

  test('a recovery key that is none, is in the way, or would lie beside the node', async () => {
    const key = bench.path('bad.key')
    writeFileSync(key, 'not a key')
    expectRefused(await bench.run(['revoke', 'whole', '--recovery-key', key, '--dir', whole]), 1, /bad.key/)
    writeFileSync(key, `${'ab'.repeat(32)}\n`)
    expectRefused(
      await bench.run(['revoke', 'whole', '--recovery-key', key, '--dir', whole]),
      1,
      /no admin of this mesh/,
    )
    const fresh = bench.path('fresh')
    const init = ['init', '--name', 'fresh', '--dir', fresh, '--recovery-key']
    expectRefused(await bench.run([...init, key]), 1, /bad.key/)
    expectRefused(await bench.run([...init, join(fresh, 'rec.key')]), 2, /in the directory of the node/)
    expect(existsSync(fresh)).toBe(false)
    expect(readFileSync(key, 'utf8')).toBe(`${'ab'.repeat(32)}\n`)
  })
})

describe('text', () => {
  const say = (input: string | Uint8Array) => bench.run(['remember', '-', '--dir', live], { input })

  test('over 64 KiB is refused, up to it is kept', async () => {
    const before = await rootOf(live)
    expectRefused(await say('x'.repeat(65_537)), 1, /65537, the most is 65536/)
    expectRefused(await say('é'.repeat(32_769)), 1, /65538, the most is 65536/)
    expectRefused(await say('x'.repeat(3_000_000)), 1, /more than one memory can hold/)
    expectRefused(await bench.run(['update', 'k', 'x'.repeat(65_537), '--dir', live]), 1, /the most is 65536/)
    expect(await rootOf(live)).toBe(before)
    expect((await say('x'.repeat(65_536))).code).toBe(0)
  })

  test('empty or not UTF-8 is refused', async () => {
    const before = await rootOf(live)
    expectRefused(await say(''), 2, /text is empty/)
    expectRefused(await say('\n'), 2, /text is empty/)
    expectRefused(await say(Buffer.from([0x63, 0xff, 0xfe])), 1, /not UTF-8/)
    expectRefused(await say(Buffer.from([0xed, 0xa0, 0x80])), 1, /not UTF-8/)
    expect(await rootOf(live)).toBe(before)
  })

  test('with escape codes is kept as it is and printed harmless', async () => {
    const said = 'red \u001b[31m, bell \u0007, line\nbreak, \u202eright to left'
    expect((await bench.run(['remember', said, '--key', 'odd', '--dir', live])).code).toBe(0)
    expect(await bench.json(live, 'get', 'odd')).toMatchObject({ value: said })
    for (const command of [['get', 'odd'], ['list'], ['history', 'odd']]) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
      expect((await bench.run([...command, '--dir', live])).out).not.toMatch(/[\x07\x1b]/)
    }
  })
})

describe('an import file', () => {
  const good = (n: number) => JSON.stringify({ key: `import ${n}`, value: `line ${n}` })
  test.each([
    ['is cut short', '{"value":"li', /line 3: not JSON/],
    ['is not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), /line 3: not UTF-8/],
    ['has no value', '{"key":"x"}', /line 3: field value is missing/],
    ['has an unknown field', '{"value":"x","colour":"red"}', /line 3: unknown field colour/],
    ['is no object', '[1]', /line 3: /],
    ['holds too much text', JSON.stringify({ value: 'x'.repeat(65_537) }), /line 3: .*65537/],
    ['is endless', `{"value":"${'x'.repeat(1_100_000)}"}`, /line 3: over 1048576 bytes/],
  ])('whose third line %s: all before it is kept, nothing after', async (what, line, reason) => {
    const file = bench.path('import.jsonl')
    const mark = `${what}: `
    const [first, second, last] = [1, 2, 4].map(n => good(n).replace('"line', `"${mark}line`))
    writeFileSync(
      file,
      Buffer.concat([Buffer.from(`${first}\n${second}\n`), Buffer.from(line), Buffer.from(`\n${last}\n`)]),
    )
    const ran = await bench.run(['import', file, '--dir', live])
    expectRefused({ ...ran, out: '' }, 1, reason)
    expect(ran.out).toBe('imported 2 memories\n')
    const values = (await bench.json<{ value: string }[]>(live, 'list', '--limit', '1000')).map(
      ({ value }) => value,
    )
    expect(values.filter(value => value.startsWith(mark)).sort()).toEqual([`${mark}line 1`, `${mark}line 2`])
  })

  test('that is not there, or is a directory', async () => {
    expectRefused(await bench.run(['import', bench.path('nothing'), '--dir', live]), 1, /no file/)
    expectRefused(await bench.run(['import', whole, '--dir', live]), 1, /is a directory/)
  })
})

describe('a directory', () => {
  const damaged = bench.path('damaged')
  const file = (name: string) => join(damaged, name)
  const config = () => JSON.parse(readFileSync(file('node.json'), 'utf8'))
  const setConfig = (change: object) =>
    writeFileSync(file('node.json'), JSON.stringify({ ...config(), ...change }))
  const memory = () => readFileSync(file('memory.sqlite'))
  const overwrite = (from: number, length: number) => {
    const bytes = memory()
    bytes.fill(0xa5, from, from + length)
    writeFileSync(file('memory.sqlite'), bytes)
  }
  const setVersion = (version: number) => {
    const sqlite = new DatabaseSync(file('memory.sqlite'))
    sqlite.exec(`PRAGMA user_version = ${version}`)
    sqlite.close()
  }

  test.each<readonly [what: string, damage: () => void, reason: RegExp]>([
    ['of a newer format', () => setVersion(99), /has format 99; this version of Folkmoot reads format \d/],
    ['of a newer version', () => setConfig({ version: 99 }), /another version of Folkmoot \(99\)/],
    [
      'whose memory is cut short',
      () => truncateSync(file('memory.sqlite'), Math.floor(memory().length / 3)),
      /damaged/,
    ],
    [
      'whose memory is empty',
      () => truncateSync(file('memory.sqlite'), 0),
      /damaged or is not a Folkmoot memory/,
    ],
    [
      'whose memory is another file',
      () => copyFileSync(MOOT, file('memory.sqlite')),
      /not a Folkmoot memory/,
    ],
    ['whose memory begins with rubbish', () => overwrite(0, 200), /damaged or is not a Folkmoot memory/],
    [
      'whose memory has rubbish inside',
      () => overwrite(Math.floor(memory().length / 4), Math.floor(memory().length / 2)),
      /damaged/,
    ],
    ['whose memory is gone', () => rmSync(file('memory.sqlite')), /damaged/],
    ['whose node.json is cut short', () => truncateSync(file('node.json'), 20), /node\.json is damaged/],
    ['whose node.json is empty', () => truncateSync(file('node.json'), 0), /node\.json is damaged/],
    ['whose node.json is a list', () => writeFileSync(file('node.json'), '[]'), /node\.json is damaged/],
    ['whose node.json has no mesh', () => setConfig({ mesh: 'mine' }), /node\.json is damaged/],
    ['whose node.json listens on a number', () => setConfig({ listen: 5 }), /node\.json is damaged/],
    ['whose node.json names another mesh', () => setConfig({ mesh: 'ab'.repeat(32) }), /damaged/],
    ['whose key is gone', () => rmSync(file('node.key')), /node\.key is missing or damaged/],
    ['whose key is cut short', () => truncateSync(file('node.key'), 10), /node\.key is missing or damaged/],
    ["whose key is another node's", () => copyFileSync(join(live, 'node.key'), file('node.key')), /damaged/],
    [
      'that was never finished',
      () => {
        rmSync(file('node.json'))
      },
      /holds no node/,
    ],
  ])('%s is refused and left as it was', async (_, damage, reason) => {
    rmSync(damaged, { recursive: true, force: true })
    cpSync(whole, damaged, { recursive: true })
    damage()
    const before = ourFiles(damaged)
    expectRefused(await bench.run(['list', '--dir', damaged]), 1, reason)
    expect(ourFiles(damaged)).toEqual(before)
  })

  test('that is damaged does not come up either', async () => {
    const before = ourFiles(damaged)
    expectRefused(await bench.run(['up', '--dir', damaged]), 1, /holds no node/)
    expectRefused(await bench.run(['up', '--detach', '--dir', damaged]), 1, /holds no node/)
    expect(ourFiles(damaged)).toEqual(before)
  })

  test('that is not there, or is a file, or full of other things', async () => {
    writeFileSync(bench.path('file'), 'x')
    mkdirSync(bench.path('full'))
    writeFileSync(bench.path('full', 'novel.txt'), 'x')
    expectRefused(await bench.run(['list', '--dir', bench.path('nothing')]), 1, /no node in/)
    expectRefused(await bench.run(['list', '--dir', bench.path('file')]), 1, /is not a directory/)
    for (const args of [
      ['list'],
      ['init', '--name', 'n'],
      ['join', 'TICKET', '--name', 'n'],
      ['up', '--name', 'n'],
    ]) {
      expectRefused(await bench.run([...args, '--dir', bench.path('full')]), 1, /is not empty/)
    }
    expect(readdirSync(bench.path('full'))).toEqual(['novel.txt'])
    expect(existsSync(bench.path('nothing'))).toBe(false)
    expectRefused(await bench.run(['init', '--name', 'n', '--dir', whole]), 1, /is not empty/)
  })

  test('with bytes of one entry changed does not verify', async () => {
    rmSync(damaged, { recursive: true, force: true })
    cpSync(whole, damaged, { recursive: true })
    const sqlite = new DatabaseSync(file('memory.sqlite'))
    sqlite.exec(
      `UPDATE entries SET payload = zeroblob(length(payload)) WHERE arrival = (SELECT max(arrival) FROM entries)`,
    )
    sqlite.close()
    const ran = await bench.run(['verify', '--dir', damaged])
    expectRefused({ ...ran, out: '' }, 1, /does not verify/)
    expect(ran.out).toMatch(/^NOT VALID/)
  })

  test('with a path too long for a socket works all the same', async () => {
    const deep = bench.path('deep'.repeat(40))
    const long = await bench.up(deep, '--name', 'deep')
    expect(await bench.json(deep, 'whoami')).toMatchObject({ name: 'deep' })
    expect(await long.stop()).toBe(0)
  })
})

/** What a person would miss. Locks and write-ahead logs come and go. */
function ourFiles(dir: string): { readonly [name: string]: string } {
  const names = readdirSync(dir).filter(name =>
    /^(memory\.sqlite|node\.json|node\.key|novel\.txt)$/.test(name),
  )
  return Object.fromEntries(names.map(name => [name, toHex(sha256(readFileSync(join(dir, name))))]))
}

/** Mounts of our own, seen by nobody else: for root, where that is allowed. */
const mayMount = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0

describe.skipIf(!mayMount)('a disk', () => {
  const mounted = bench.path('mounted')
  /** Runs commands in a shell that sees the mount; `moot` is the command. */
  const script = (mount: string, commands: string) =>
    bench.run(
      [
        '-m',
        'sh',
        '-c',
        `set -e\nmoot() { "${process.execPath}" "${MOOT}" "$@"; }\n${mount}\nset +e\n${commands}`,
      ],
      {
        program: ['unshare'],
      },
    )

  test('that is read-only is said to be', async () => {
    mkdirSync(mounted, { recursive: true })
    const before = ourFiles(whole)
    const mount = `mount --bind "${whole}" "${mounted}"; mount -o remount,ro,bind "${mounted}"`
    for (const command of ['list', 'remember x', 'up']) {
      expectRefused(await script(mount, `moot ${command} --dir "${mounted}"`), 1, /read-only/)
    }
    expectRefused(await script(mount, `moot init --name n --dir "${mounted}/new"`), 1, /read-only/)
    expect(ourFiles(whole)).toEqual(before)
  })

  test('that is full refuses what does not fit and keeps the rest', async () => {
    mkdirSync(mounted, { recursive: true })
    const many = bench.path('many.jsonl')
    const lines = Array.from({ length: 3000 }, (_, i) =>
      JSON.stringify({ value: `${i} ${'y'.repeat(2000)}` }),
    )
    writeFileSync(many, `${lines.join('\n')}\n`)
    const { out, err } = await script(
      `mount -t tmpfs -o size=2m none "${mounted}"; cp "${whole}"/node.* "${whole}"/memory.sqlite "${mounted}"`,
      `moot import "${many}" --dir "${mounted}" > /dev/null; echo "import $?"
       cat /dev/zero > "${mounted}/rest" 2>/dev/null
       moot remember "${'z'.repeat(60_000)}" --dir "${mounted}" > /dev/null; echo "remember $?"
       moot init --name n --dir "${mounted}/new" > /dev/null; echo "init $?"; rm "${mounted}/rest"
       moot verify --dir "${mounted}" --json; moot get k59 --dir "${mounted}" --json; ls "${mounted}"`,
    )
    const [imported, remembered, init, verified = '', last = '', ...files] = out.trim().split('\n')
    expect([imported, remembered, init]).toEqual(['import 1', 'remember 1', 'init 1'])
    for (const line of err.trim().split('\n')) expect(line).toMatch(/^moot: .*(full|no space left)/)
    expect(err.trim().split('\n')).toHaveLength(3)
    expect(JSON.parse(verified)).toMatchObject({ valid: true })
    expect(JSON.parse(last)).toMatchObject({ key: 'k59', status: 'settled' })
    expect(files).not.toContain('new')
  })
})

describe('a ticket', () => {
  const guest = bench.path('guest')
  const invite = async (...args: string[]) =>
    (await bench.json<{ ticket: string }>(live, 'invite', ...args)).ticket
  const join = (ticket: string, dir = guest) => bench.run(['join', ticket, '--name', 'guest', '--dir', dir])

  test('that is not in order is refused, and no directory is made', async () => {
    const ticket = await invite()
    const { mesh, ...rest } = decodeTicket(ticket)
    const another = encodeTicket({ ...rest, mesh: [...mesh].reverse().join('') as typeof mesh })
    const invented = encodeTicket({ ...decodeTicket(ticket), secret: new Uint8Array(32) })
    const deadEnd = encodeTicket({ ...decodeTicket(ticket), addresses: ['/ip4/127.0.0.1/tcp/9'] })
    const middle = Math.floor(ticket.length / 2)
    const mistyped = `${ticket.slice(0, middle)}${ticket[middle] === 'A' ? 'B' : 'A'}${ticket.slice(middle + 1)}`
    const cases: readonly (readonly [string, RegExp])[] = [
      ['nonsense', /the ticket is damaged/],
      [ticket.slice(0, -3), /the ticket is damaged/],
      [mistyped, /the ticket is damaged/],
      [await invite('--expires', '1ms'), /the ticket has expired/],
      [another, /another mesh/],
      [invented, /not known here/],
      [deadEnd, /cannot reach/],
    ]
    for (const [bad, reason] of cases) expectRefused(await join(bad), 1, reason)
    expectRefused(await bench.run(['up', '--name', 'g', '--join', mistyped, '--dir', guest]), 1, /damaged/)
    expect(existsSync(guest)).toBe(false)
    expect((await join(ticket)).code).toBe(0)
    expectRefused(await join(ticket, bench.path('second guest')), 1, /has been used/)
    expect(existsSync(bench.path('second guest'))).toBe(false)
  })

  test('of another mesh does not move a node', async () => {
    const ran = await bench.run(['up', '--join', await invite(), '--dir', whole])
    expectRefused(ran, 1, /another mesh/)
  })

  test('is given out by admins only', async () => {
    expectRefused(await bench.run(['invite', '--dir', guest]), 1, /admin|not running/)
  })
})

describe('a node', () => {
  test('is alone on its directory', async () => {
    expectRefused(await bench.run(['up', '--dir', live]), 1, /a node already runs on .* \(pid \d+\)/)
    expect(await bench.json(live, 'get', 'k')).toMatchObject({ value: 'kept' })
  })

  test.each([
    [['--listen', 'nowhere'], 2, /nowhere is not a multiaddr/],
    [['--listen', '/ip4/127.0.0.1/tcp/99999'], 2, /not a multiaddr/],
    [['--peer', 'somebody'], 2, /names no peer/],
    [['--peer', '/ip4/127.0.0.1/tcp/1/p2p/somebody'], 2, /somebody is no peer id/],
    [['--replicate', 'app=x:sideways'], 2, /push\|pull\|local/],
    [['--announce', 'nowhere'], 2, /nowhere is not a multiaddr/],
  ])('started with %j ends at once', async (args, code, reason) => {
    expectRefused(await bench.run(['up', '--dir', whole, ...args]), code, reason)
  })

  test('whose port is taken says so', async () => {
    const server = createServer()
    const port = await new Promise<number>(resolve => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
    })
    try {
      const address = `/ip4/127.0.0.1/tcp/${port}`
      expectRefused(
        await bench.run(['up', '--dir', whole, '--listen', address]),
        1,
        new RegExp(`in use.*${port}`),
      )
      expectRefused(
        await bench.run(['up', '--detach', '--dir', whole, '--listen', address]),
        1,
        new RegExp(`in use.*${port}`),
      )
    } finally {
      server.close()
    }
  })

  test('that was killed leaves a socket that hinders nobody', async () => {
    const before = await rootOf(live)
    await node.stop('SIGKILL')
    expect(existsSync(join(live, 'moot.sock'))).toBe(true)
    expect(await rootOf(live)).toBe(before)
    await bench.json(live, 'remember', 'written while it was down', '--key', 'down')
    node = await bench.up(live)
    expect(await bench.json(live, 'get', 'down')).toMatchObject({ value: 'written while it was down' })
    await until(async () => (await bench.run(['down', '--dir', live])).code === 0)
  })
})
