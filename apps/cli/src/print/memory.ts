import type { Result } from '@folkmoot/gateway/client'
import { oneLine } from './clean.ts'
import type { Screen } from './screen.ts'
import { type Column, table } from './table.ts'
import { ago, plain, shortId, shortNode, valueLines } from './words.ts'

export type Memory = Result<'get'>

/** One memory, in full. Disputes are printed by conflict.ts. */
export function memoryText(memory: Memory, screen: Screen): string {
  const { paint, now } = screen
  const { agent, name, node, at, entry, reason } = memory.provenance
  const who = oneLine(`${agent} (${name === '' ? shortNode(node) : name})`)
  const facts: (readonly [string, string])[] = [
    ['id', memory.id],
    ['key', oneLine(memory.key ?? '')],
    ['scope', oneLine(memory.scope)],
    ['kind', oneLine(memory.kind)],
    ['status', statusText(memory.status, screen)],
    ['tags', oneLine(memory.tags.join(', '))],
    ['confidence', memory.confidence === null ? '' : String(memory.confidence)],
    ['said by', entry === '' ? '' : `${who} ${ago(at, now)}, entry ${shortId(entry)}`],
    ['reason', oneLine(reason ?? '')],
  ]
  const said = memory.value === null ? paint.dim(`(${memory.status})`) : paint.bold(valueLines(memory.value))
  return `${said}\n\n${factLines(facts, screen)}`
}

/** A fact a line; those with nothing to say are left out. The values must be clean. */
export function factLines(facts: readonly (readonly [string, string])[], { paint }: Screen): string {
  const known = facts.filter(([, value]) => value !== '')
  const width = Math.max(...known.map(([name]) => name.length))
  return known.map(([name, value]) => `  ${paint.dim(name.padEnd(width))}  ${value}\n`).join('')
}

export function statusText(status: string, { paint }: Screen): string {
  if (status === 'conflict' || status === 'open') return paint.red(status)
  if (status === 'settled' || status === 'resolved') return paint.green(status)
  return paint.yellow(status)
}

export function memoryTable(memories: readonly Memory[], screen: Screen): string {
  if (memories.length === 0) return 'nothing remembered here\n'
  const columns: Column<Memory>[] = [
    { title: 'ID', cell: ({ id }) => shortId(id), paint: screen.paint.dim },
    { title: 'KEY', cell: ({ key }) => key ?? '' },
    {
      title: 'VALUE',
      cell: ({ value, status }) => (value === null ? `(${status})` : plain(value)),
      flexible: true,
    },
    {
      title: 'STATUS',
      cell: ({ status }) => (status === 'settled' ? '' : status),
      paint: status => statusText(status, screen),
    },
    { title: 'SCOPE', cell: ({ scope }) => scope },
    { title: 'TAGS', cell: ({ tags }) => tags.join(', ') },
    { title: 'BY', cell: ({ provenance }) => provenance.agent },
    { title: 'WHEN', cell: ({ provenance }) => ago(provenance.at, screen.now) },
  ]
  return table(columns, memories, screen)
}

export function hitTable(hits: Result<'search'>, screen: Screen): string {
  if (hits.length === 0) return 'nothing found\n'
  return table(
    [
      { title: 'ID', cell: ({ id }) => shortId(id), paint: screen.paint.dim },
      { title: 'SCORE', cell: ({ score }) => score.toPrecision(3), align: 'right' },
      { title: 'VALUE', cell: ({ value }) => plain(value), flexible: true },
      { title: 'SCOPE', cell: ({ scope }) => scope },
      { title: 'WORDS', cell: ({ explain }) => explain?.words.join(' ') ?? '' },
      { title: 'BY', cell: ({ agent }) => agent },
      { title: 'WHEN', cell: ({ at }) => ago(at, screen.now) },
    ],
    hits,
    screen,
  )
}
