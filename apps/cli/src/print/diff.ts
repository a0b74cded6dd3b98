import type { Result } from '@folkmoot/gateway/client'
import { oneLine } from './clean.ts'
import { saidLine } from './said.ts'
import type { Screen } from './screen.ts'
import { ago, count, shortId } from './words.ts'

type Diff = Result<'diff'>
type Held = Diff['differing'][number]['a']

/** What stands only on one side, and what differs, with both values and who said them. */
export function diffText({ a, b, onlyInA, onlyInB, differing, next }: Diff, screen: Screen): string {
  const labels = { a: sideText(a, screen), b: sideText(b, screen) }
  if (onlyInA.length + onlyInB.length + differing.length === 0)
    return `${labels.a} and ${labels.b} say the same\n`
  const alone = (label: string, records: Diff['onlyInA']) => {
    const told = records.map(record => `  ${nameOf(record, screen)} ${heldText(record, screen)}\n`)
    return records.length === 0 ? '' : `only ${label}: ${count(records.length, 'record')}\n${told.join('')}`
  }
  const both = differing.map(record => {
    const places = screen.paint.dim(record.places.map(oneLine).join(', '))
    const sides = [
      `    ${labels.a}: ${heldText(record.a, screen)}\n`,
      `    ${labels.b}: ${heldText(record.b, screen)}\n`,
    ]
    return `  ${nameOf(record, screen)} ${places}\n${sides.join('')}`
  })
  const title = differing.length === 0 ? '' : `different: ${count(differing.length, 'record')}\n`
  const shown = onlyInA.length + onlyInB.length + differing.length
  const rest =
    next === null ? '' : `${count(shown, 'record')} shown, and there are more: --after ${next} goes on\n`
  return `${alone(labels.a, onlyInA)}${alone(labels.b, onlyInB)}${title}${both.join('')}${rest}`
}

function sideText(side: Diff['a'], { now }: Screen): string {
  if (side.kind === 'here') return 'here'
  if (side.kind === 'time') return `as of ${side.at}`
  if (side.kind === 'branch') return `in branch ${oneLine(side.name)}`
  return `at ${oneLine(side.name)} (heard ${ago(side.heardAt, now)})`
}

function nameOf(
  { id, key }: { readonly id: string; readonly key: string | null },
  { paint }: Screen,
): string {
  return key === null ? paint.bold(shortId(id)) : `${paint.bold(oneLine(key))} ${paint.dim(shortId(id))}`
}

function heldText({ value, caution, status, by, tags }: Held, { paint, now }: Screen): string {
  const said = value === null ? `(${status})` : saidLine({ value, caution })
  const disputed = status === 'conflict' ? paint.red(' (in dispute)') : ''
  const hidden = value !== null && (status === 'superseded' || status === 'expired') ? ` (${status})` : ''
  const who = by === null ? '' : ` by ${oneLine(by.agent)} ${ago(by.at, now)}`
  const labels = tags.length === 0 ? '' : ` [${oneLine(tags.join(', '))}]`
  return `${said}${disputed}${hidden}${labels}${paint.dim(who)}`
}
