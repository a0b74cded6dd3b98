import type { Result } from '@folkmoot/gateway/client'
import { command, type Invocation } from '../command.ts'
import { UsageError } from '../fault.ts'
import { answer } from '../print/answer.ts'
import { oneLine } from '../print/clean.ts'
import type { Screen } from '../print/screen.ts'
import { table } from '../print/table.ts'
import { ago, count } from '../print/words.ts'

const DROP = {
  drop: { type: 'string', hint: 'B', about: 'take this branch away, with all that only it has' },
} as const

export default command({
  about:
    'Makes a branch: a copy of the memory to try something in, which nobody else sees until it is merged. Without a name, lists them.',
  words: ['[NAME]'],
  flags: DROP,
  examples: [
    'moot branch what-if',
    "moot update price '12 EUR' --branch what-if",
    'moot merge what-if',
    'moot branch',
    'moot branch --drop what-if',
  ],
  takesNoBranch: true,
  run: async invocation => {
    const { words, flags } = invocation
    const [name] = words
    if (flags.drop === undefined) return name === undefined ? list(invocation) : make(invocation, name)
    if (name !== undefined) throw new UsageError('make a branch or drop one, not both at once')
    const client = await invocation.client()
    const report = await client.call('branch.drop', { name: flags.drop })
    return answer(invocation, report, () => `dropped branch ${oneLine(report.dropped)}\n`)
  },
})

type Branching = Invocation<typeof DROP>

async function make(invocation: Branching, name: string): Promise<undefined> {
  const client = await invocation.client()
  const branch = await client.call('branch.create', { name })
  return answer(
    invocation,
    branch,
    ({ paint }) =>
      `made branch ${paint.bold(oneLine(branch.name))}, ${size(branch.bytes)}: work in it with --branch ${branch.name}, then moot merge ${branch.name}\n`,
  )
}

async function list(invocation: Branching): Promise<undefined> {
  const client = await invocation.client()
  const branches = await client.call('branch.list', {})
  return answer(invocation, branches, screen =>
    branches.length === 0 ? 'no branches\n' : branchTable(branches, screen),
  )
}

function branchTable(branches: Result<'branch.list'>, screen: Screen): string {
  return table(
    [
      { title: 'BRANCH', cell: ({ name }) => name },
      { title: 'MADE', cell: ({ at }) => ago(at, screen.now) },
      { title: 'SIZE', cell: ({ bytes }) => size(bytes), align: 'right' },
      {
        title: 'ONLY IN IT',
        cell: ({ entries }) => (entries === null ? 'cannot be opened' : count(entries, 'entry', 'entries')),
      },
    ],
    branches,
    screen,
  )
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`
}
