import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, WireError } from '@folkmoot/gateway/client'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { COMMANDS } from './commands.ts'
import { run } from './main.ts'
import type { Surroundings } from './surroundings.ts'

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'main-'))
  writeFileSync(join(dir, 'node.json'), '{}')
})
afterAll(() => rmSync(dir, { recursive: true }))

type Answer = (method: string, params: unknown) => unknown

/** Runs a command against a node that answers so, and tells what it printed. */
async function moot(
  args: readonly string[],
  answer: Answer = () => ({}),
  stdin: string | Uint8Array = '',
  env: Surroundings['env'] = {},
) {
  const visits: unknown[] = []
  const printed = { out: '', err: '' }
  const stopping = new AbortController()
  const sink = (name: 'out' | 'err') => ({
    write: async (text: string) => {
      printed[name] += text
    },
    isTerminal: false,
    columns: Number.POSITIVE_INFINITY,
  })
  const close = vi.fn(async () => {})
  const call = vi.fn(async (method: string, params: unknown) => answer(method, params))
  async function* stream(method: string, params: unknown) {
    yield* answer(method, params) as Iterable<unknown>
  }
  const around: Surroundings = {
    env: { MOOT_DIR: dir, ...env },
    stdin: (async function* () {
      yield Buffer.from(stdin)
    })(),
    out: sink('out'),
    err: sink('err'),
    now: () => Date.parse('2026-01-31T12:00:00Z'),
    untilStopped: () => stopping.signal,
    isStopped: () => stopping.signal.aborted,
    openClient: async (_dir, _onProgress, visitor) => {
      visits.push(visitor)
      return { call, stream, close } as unknown as Client
    },
  }
  return { code: await run(args, around), ...printed, call, close, visits }
}

const refuse = (code: 'usage' | 'not-found') => () => {
  throw new WireError(code, 'because\nof this')
}

describe('exit codes', () => {
  test.each([
    [['frobnicate'], 2, 'moot: unknown command "frobnicate": moot help lists all commands\n'],
    [['--frobnicate'], 2, 'moot: unknown option "--frobnicate": moot help lists all commands\n'],
    [['get', 'a', '--frobnicate'], 2, "moot: Unknown option '--frobnicate'\n"],
    [['get', 'a', '--scope'], 2, "moot: Option '--scope <value>' argument missing\n"],
    [['get'], 2, 'moot: ID_OR_KEY is missing: moot get ID_OR_KEY\n'],
    [['get', 'a', 'b'], 2, 'moot: too many words, from "b" on: quote a text that has spaces\n'],
    [['block'], 2, 'moot: moot block what? create, show, edit, list, history\n'],
    [
      ['resolve', 'a'],
      2,
      'moot: settle it by one of --pick N, --value TEXT, --when N=CONDITION for two or more, --defer, --undo\n',
    ],
    [
      ['resolve', 'a', '--pick', '1', '--defer'],
      2,
      'moot: settle it by one of --pick N, --value TEXT, --when N=CONDITION for two or more, --defer, --undo\n',
    ],
    [
      ['resolve', 'a', '--when', 'by day'],
      2,
      "moot: --when by day: write N=CONDITION, like 1='on weekdays'\n",
    ],
    [
      ['resolve', 'a', '--when', '0=by day'],
      2,
      "moot: --when 0=by day: write N=CONDITION, like 1='on weekdays'\n",
    ],
    [['conflicts', '--status', 'lost'], 2, 'moot: --status lost: one of open, claimed, deferred, resolved\n'],
    [['policy', 'set'], 2, 'moot: give one of FILE, --preset, --none\n'],
    [['policy', 'set', 'a', '--preset'], 2, 'moot: give one of FILE, --preset, --none\n'],
    [['policy', 'test'], 2, 'moot: give one of FILE, --preset\n'],
    [['policy', 'test', '/nowhere/policy.json'], 1, 'moot: no file /nowhere/policy.json\n'],
    [['tag', 'a'], 2, 'moot: which tag? +T adds one, -T takes one away\n'],
    [['tag', 'a', 'b'], 2, 'moot: b is neither +T nor -T\n'],
    [['completion', 'tcsh'], 2, 'moot: no completion for tcsh: there is bash, zsh, fish\n'],
    [['up', '--http', '8080'], 2, 'moot: --http is not built yet: use the socket, as every command does\n'],
    [['up', '--replicate', 'run=*'], 2, 'moot: --replicate run=*: write SCOPE:push|pull|local\n'],
    [['init'], 2, 'moot: --name N is missing: what is the node called?\n'],
    [['import', '/nowhere.jsonl'], 1, 'moot: no file /nowhere.jsonl\n'],
    [['get', 'a', '--dir', '/nowhere'], 1, 'moot: no node in /nowhere: make one with moot init --name N\n'],
  ])('%j', async (args, code, err) => {
    expect(await moot(args)).toMatchObject({ code, err, out: '' })
  })

  test('what the node refuses is 1, what it calls senseless is 2; each in one line', async () => {
    expect(await moot(['get', 'a'], refuse('not-found'))).toMatchObject({
      code: 1,
      err: 'moot: because of this\n',
    })
    expect(await moot(['get', 'a'], refuse('usage'))).toMatchObject({ code: 2 })
  })

  test('a check that fails is 1, with its report', async () => {
    const report = { valid: false, entries: 1, logs: 1, faults: [], uncounted: [], rowsDiffer: 1 }
    const { code, out, err } = await moot(['verify', '--json'], () => report)
    expect([code, JSON.parse(out), err]).toEqual([1, report, 'moot: this directory does not verify\n'])
    expect(await moot(['doctor'], () => ({ ok: false, findings: [], refusals: [] }))).toMatchObject({
      code: 1,
    })
  })

  test('no command at all is 2, with the help', async () => {
    const { code, out, err } = await moot([])
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain('moot remember')
  })
})

describe('what a node is asked', () => {
  test.each<[string[], string, object]>([
    [
      [
        'remember',
        'EUR',
        '--key',
        'currency',
        '--tag',
        'a',
        '--tag',
        'b',
        '--confidence',
        '0.5',
        '--ttl',
        '1h',
        '--json',
      ],
      'remember',
      {
        value: 'EUR',
        key: 'currency',
        tags: ['a', 'b'],
        confidence: 0.5,
        expiresAt: Date.parse('2026-01-31T13:00:00Z'),
      },
    ],
    [['get', 'a', '--at', '1h ago', '--json'], 'get', { id: 'a', at: '2026-01-31T11:00:00.000Z' }],
    [['list', '--limit', '3', '--json'], 'list', { limit: 3 }],
    [['tag', 'a', '+x', '-y', '+z', '--json'], 'tag', { id: 'a', add: ['x', 'z'], remove: ['y'] }],
    [
      ['resolve', 'a', '--pick', '2', '--reason', 'r', '--json'],
      'resolve',
      { conflict: 'a', reason: 'r', pick: 2 },
    ],
    [['resolve', 'a', '--value', '', '--json'], 'resolve', { conflict: 'a', value: '' }],
    [
      ['resolve', 'a', '--when', '1=by day', '--when', '2= at = night ', '--scope', 'app=shop', '--json'],
      'resolve',
      {
        conflict: 'a',
        scope: 'app=shop',
        contexts: [
          { pick: 1, when: 'by day' },
          { pick: 2, when: 'at = night' },
        ],
      },
    ],
    [['resolve', 'a', '--undo', '--json'], 'resolve', { conflict: 'a', undo: true }],
    [['conflict', 'a', '--scope', 'app=shop', '--json'], 'conflict', { id: 'a', scope: 'app=shop' }],
    [['conflicts', '--status', 'deferred', '--json'], 'conflicts', { status: 'deferred' }],
    [
      ['conflicts', '--cause', 'suspected-contradiction', '--json'],
      'conflicts',
      { cause: 'suspected-contradiction' },
    ],
    [['policy', 'show', '--scope', 'app=shop', '--json'], 'policy.show', { scope: 'app=shop' }],
    [
      ['policy', 'set', '--preset', '--reason', 'r', '--json'],
      'policy.set',
      { policy: 'standard', reason: 'r' },
    ],
    [['policy', 'set', '--none', '--json'], 'policy.set', { policy: null }],
    [['policy', 'test', '--preset', '--json'], 'policy.test', { policy: 'standard' }],
    [['erase', 'a', '--wait', '--json'], 'erase', { id: 'a', wait: true }],
    [
      ['invite', '--grant', 'app=a:read', '--grant', 'app=b:write', '--expires', '1h'],
      'invite',
      {
        permissions: [
          { scope: 'app=a', rights: ['read'] },
          { scope: 'app=b', rights: ['write'] },
        ],
        expiresInMs: 3_600_000,
      },
    ],
    [
      ['grant', 'billing', 'user=alice:write,read', '--resource', 'crm', '--until', '1h', '--json'],
      'grant',
      {
        to: 'billing',
        permissions: [
          { scope: 'user=alice', rights: ['read', 'write'], until: Date.parse('2026-01-31T13:00:00Z') },
          { resource: 'crm', until: Date.parse('2026-01-31T13:00:00Z') },
        ],
      },
    ],
    [
      ['revoke', 'bob', '--reason', 'r', '--force', '--json'],
      'revoke',
      { to: 'bob', reason: 'r', force: true },
    ],
    [
      ['access', '--as-of', '1h ago', '--scope', 'user=alice', '--json'],
      'access',
      { asOf: '2026-01-31T11:00:00.000Z', scope: 'user=alice' },
    ],
    [['certify', 'bob', '--not-after', 'never', '--json'], 'certify', { node: 'bob' }],
    [['block', 'edit', 'a', 'text', '--json'], 'block.edit', { id: 'a', text: 'text' }],
    [['remember', '--json', '--', '-5 degrees'], 'remember', { value: '-5 degrees' }],
  ])('%j', async (args, method, params) => {
    const { code, call, close } = await moot(args)
    expect([code, call.mock.calls[0]]).toEqual([0, [method, params]])
    expect(close).toHaveBeenCalledOnce()
  })

  test('- reads stdin: for a statement without the last newline, for a block as it is', async () => {
    expect((await moot(['remember', '-', '--json'], undefined, 'a\nb\n')).call.mock.calls[0]?.[1]).toEqual({
      value: 'a\nb',
    })
    expect(
      (await moot(['block', 'edit', 'k', '-', '--json'], undefined, 'a\n')).call.mock.calls[0]?.[1],
    ).toMatchObject({ text: 'a\n' })
  })

  test('stdin that is not text, or far too much of it, is refused', async () => {
    expect(await moot(['remember', '-'], undefined, Buffer.from([0xff]))).toMatchObject({
      code: 1,
      err: 'moot: stdin is not UTF-8 text\n',
    })
    const much = 'x'.repeat(2_000_000)
    expect((await moot(['remember', '-'], undefined, much)).err).toBe(
      'moot: text in bytes is 2000000: more than one memory can hold\n',
    )
  })
})

test('--json is one document', async () => {
  const { out } = await moot(['whoami', '--json'], () => ({ node: 'n\n' }))
  expect(out).toBe('{"node":"n\\n"}\n')
})

test('streams are one document a line', async () => {
  const changes = [{ id: 'a' }, { id: 'b' }]
  expect((await moot(['watch', '--json'], () => changes)).out).toBe('{"id":"a"}\n{"id":"b"}\n')
  expect((await moot(['export'], () => changes)).out).toBe('{"id":"a"}\n{"id":"b"}\n')
})

test('import tells the line that is wrong, and how much came before', async () => {
  const asked: number[] = []
  const answer: Answer = (_, params) => {
    const { records } = params as { records: { line: number }[] }
    asked.push(records.length)
    return { imported: records.length, refused: null }
  }
  const good = '{"value":"x"}\n'
  const result = await moot(
    ['import', '-', '--json'],
    answer,
    `${good.repeat(700)}\n${good}nonsense\n${good}`,
  )
  expect(asked).toEqual([500, 201])
  expect(JSON.parse(result.out)).toEqual({ imported: 701, refused: { line: 703, reason: 'not JSON' } })
  expect([result.code, result.err]).toEqual([1, 'moot: line 703: not JSON (all before it is kept)\n'])
})

describe('help', () => {
  test.each(Object.keys(COMMANDS))('of %s has examples, and says the same both ways', async name => {
    const { code, out } = await moot([...name.split(' '), '--help'])
    expect(code).toBe(0)
    expect(out).toMatch(/^ {2}(moot|npm|ssh|git|source) /m)
    expect((await moot(['help', ...name.split(' ')])).out).toBe(out)
  })

  test('lists every command, and the version is the package’s', async () => {
    const { out } = await moot(['help'])
    for (const name of Object.keys(COMMANDS)) expect(out).toContain(`  moot ${name} `)
    expect((await moot(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect(await moot(['help', 'frobnicate'])).toMatchObject({ code: 2 })
  })
})

describe('completion', () => {
  test('knows commands, second words and flags', async () => {
    const { out } = await moot(['completion', 'bash'])
    expect(out).toContain('words="create show edit list history"')
    expect(out).toMatch(
      /"get "\*\) words="--scope --at --fresh --resolver --verified --min-confidence --claim --dir/,
    )
    expect((await moot(['completion', 'fish'])).out).toContain(
      "-n '__fish_seen_subcommand_from get' -l scope",
    )
    expect((await moot(['completion', 'zsh'])).out).toMatch(/^#compdef moot/)
  })
})

describe('who asks', () => {
  const asked = async (args: readonly string[], env = {}) =>
    (await moot(['list', ...args], () => [], '', env)).visits

  test('is the owner of the directory, unless somebody else is named', async () => {
    expect(await asked([])).toEqual([{}])
    expect(await asked(['--for', 'alice'])).toEqual([{ user: 'alice' }])
    expect(await asked(['--token', 't', '--for', 'alice'])).toEqual([{ token: 't', user: 'alice' }])
    expect(await asked([], { MOOT_TOKEN: 'e' })).toEqual([{ token: 'e' }])
    expect(await asked(['--token', 't'], { MOOT_TOKEN: 'e' })).toEqual([{ token: 't' }])
    expect(await asked([], { MOOT_TOKEN: '' })).toEqual([{}])
  })
})

describe('tidying up', () => {
  test('a policy is passed on in milliseconds and bytes', async () => {
    const args = [
      'expire',
      '--older-than',
      '30d',
      '--inactive',
      '7d',
      '--keep',
      '1000',
      '--keep-bytes',
      '10mb',
    ]
    const { code, out, call } = await moot([...args, '--kind', 'working', '--dry-run'], () => ({
      dryRun: true,
      records: [
        { id: 'ab'.repeat(16), value: 'tea', why: 'age', scope: 'app=x', at: '2026-01-30T12:00:00Z' },
      ],
    }))
    expect(call).toHaveBeenCalledWith('expire', {
      ...{ olderThanMs: 30 * 86_400_000, inactiveMs: 7 * 86_400_000, keep: 1000, keepBytes: 10_000_000 },
      ...{ kind: 'working', dryRun: true },
    })
    expect([code, out]).toEqual([0, expect.stringContaining('would expire 1 memory\n')])
    expect((await moot(['expire', '--keep-bytes', 'much'])).err).toContain('not a size')
  })

  test('a run is ended by its name', async () => {
    const { out, call } = await moot(['end-run', 'r1'], () => ({ run: 'r1', records: 2 }))
    expect(call).toHaveBeenCalledWith('endRun', { run: 'r1' })
    expect(out).toBe('ended run r1: 2 records destroyed\n')
  })
})

describe('tokens', () => {
  const made = {
    ...{ name: 'desk', agent: 'support', user: null, permissions: null, token: 'f00d' },
    ...{ createdAt: '2026-01-31T11:00:00Z', expiresAt: null },
  }

  test.each([[['token', 'create', 'desk']], [['token', 'create', '--name', 'desk']]])('%j', async words => {
    const args = ['--agent', 'support', '--scope', 'user=*:read,write', '--expires', '30d']
    const { out, call } = await moot([...words, ...args], () => made)
    expect(call).toHaveBeenCalledWith('token.create', {
      ...{ name: 'desk', agent: 'support', expiresInMs: 30 * 86_400_000 },
      permissions: [{ scope: 'user=*', rights: ['read', 'write'] }],
    })
    expect(out).toBe('f00d\n')
  })

  test('need a name', async () => {
    expect(await moot(['token', 'create'])).toMatchObject({ code: 2 })
  })

  test('are listed and revoked', async () => {
    const { out } = await moot(['token', 'list'], () => [made])
    expect(out).toContain('desk')
    expect(out).not.toContain('f00d')
    expect((await moot(['token', 'revoke', 'desk'], () => made)).out).toBe('revoked desk\n')
  })
})
