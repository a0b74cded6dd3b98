/** Who stands behind what, and what is to be said with it. */
import type { Result } from '@folkmoot/gateway/client'
import { oneLine } from './clean.ts'
import { marked, type Said, saidLine } from './said.ts'
import { type Sayer, sayersCell } from './sayers.ts'
import type { Screen } from './screen.ts'
import { type Column, table } from './table.ts'
import { ago, count, shortId } from './words.ts'

type Part = Result<'blame'>['parts'][number]
type Tainted = Result<'taint'>['records'][number]
export type Stale = NonNullable<Result<'update'>['stale']>[number]

export function blameTable({ parts }: Result<'blame'>, screen: Screen): string {
  if (parts.length === 0) return 'nothing stands\n'
  const columns: Column<Part>[] = [
    { title: 'PART', cell: ({ kind, place }) => (kind === 'element' ? `${place}+` : place) },
    { title: 'VALUE', cell: part => (part.ended ? '(retracted)' : saidLine(inWords(part))), flexible: true },
    { title: 'BY', cell: part => sayersCell(part, whoText) },
    { title: 'FOR', cell: ({ onBehalfOf }) => onBehalfOf ?? '' },
    { title: 'WHEN', cell: ({ at }) => ago(at, screen.now) },
    {
      title: 'SURE',
      cell: ({ confidence }) => (confidence === null ? '' : String(confidence)),
      align: 'right',
    },
    { title: 'SETTLED', cell: ({ settlement }) => settlementWord(settlement) },
    { title: 'BECAUSE', cell: ({ reason, caution }) => marked(reason ?? '', caution), flexible: true },
    { title: 'ENTRY', cell: ({ entry }) => shortId(entry), paint: screen.paint.dim },
  ]
  return table(columns, parts, screen)
}

function whoText({ agent, name = '' }: Sayer): string {
  return name === '' ? agent : `${agent} (${name})`
}

/** A check is told by what came of it, and how it was made. */
function inWords({ place, value, caution }: Part): Said {
  const check = (place === 'verification' ? value : null) as { readonly [field: string]: unknown } | null
  const isCheck = typeof check?.outcome === 'string' && typeof check.how === 'string'
  return { value: isCheck ? `${check.outcome}: ${check.how}` : value, caution }
}

function settlementWord(settlement: Part['settlement']): string {
  if (settlement === null) return ''
  const { kind, judge, rule, model } = settlement
  return `${kind} by ${model ?? rule ?? `a ${judge}`}`
}

/** Nearest first; how it hangs together with the one in question. */
export function taintText({ id, status, records }: Result<'taint'>, screen: Screen): string {
  const root = `${shortId(id)}${status === null || status === 'standing' ? '' : ` (${status})`}`
  if (records.length === 0) return `nothing was derived from ${root}\n`
  const acted = records.filter(({ link }) => link === 'acted').length
  const derived = records.length - acted
  const names = new Map(records.map(({ id, key }) => [id, key ?? shortId(id)]))
  const columns: Column<Tainted>[] = [
    { title: 'ID', cell: ({ id }) => shortId(id), paint: screen.paint.dim },
    { title: 'KEY', cell: ({ key }) => key ?? '' },
    { title: 'VALUE', cell: said => (said.value === null ? '' : saidLine(said)), flexible: true },
    {
      title: 'STATUS',
      cell: ({ retracted }) => (retracted ? 'retracted' : 'stands'),
      paint: text => (text === 'stands' ? screen.paint.red(text) : screen.paint.green(text)),
    },
    { title: 'HOW', cell: ({ link }) => (link === 'acted' ? 'acted on it' : 'derived') },
    {
      title: 'FROM',
      cell: ({ path, steps }) => {
        const way = path.map(({ from }) => names.get(from) ?? shortId(from)).join(' > ')
        return steps > path.length ? `… > ${way}` : way
      },
      flexible: true,
    },
    { title: 'BY', cell: ({ path }) => path.at(-1)?.by?.agent ?? '' },
    { title: 'WHEN', cell: ({ path }) => ago(path.at(-1)?.by?.at ?? '', screen.now) },
  ]
  const also = acted === 0 ? '' : `, and ${count(acted, 'was', 'were')} written by those who acted on it`
  const head = `${derived === 0 ? 'nothing was' : count(derived, 'memory was', 'memories were')} derived from ${root}${also}\n`
  return `${head}${table(columns, records, screen)}`
}

const WHAT: { readonly [status in Stale['status']]: string } = {
  superseded: 'which is superseded',
  conflict: 'which is in dispute',
  retracted: 'which is retracted',
  erased: 'which is erased',
  unknown: 'which is not known here',
}

/** A line for each entry that does not stand any more. */
export function staleLines(stale: readonly Stale[], now: number): string {
  return stale
    .map(({ entry, status, record, key, by, value, caution }) => {
      const of = record === null ? '' : ` of ${oneLine(key ?? shortId(record))}`
      const since = by === null ? '' : ` by ${oneLine(by.agent)} ${ago(by.at, now)}`
      const instead =
        status === 'superseded' || status === 'conflict' ? `: ${saidLine({ value, caution })}` : ''
      return `${shortId(entry)}${of}, ${WHAT[status]}${since}${instead}\n`
    })
    .join('')
}
