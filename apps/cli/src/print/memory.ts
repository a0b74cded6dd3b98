import type { Result } from '@folkmoot/gateway/client'
import { staleLines } from './beliefs.ts'
import { oneLine } from './clean.ts'
import { marked, quotedText, saidLine } from './said.ts'
import { type Sayer, sayerOfEffective, sayersCell, sayersOf } from './sayers.ts'
import type { Screen } from './screen.ts'
import { type Column, table } from './table.ts'
import { ago, shortId, shortNode, valueLines } from './words.ts'

export type Memory = Result<'get'>

/** One memory, in full. Disputes are printed by conflict.ts. */
export function memoryText(memory: Memory, screen: Screen): string {
  const { paint, now } = screen
  const said = sayerOfEffective(memory)
  const { verb, by } = sayersOf(said, one => whoText(one, memory, now))
  // The reason is of what was said last, which others than those who say this may have said.
  const reason = said.entry === memory.provenance.entry ? memory.provenance.reason : null
  const facts: (readonly [string, string])[] = [
    ['id', memory.id],
    ['key', oneLine(memory.key ?? '')],
    ['scope', oneLine(memory.scope)],
    ['kind', oneLine(memory.kind)],
    ['status', statusText(memory.status, screen)],
    ['tags', oneLine(memory.tags.join(', '))],
    ['confidence', memory.confidence === null ? '' : String(memory.confidence)],
    ['claim', memory.claim ?? ''],
    ['checked', checkedText(memory, now)],
    ['stands in its place', memory.supersededBy === null ? '' : shortId(memory.supersededBy)],
    ...memory.links.map(({ relation, id }): readonly [string, string] => [relation, shortId(id)]),
    [`${verb} by`, said.entry === '' ? '' : `${by}, entry ${shortId(said.entry)}`],
    ['reason', marked(oneLine(reason ?? ''), memory.caution)],
  ]
  const acted = staleLines(memory.stale ?? [], now)
    .split('\n')
    .flatMap(line => (line === '' ? [] : [paint.yellow(`  acted on ${line}\n`)]))
  return `${saidText(memory, screen)}\n${factLines(facts, screen)}${acted.join('')}`
}

/** Siblings do not tell the names of nodes. */
function whoText({ agent, name, node, at }: Sayer, { provenance }: Memory, now: number): string {
  const known = name ?? (node === provenance.node ? provenance.name : '')
  return oneLine(`${agent} (${known === '' ? shortNode(node) : known}) ${ago(at, now)}`)
}

function saidText({ value, status, caution }: Memory, screen: Screen): string {
  const { paint } = screen
  if (value === null) return `${paint.dim(`(${status})`)}\n`
  const text = valueLines(value)
  return caution === null ? `${paint.bold(text)}\n` : quotedText(text, caution, screen)
}

function checkedText({ checks, verification }: Memory, now: number): string {
  if (checks.length > 0) return checks.map(check => checkText(check, '', now)).join('; ')
  return verification === null ? '' : checkText(verification, ', but not what it says now', now)
}

function checkText(check: Memory['checks'][number], stale: string, now: number): string {
  const { outcome, agent, at, how, independent } = check
  const who = `${oneLine(agent)}${independent ? '' : ', its own author'}`
  return `${outcome} by ${who} ${ago(at, now)}${stale}: ${oneLine(how)}`
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
      cell: said => (said.value === null ? `(${said.status})` : saidLine(said)),
      flexible: true,
    },
    {
      title: 'STATUS',
      cell: ({ status }) => (status === 'settled' ? '' : status),
      paint: status => statusText(status, screen),
    },
    { title: 'SCOPE', cell: ({ scope }) => scope },
    { title: 'TAGS', cell: ({ tags }) => tags.join(', ') },
    { title: 'BY', cell: memory => sayersCell(sayerOfEffective(memory), ({ agent }) => agent) },
    { title: 'WHEN', cell: memory => ago(sayerOfEffective(memory).at, screen.now) },
  ]
  return table(columns, memories, screen)
}

export function hitTable(hits: readonly Result<'search'>[number][], screen: Screen): string {
  if (hits.length === 0) return 'nothing found\n'
  return table(
    [
      { title: 'ID', cell: ({ id }) => shortId(id), paint: screen.paint.dim },
      { title: 'SCORE', cell: ({ score }) => score.toPrecision(3), align: 'right' },
      { title: 'VALUE', cell: saidLine, flexible: true },
      { title: 'SCOPE', cell: ({ scope }) => scope },
      { title: 'WORDS', cell: ({ explain }) => explain?.words.join(' ') ?? '' },
      { title: 'BY', cell: ({ agent }) => agent },
      { title: 'WHEN', cell: ({ at }) => ago(at, screen.now) },
    ],
    hits,
    screen,
  )
}
