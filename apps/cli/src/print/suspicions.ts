import type { Result } from '@folkmoot/gateway/client'
import { oneLine } from './clean.ts'
import { shortConflict } from './conflict.ts'
import { saidLine } from './said.ts'
import type { Screen } from './screen.ts'
import { ago, count, shortId } from './words.ts'

type Report = Result<'scan'>
type Finding = Report['findings'][number]
type Decision = NonNullable<Result<'remember'>['decision']>

const TITLES: { readonly [relation in Finding['relation']]: string } = {
  contradicts: 'may contradict each other',
  same: 'say the same',
  refines: 'the first says more than the second',
}

/** Each finding in full, and what came of the whole. */
export function scanText(report: Report, screen: Screen): string {
  const findings = report.findings.map(finding => findingText(finding, screen))
  return [...findings, totalsText(report)].join('\n')
}

function findingText(
  { relation, memories, score, evidence, conflict, recorded }: Finding,
  screen: Screen,
): string {
  const { paint, now } = screen
  const isContrary = relation === 'contradicts'
  const title = isContrary ? paint.red(TITLES[relation]) : TITLES[relation]
  const said = memories.map(({ id, key, value, caution, agent, at }, i) => {
    const named = key === null ? '' : `, ${oneLine(key)}`
    const author = paint.dim(`${shortId(id)}${named}, said by ${oneLine(agent)} ${ago(at, now)}`)
    return `  [${i + 1}] ${paint.bold(saidLine({ value, caution }))}\n      ${author}\n`
  })
  const because = evidence.map(({ test, detail }) => oneLine(`${detail} (${test})`)).join(', ')
  return `${title}, ${score.toFixed(2)}: ${because}\n${said.join('')}${keptText(conflict, recorded)}`
}

function keptText(conflict: string | null, recorded: boolean): string {
  if (conflict !== null) return `  kept as a conflict: moot conflict ${shortConflict(conflict)}\n`
  return recorded ? '  kept as a link\n' : ''
}

function totalsText({
  records,
  pairs,
  found,
  findings,
  suspicions,
  links,
  withdrawn,
  skipped,
  complete,
}: Report): string {
  const looked = `${count(records, 'memory', 'memories')} looked at, ${count(pairs, 'pair')} compared`
  const shown =
    found > findings.length
      ? `, ${findings.length} of ${found} findings shown (--limit N shows up to 10,000)`
      : `, ${count(found, 'finding')}`
  const changes = [
    ...(suspicions === 0 ? [] : [count(suspicions, 'new suspicion')]),
    ...(links === 0 ? [] : [count(links, 'new link')]),
    ...(withdrawn === 0 ? [] : [`${count(withdrawn, 'suspicion')} withdrawn`]),
  ]
  const kept = changes.length === 0 ? '' : `\nkept: ${changes.join(', ')}`
  const held =
    skipped.length === 0 ? '' : `\nkept nothing, for want of the right, in ${skipped.map(oneLine).join(', ')}`
  const rest = complete ? '' : '\nthere are more memories than one scan reads: give a scope'
  return `${looked}${shown}${kept}${held}${rest}\n`
}

const DONE: { readonly [op in Decision['op']]: string } = {
  ADD: 'remembered',
  UPDATE: 'updated',
  DELETE: 'retracted',
  NOOP: 'confirmed',
}

/**
 * What was decided about a statement: what was done, by whom, and why.
 * @param memory its id, its key and where it is, as they are printed
 */
export function decisionText({ op, by, reason, confidence, basis }: Decision, memory: string): string {
  const who = by === 'ladder' ? 'by rules' : `by ${oneLine(by)}`
  const held = basis.length === 0 ? '' : `, held against ${count(basis.length, 'memory', 'memories')}`
  return (
    `${DONE[op]} ${memory}\n` +
    `  ${op} ${who}, ${confidence.toFixed(2)}${held}\n  because ${oneLine(reason)}\n`
  )
}
