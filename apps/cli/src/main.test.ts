import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, WireError } from '@folkmoot/gateway/client'
import { openNode } from '@folkmoot/node'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { COMMANDS } from './commands.ts'
import { RefusedError } from './fault.ts'
import { run } from './main.ts'
import type { Surroundings } from './surroundings.ts'

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'main-'))
  writeFileSync(join(dir, 'node.json'), '{}')
})
afterAll(() => rmSync(dir, { recursive: true }))

/** Stands for a directory on which no node runs. */
const NOT_RUNNING = () => []

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
    openClient: async (_dir, _onProgress, visitor, reach) => {
      visits.push(visitor)
      if (reach === 'running' && answer === NOT_RUNNING) throw new RefusedError('no node runs here')
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
      'moot: settle it by one of --pick N|ENTRY, --value TEXT, --when N=CONDITION for two or more, --defer, --undo\n',
    ],
    [
      ['resolve', 'a', '--pick', '1', '--defer'],
      2,
      'moot: settle it by one of --pick N|ENTRY, --value TEXT, --when N=CONDITION for two or more, --defer, --undo\n',
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
    [['resolve', 'a', '--pick', '0'], 2, 'moot: --pick 0: neither the number of a candidate nor its entry\n'],
    [
      ['resolve', 'a', '--pick', '1', '--seen', '9ab100,1'],
      2,
      'moot: --seen 1: not an entry (6 digits or more, as moot conflict shows them)\n',
    ],
    [
      ['resolve', 'a', '--pick', '-1'],
      2,
      'moot: --pick -1: neither the number of a candidate nor its entry\n',
    ],
    [['list', '--limit', '-3'], 2, 'moot: --limit -3: not a whole number from 1 on\n'],
    [['remember', 'a', '--confidence', '-.5'], 2, 'moot: --confidence -.5: not a number from 0 to 1\n'],
    [
      ['resolve', 'a', '--pick', '-x'],
      2,
      'moot: --pick takes N|ENTRY: write one that begins with - as --pick=N|ENTRY\n',
    ],
    [['list', '--limit', '--json'], 2, 'moot: --limit takes N: write one that begins with - as --limit=N\n'],
    [
      ['remember', '--', '-5', '--limit', '-3'],
      2,
      'moot: too many words, from "--limit" on: quote a text that has spaces\n',
    ],
    [
      ['resolve', 'a', '--when', '1=by day'],
      2,
      'moot: --when: say of two candidates or more when each holds; --pick N keeps one for good\n',
    ],
    [
      ['resolve', 'a', '--when', `1=${'x'.repeat(5000)}`, '--when', '2=y'],
      2,
      'moot: --when 1=…: the condition has 5000 bytes, the most is 1024\n',
    ],
    [['resolve', 'a', '--pick', '1', '--json-value'], 2, 'moot: --json-value is for --value TEXT\n'],
    [
      ['update', 'a', '--json-value', 'null'],
      2,
      'moot: --json-value: null says nothing (moot retract ends a memory)\n',
    ],
    [['policy', 'set', '--none', '--authority', 'a'], 2, 'moot: --authority is for --preset\n'],
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

test('what was decided about a statement is told with the key and the scope of its memory', async () => {
  const decision = { op: 'ADD', by: 'ladder', reason: 'so', confidence: 1, basis: [], target: null }
  const written = { id: '3f2a91c04d1122334455667788990011', scope: 'app=default', decision }
  const { out } = await moot(['remember', 'x', '--reconcile', '--key', 'tk'], () => written)
  expect(out).toBe('remembered 3f2a91c04d11 as tk in app=default\n  ADD by rules, 1.00\n  because so\n')
})

test('now is everything that is here, and no time', async () => {
  const { call } = await moot(['diff', '2 hours ago', 'now', '--json'])
  expect(call).toHaveBeenCalledWith('diff', { a: '2026-01-31T10:00:00.000Z', b: 'now' })
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
    [['history', 'a', '--scope', 'app=shop', '--json'], 'history', { id: 'a', scope: 'app=shop' }],
    [['list', '--limit', '3', '--json'], 'list', { limit: 4 }],
    [['tag', 'a', '+x', '-y', '+z', '--json'], 'tag', { id: 'a', add: ['x', 'z'], remove: ['y'] }],
    [
      ['resolve', 'a', '--pick', '2', '--reason', 'r', '--json'],
      'resolve',
      { conflict: 'a', reason: 'r', pick: 2 },
    ],
    [
      ['resolve', 'a', '--pick', '123456', '--seen', '123456, 77c300', '--json'],
      'resolve',
      { conflict: 'a', pick: '123456', seen: ['123456', '77c300'] },
    ],
    [
      ['resolve', 'a', '--when', '9ab100=by day', '--when', '2=at night', '--json'],
      'resolve',
      {
        conflict: 'a',
        contexts: [
          { pick: '9ab100', when: 'by day' },
          { pick: 2, when: 'at night' },
        ],
      },
    ],
    [['resolve', 'a', '--value', '-5', '--json'], 'resolve', { conflict: 'a', value: '-5' }],
    [
      ['resolve', 'a', '--value', '[1, "b"]', '--json-value', '--json'],
      'resolve',
      { conflict: 'a', value: [1, 'b'] },
    ],
    [['remember', '12.5', '--json-value', '--json'], 'remember', { value: 12.5 }],
    [['update', 'a', '--json-value', '--json', '--', '-7'], 'update', { id: 'a', value: -7 }],
    [['tag', 'a', '-5', '--json'], 'tag', { id: 'a', remove: ['5'] }],
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
    const { code, call, close } = await moot(args, () => (method === 'list' ? [] : {}))
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

  test('with --json-value it is read as JSON, or refused in one line', async () => {
    const read = await moot(['remember', '-', '--json-value', '--json'], undefined, '{"a": [1]}\n')
    expect(read.call.mock.calls[0]?.[1]).toEqual({ value: { a: [1] } })
    for (const text of ['', 'tea', '{"a": 1', '1 2', '['.repeat(100_000)]) {
      const { code, err, call } = await moot(['remember', '--json-value', text])
      expect([code, call.mock.calls.length]).toEqual([2, 0])
      expect(err).toMatch(/^moot: --json-value: not JSON \([^\n]*\)\n$/)
    }
    for (const text of ['12345678901234567890', '1e400', '{"a":1,"a":2}']) {
      const { code, err, call } = await moot(['remember', '--json-value', text])
      expect([code, call.mock.calls.length]).toEqual([2, 0])
      expect(err).toMatch(/^moot: --json-value: the (number|key) [^\n]*\n$/)
    }
    const deep = '['.repeat(100_000) + ']'.repeat(100_000)
    expect((await moot(['remember', '--json-value', deep])).err).toMatch(
      /^moot: --json-value: nested too deep/,
    )
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

test('only a running node can be watched', async () => {
  expect(await moot(['watch', '--json'], NOT_RUNNING)).toMatchObject({
    ...{ code: 1, out: '', err: 'moot: no node runs here\n' },
  })
  expect(await moot(['list', '--json'], NOT_RUNNING)).toMatchObject({ code: 0, out: '[]\n' })
})

test('what a policy says for nothing is told on stderr, and in JSON', async () => {
  const set = {
    policy: { version: 1, clauses: [{ rule: 'latest' }] },
    warnings: ['clause 1: x', 'clause 2: y'],
  }
  const printed = await moot(['policy', 'set', '--preset'], () => set)
  expect(printed).toMatchObject({ code: 0, err: 'moot: clause 1: x\nmoot: clause 2: y\n' })
  expect(printed.out).toContain('latest')
  const { err, out } = await moot(['policy', 'set', '--preset', '--json'], () => set)
  expect([err, JSON.parse(out)]).toEqual(['', set])
  const tested = { total: 0, changes: 0, rules: {}, trials: [], warnings: ['clause 1: x'] }
  expect((await moot(['policy', 'test', '--preset'], () => tested)).err).toBe('moot: clause 1: x\n')
})

test('import tells the line that is wrong, and how much came before', async () => {
  const asked: number[] = []
  const answer: Answer = (_, params) => {
    const { records } = params as { records: { line: number }[] }
    asked.push(records.length)
    return {
      ...{ imported: records.length, skipped: 0, quoted: 0, unsourced: 0, renamed: {} },
      refused: null,
    }
  }
  const good = '{"value":"x"}\n'
  const result = await moot(
    ['import', '-', '--json'],
    answer,
    `${good.repeat(700)}\n${good}nonsense\n${good}`,
  )
  expect(asked).toEqual([500, 201])
  expect(JSON.parse(result.out)).toMatchObject({ imported: 701, refused: { line: 703, reason: 'not JSON' } })
  expect([result.code, result.err]).toEqual([
    1,
    'moot: line 703: not JSON (all before it is kept: go on from line 703)\n',
  ])
})

test('import tells what was here already, what it quotes, and what has lost sources', async () => {
  const some = { imported: 4, skipped: 2, quoted: 1, unsourced: 1, renamed: {}, refused: null }
  const { code, out, err } = await moot(['import', '-'], () => some, '{"value":"x"}\r\n\r\n')
  expect([code, out]).toEqual([0, 'imported 4 memories\n'])
  expect(err.split('\n')).toEqual([
    'moot: skipped 2 memories that are here already',
    'moot: kept 1 directive of others as reports that quote them',
    'moot: of 1 memory not all sources are here: these are not named',
    '',
  ])
})

test('export warns of what is in dispute', async () => {
  const lines = [{ id: 'a' }, { id: 'b', others: [] }, { id: 'c', others: [{ value: 'x' }] }]
  const { out, err } = await moot(['export'], () => lines)
  expect(out.trim().split('\n')).toHaveLength(3)
  expect(err).toMatch(/^moot: 2 memories are in dispute: .*"others"/)
  expect((await moot(['export'], () => lines.slice(0, 1))).err).toBe('')
})

describe('help', () => {
  test.each(Object.keys(COMMANDS))('of %s has examples, and says the same both ways', async name => {
    const { code, out } = await moot([...name.split(' '), '--help'])
    expect(code).toBe(0)
    expect(out).toMatch(/^ {2}(moot|npm|ssh|git|source) /m)
    expect((await moot(['help', ...name.split(' ')])).out).toBe(out)
  })

  test('offers --branch where it means something, and where it means nothing it is refused', async () => {
    for (const name of ['get', 'remember', 'doctor']) {
      expect((await moot([name, '--help'])).out).toContain('--branch B')
    }
    for (const args of [
      ['branch'],
      ['merge', 'b'],
      ['demo'],
      ['down'],
      ['grant', 'a', 'app=x:read'],
      ['completion', 'bash'],
    ]) {
      expect((await moot(['help', ...args.slice(0, 1)])).out).not.toContain('--branch B')
      const { code, err, visits } = await moot([...args, '--branch', 'b'])
      expect([code, err, visits]).toEqual([2, expect.stringContaining('leave --branch out'), []])
    }
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

test('a node that is there is not started as another agent', async () => {
  const made = join(dir, 'billing')
  await (await openNode({ dir: made, name: 'one', agent: 'billing', offline: true })).close()
  const { code, out, err } = await moot(['up', '--agent', 'hacker', '--dir', made])
  expect([code, out, err]).toEqual([
    2,
    '',
    `moot: the node in ${made} acts as billing, not "hacker": leave the agent out\n`,
  ])
})
