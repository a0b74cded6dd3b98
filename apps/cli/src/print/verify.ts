import type { Result } from '@folkmoot/gateway/client'
import { oneLine } from './clean.ts'
import type { Screen } from './screen.ts'
import { count, shortId, shortNode } from './words.ts'

type Report = Result<'verify'>
type Uncounted = Report['uncounted'][number]

/** Of one author and reason so many entries are listed; --json has all. */
const LISTED_MAX = 10

export function verifyText(report: Report, screen: Screen): string {
  const { paint } = screen
  const { valid, entries, logs, faults, uncounted, rowsDiffer } = report
  const verdict = valid ? paint.green('valid') : paint.red('NOT VALID')
  const lines = [
    `${verdict}: ${count(entries, 'entry', 'entries')} in ${count(logs, 'log')}`,
    ...faults.map(({ log, seq, reason }) => `  fault in log ${shortId(log)} at ${seq}: ${oneLine(reason)}`),
    ...uncountedLines(uncounted, screen),
    ...(rowsDiffer === 0 ? [] : [`  ${count(rowsDiffer, 'row')} not as the entries say: moot rebuild`]),
  ]
  return `${lines.join('\n')}\n`
}

/** Author by author and reason by reason, most entries first. */
function uncountedLines(uncounted: readonly Uncounted[], { paint }: Screen): readonly string[] {
  const groups = Map.groupBy(uncounted, ({ node, status, reason }) => `${node} ${status} ${reason}`)
  const sorted = [...groups.values()].sort((a, b) => b.length - a.length)
  return sorted.flatMap(group => {
    const { name, node, agent, status, reason } = group[0] as Uncounted
    const who = oneLine(name === '' ? shortNode(node) : `${name} (${agent})`)
    const why = reason === status ? status : `${status}, ${oneLine(reason)}`
    const head = `  ${paint.yellow(count(group.length, 'entry', 'entries'))} by ${who}: ${why}`
    const more = group.length - LISTED_MAX
    return [
      head,
      ...group.slice(0, LISTED_MAX).map(one => paint.dim(`    ${entryLine(one)}`)),
      ...(more > 0 ? [paint.dim(`    and ${more.toLocaleString('en')} more: moot verify --json`)] : []),
    ]
  })
}

function entryLine({ entry, seq, scope, at }: Uncounted): string {
  return `${shortId(entry)}  ${seq} in ${oneLine(scope ?? 'a scope without a name here')}  ${at}`
}
