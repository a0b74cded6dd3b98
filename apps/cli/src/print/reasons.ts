import type { Result } from '@folkmoot/gateway/client'
import { oneLine } from './clean.ts'
import { deedText, fateOf, tookBackText, undoneText } from './events.ts'
import { marked, saidLine } from './said.ts'
import type { Screen } from './screen.ts'
import { ago, shortId } from './words.ts'

type Reason = Result<'why'>[number]

const STEP = '  '

/** What a belief rests on, as a tree: what it was derived from stands under each memory, further in. */
export function reasonTree(reasons: readonly Reason[], screen: Screen): string {
  const root = reasons.find(({ depth }) => depth === 0)?.record
  if (root === undefined) return 'nothing was said\n'
  const byRecord = Map.groupBy(reasons, ({ record }) => record)
  const shown = new Set<string>()
  return branch(root, '')

  function branch(record: Reason['record'], indent: string): string {
    const events = byRecord.get(record) ?? []
    const title = titleOf(record, events, screen)
    if (shown.has(record)) return `${indent}${title} ${screen.paint.dim('(see above)')}\n`
    shown.add(record)
    const said = events.map(event => eventLines(event, indent + STEP, screen)).join('')
    const sources = [...new Set(events.flatMap(event => event.sources))]
    const followed = sources.filter(source => byRecord.has(source))
    const rest = sources.length - followed.length
    const below = followed.map(source => branch(source, `${indent}${STEP}${STEP}`)).join('')
    const from = followed.length === 0 ? '' : `${indent}${STEP}${screen.paint.dim('which rests on')}\n`
    const more =
      rest === 0 ? '' : `${indent}${STEP}${screen.paint.yellow(`and on ${rest} more, not shown`)}\n`
    return `${indent}${title}\n${said}${from}${below}${more}`
  }
}

function titleOf(record: string, events: readonly Reason[], { paint }: Screen): string {
  const key = events[0]?.key ?? null
  const name = key === null ? shortId(record) : `${oneLine(key)} ${paint.dim(shortId(record))}`
  const changed = events.some(({ changedSince }) => changedSince)
  return `${paint.bold(name)}${changed ? paint.yellow(' (changed since)') : ''}`
}

function eventLines(event: Reason, indent: string, screen: Screen): string {
  const { op, value, caution, agent, name, at, reason, entry, status } = event
  const { paint, now } = screen
  const fate = fateOf(op)
  const what = value === null ? (fate === undefined ? '' : ` ${fate}`) : ` ${paint.bold(saidLine(event))}`
  const undone = paint.yellow(undoneText(event))
  const odd = status === 'applied' ? '' : paint.yellow(` [${status}]`)
  const who = oneLine(name === '' ? agent : `${agent} (${name})`)
  const because = reason === null ? '' : `, because ${marked(oneLine(reason), caution)}`
  const line = `${indent}${ago(at, now)}: ${deedText(op)}${what} by ${who}${because} ${paint.dim(shortId(entry))}${undone}${odd}\n`
  return (
    line +
    tookBackLine(event, `${indent}${STEP}`, screen) +
    actedOnLines(event, `${indent}${STEP}`, screen) +
    settlementLines(event, `${indent}${STEP}`, screen)
  )
}

function tookBackLine(event: Reason, indent: string, { paint }: Screen): string {
  const text = tookBackText(event)
  return text === '' ? '' : `${indent}${paint.dim(text)}\n`
}

/** What its author had read elsewhere: not followed any further, since it need not have been the ground for it. */
function actedOnLines({ actedOn }: Reason, indent: string, { paint, now }: Screen): string {
  return actedOn
    .map(one => {
      const { record, key, op, value, agent, name, at, entry } = one
      const fate = fateOf(op)
      const what = value === null ? (fate === undefined ? '' : ` ${fate}`) : ` ${saidLine(one)}`
      const who = oneLine(name === '' ? agent : `${agent} (${name})`)
      const of = oneLine(key ?? shortId(record))
      return `${indent}${paint.dim('acted on')} ${of}:${what} by ${who} ${ago(at, now)} ${paint.dim(shortId(entry))}\n`
    })
    .join('')
}

function settlementLines({ settlement, caution }: Reason, indent: string, { paint }: Screen): string {
  if (settlement === null) return ''
  const { kind, judge, rule, model, confidence, rationale, superseded } = settlement
  const grounds = [
    `judged by a ${judge}`,
    ...(rule === null ? [] : [`rule ${oneLine(rule)}`]),
    ...(model === null ? [] : [`model ${oneLine(model)}`]),
    ...(confidence === null ? [] : [`confidence ${confidence}`]),
  ]
  const instead = superseded.map(({ by, ...said }) => {
    const who = by === null ? 'somebody' : oneLine(by.agent)
    return `${indent}${paint.dim('over')} ${saidLine(said)} ${paint.dim(`by ${who}`)}\n`
  })
  const why =
    rationale === null ? '' : `${indent}${paint.dim('because')} ${marked(oneLine(rationale), caution)}\n`
  return `${indent}${paint.dim(`${kind}, ${grounds.join(', ')}`)}\n${why}${instead.join('')}`
}
