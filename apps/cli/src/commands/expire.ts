import type { Result } from '@folkmoot/gateway/client'
import { command } from '../command.ts'
import { SCOPE } from '../flags.ts'
import { given } from '../input/given.ts'
import { parseCount, parseSize } from '../input/numbers.ts'
import { parseDuration } from '../input/times.ts'
import { answer } from '../print/answer.ts'
import { saidLine } from '../print/said.ts'
import type { Screen } from '../print/screen.ts'
import { type Column, table } from '../print/table.ts'
import { ago, count, shortId } from '../print/words.ts'

type Report = Result<'expire'>

export default command({
  about:
    'Hides memories by age, by inactivity, or beyond a budget: the least important and oldest go first. What is pinned stays.',
  words: [],
  flags: {
    'older-than': { type: 'string', hint: '30d', about: 'made longer ago' },
    inactive: { type: 'string', hint: '7d', about: 'not changed for so long' },
    keep: { type: 'string', hint: 'N', about: 'so many may stay' },
    'keep-bytes': { type: 'string', hint: '10mb', about: 'so much text may stay' },
    scope: SCOPE,
    kind: { type: 'string', hint: 'K', about: 'only of this kind' },
    'dry-run': { type: 'boolean', about: 'only say what would be hidden' },
  },
  examples: [
    'moot expire --older-than 30d --kind working --dry-run',
    'moot expire --keep 1000 --keep-bytes 10mb --scope app=shop',
  ],
  run: async invocation => {
    const { flags } = invocation
    const policy = given({
      olderThanMs: durationOf('older-than', flags['older-than']),
      inactiveMs: durationOf('inactive', flags.inactive),
      keep: parseCount('keep', flags.keep),
      keepBytes: parseSize('keep-bytes', flags['keep-bytes']),
      scope: flags.scope,
      kind: flags.kind,
      dryRun: flags['dry-run'],
    })
    const client = await invocation.client()
    const report = await client.call('expire', policy)
    return answer(invocation, report, screen => reportText(report, screen))
  },
})

function durationOf(flag: string, text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseDuration(flag, text)
}

function reportText({ dryRun, records }: Report, screen: Screen): string {
  const said = `${dryRun ? 'would expire' : 'expired'} ${count(records.length, 'memory', 'memories')}\n`
  if (records.length === 0) return said
  const columns: Column<Report['records'][number]>[] = [
    { title: 'ID', cell: ({ id }) => shortId(id) },
    { title: 'VALUE', cell: saidLine, flexible: true },
    { title: 'WHY', cell: ({ why }) => why },
    { title: 'SCOPE', cell: ({ scope }) => scope },
    { title: 'CHANGED', cell: ({ at }) => ago(at, screen.now) },
  ]
  return `${said}${table(columns, records, screen)}`
}
