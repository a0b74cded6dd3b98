/** The races of all repetitions as one Markdown table. */
import type { Way } from './participant.ts'
import type { RaceResult } from './race.ts'
import type { System } from './systems.ts'

export interface Row {
  readonly system: System
  readonly way: Way
  readonly processes: number
  /** One for each repetition that came to an end. */
  readonly results: readonly RaceResult[]
  /** Why the others did not. */
  readonly failures: readonly string[]
}

const HEADER = [
  'what writes',
  'how',
  'processes',
  'sent',
  'acknowledged',
  'errors reported',
  'survived',
  'lost without an error',
  'survivors only in history',
  'survivors with their author',
  'conflicts surfaced',
  'seconds',
] as const

export function tableOf(rows: readonly Row[]): string {
  const lines = [HEADER, HEADER.map(() => '---'), ...rows.map(cellsOf)]
  return lines.map(cells => `| ${cells.join(' | ')} |`).join('\n')
}

function cellsOf({ system, way, processes, results, failures }: Row): readonly string[] {
  const head = [system.title, way, String(processes)]
  if (results.length === 0) return [...head, `failed: ${failures[0] ?? ''}`, ...HEADER.slice(4).map(() => '')]
  const over = (field: 'sent' | 'acknowledged' | 'errors' | 'survived' | 'lost' | 'onlyInHistory') =>
    rangeOf(results.map(result => result[field]))
  const surfaced = rangeOf(results.map(result => result.surfaced))
  const disputed = rangeOf(results.map(result => result.disputed))
  return [
    ...head,
    over('sent'),
    over('acknowledged'),
    over('errors'),
    over('survived'),
    over('lost'),
    over('onlyInHistory'),
    rangeOf(results.map(({ attributed }) => attributed)),
    `${surfaced} of ${disputed}`,
    secondsOf(results),
  ]
}

function secondsOf(results: readonly RaceResult[]): string {
  const acknowledged = rangeOf(
    results.map(({ seconds }) => seconds),
    2,
  )
  const settled = results.flatMap(({ settledSeconds }) => settledSeconds ?? [])
  return settled.length === 0 ? acknowledged : `${acknowledged}, equal after ${rangeOf(settled, 2)} more`
}

/** `min–max`, or the one value that they all have. */
export function rangeOf(values: readonly number[], digits = 0): string {
  const least = Math.min(...values).toFixed(digits)
  const most = Math.max(...values).toFixed(digits)
  return least === most ? least : `${least}–${most}`
}

/** What the table cannot say: what was reported, what failed, and what was concurrent by the signed history. */
export function notesOf(rows: readonly Row[]): readonly string[] {
  return rows.flatMap(({ system, way, processes, results, failures }) => {
    const where = `${system.title}, ${way}, ${processes}`
    const messages = new Set(results.flatMap(({ reported }) => Object.keys(reported)))
    const known = results.flatMap(({ concurrent }) => concurrent ?? [])
    return [
      ...[...messages].map(message => `${where}: "${message}" ${countsOf(message, results)} times`),
      ...failures.map(failure => `${where}: failed: ${failure}`),
      ...(processes > 1 && known.length > 0
        ? [`${where}: ${rangeOf(known)} keys hold values of which none was written upon another`]
        : []),
    ]
  })
}

function countsOf(message: string, results: readonly RaceResult[]): string {
  return rangeOf(results.map(({ reported }) => reported[message] ?? 0))
}
