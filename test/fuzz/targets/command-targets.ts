/** What is typed at a command line, up to what the node would be asked. */
import { type OperationName, operations } from '@folkmoot/gateway'
import type { COMMON_FLAGS, FlagValues, Invocation } from '../../../apps/cli/src/command.ts'
import { COMMANDS } from '../../../apps/cli/src/commands.ts'
import { RefusedError, UsageError } from '../../../apps/cli/src/fault.ts'
import { readPolicy } from '../../../apps/cli/src/input/policy.ts'
import { parse } from '../../../apps/cli/src/parse.ts'
import { ARBITER_FLAGS, parseArbiter } from '../../../apps/cli/src/up/arbiter.ts'
import { parseParams } from '../../../packages/gateway/src/operations/parse-params.ts'
import { bytesOf, type Target, textOf } from '../target.ts'

/** A word on each line; the first line is the command. What these want of the world is a node and stdin. */
const LINES = [
  ['resolve', 'door', '--when', '1=by day', '--when', '2=at night', '--reason', 'r'],
  ['resolve', 'door.content', '--pick', '2', '--scope', 'app=shop'],
  ['resolve', 'door', '--undo'],
  ['remember', 'text', '--based-on', 'abcdef', '--strict', '--claim', 'inference', '--confidence', '0.5'],
  ['remember', '-', '--reconcile-by', 'ladder', '--ttl', '1h', '--derived-from', 'a'],
  ['update', 'door', 'text', '--based-on', 'ab'.repeat(32)],
  ['retract', 'door', '--based-on', 'abcdef'],
  ['policy set', '--none', '--scope', 'app=shop'],
  ['policy set', '--preset'],
  ['policy test', '--preset'],
  ['scan', 'door', '--record', '--limit', '5'],
  ['diff', '2h ago', 'now'],
  ['taint', 'door'],
  ['blame', 'door'],
  ['why', 'door', '--at', 'abcdef,abcdef'],
  ['verify-claim', 'door', '--how', 'asked', '--refuted', '--of', 'abcdef', '--confidence', '1'],
  ['conflicts', '--all'],
  ['branch', 'what-if'],
  ['branch', '--drop', 'what-if'],
  ['merge', 'what-if', '--keep'],
]
const names = new Set(LINES.map(([name]) => name))
const NOW = 1_700_000_000_000

/** The command line has errors of its own. */
const isRefusal = (error: unknown) => error instanceof UsageError || error instanceof RefusedError

/** Ends a command where the node would have been asked. */
class Asked extends Error {
  override readonly name = 'Asked'
}

export const COMMAND_TARGETS: readonly Target[] = [
  {
    name: 'command line about beliefs',
    shape: 'text',
    samples: () => LINES.map(line => bytesOf(line.join('\n'))),
    cost: 4,
    take: takeLine,
    refuses: isRefusal,
  },
  {
    name: 'arbiter on the command line',
    shape: 'text',
    samples: () =>
      [
        ['--arbiter', '--model', 'http://127.0.0.1:11434/v1#m', '--calls-per-hour', '5', '--no-stream'],
        [
          '--arbiter',
          '--model',
          'https://a.example/v1#m',
          '--model-key-env',
          'KEY',
          '--tokens-per-hour',
          '9',
        ],
      ].map(line => bytesOf(line.join('\n'))),
    take: async input => {
      const command = { about: '', words: [], flags: ARBITER_FLAGS, examples: [], run: async () => 0 }
      const { flags } = parse('up', command, textOf(input).split('\n'))
      await parseArbiter(flags as FlagValues<typeof ARBITER_FLAGS>, { KEY: 'secret' })
      return true
    },
    refuses: isRefusal,
  },
  {
    name: 'policy on stdin',
    shape: 'json',
    samples: () => [bytesOf('{"version":1,"clauses":[]}')],
    take: async input => {
      const policy = await readPolicy('-', {}, { stdin: stdinOf(input) })
      parseParams(operations['policy.set'].params, { policy })
      return true
    },
    refuses: isRefusal,
  },
]

async function takeLine(input: Uint8Array): Promise<boolean> {
  const [name = '', ...args] = textOf(input).split('\n')
  if (!names.has(name)) return false
  const listed = COMMANDS[name]
  if (listed === undefined) return false
  const { default: command } = await listed.load()
  const { words, flags } = parse(name, command, args)
  if (flags.help === true) return false
  // A file would be one of this machine.
  if (name.startsWith('policy') && words.length > 0) return false
  const asking = {
    words,
    flags,
    around: around(),
    commands: COMMANDS,
    dir: () => '',
    client: async () => CLIENT,
  }
  try {
    await command.run(asking as unknown as Invocation<typeof COMMON_FLAGS>)
    return false
  } catch (error) {
    if (!(error instanceof Asked)) throw error
    return true
  }
}

/** Takes what is asked as a door does: as text, and by its schema. */
const CLIENT = {
  call: async (method: OperationName, params: unknown) => {
    parseParams(operations[method].params, JSON.parse(JSON.stringify(params)))
    throw new Asked(method)
  },
  close: async () => {},
}
const SINK = { write: async () => {}, isTerminal: false, columns: 80 }
const around = () => ({ env: {}, stdin: stdinOf(bytesOf('said\n')), out: SINK, err: SINK, now: () => NOW })

async function* stdinOf(input: Uint8Array): AsyncGenerator<Uint8Array> {
  yield input
}
