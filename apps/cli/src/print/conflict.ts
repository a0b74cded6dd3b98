import type { Client, Result } from '@folkmoot/gateway/client'
import { oneLine } from './clean.ts'
import { statusText } from './memory.ts'
import type { Screen } from './screen.ts'
import { table } from './table.ts'
import { ago, shortId, shortNode, valueLine } from './words.ts'

export type Conflict = Result<'conflict'>

/** The names of nodes, for those who read. */
export type Names = ReadonlyMap<string, string>

export async function fetchNames(client: Client): Promise<Names> {
  const [self, peers] = await Promise.all([client.call('whoami', {}), client.call('peers', {})])
  return new Map([self, ...peers].map(({ node, name }) => [node, name]))
}

interface Author {
  readonly node: string
  readonly agent: string
  readonly at: string
  readonly entry: string
}

/** Both values, who wrote each and when, and what to type to settle it. */
export function conflictText(conflict: Conflict, names: Names, screen: Screen): string {
  const { id, key, record, scope, status, candidates } = conflict
  const { paint } = screen
  const title = `${paint.bold(oneLine(key ?? shortId(record)))} in ${oneLine(scope)}`
  const said = candidates.map((candidate, i) => {
    const author = authorText(candidate, names, screen)
    return `  [${i + 1}] ${paint.bold(valueLine(candidate.value))}\n      ${author}\n`
  })
  const settled = resolutionText(conflict, names, screen)
  const advice = status === 'resolved' ? '' : adviceText(id, candidates.length, paint.dim)
  return `${title}: ${statusText(status, screen)}\n${said.join('')}${settled}${advice}`
}

function authorText(by: Author, names: Names, { now, paint }: Screen): string {
  const name = names.get(by.node) ?? shortNode(by.node)
  return `said by ${oneLine(by.agent)} (${oneLine(name)}) ${ago(by.at, now)} ${paint.dim(shortId(by.entry))}`
}

function resolutionText({ resolution }: Conflict, names: Names, screen: Screen): string {
  if (resolution === null) return ''
  const { kind, value, reason } = resolution
  const verb = { pick: 'picked', value: 'settled as', defer: 'put off', overwrite: 'overwritten with' }[kind]
  const what = kind === 'defer' ? '' : ` ${screen.paint.bold(valueLine(value))}`
  const because = reason === null ? '' : `\n      because ${oneLine(reason)}`
  const author = authorText(resolution, names, screen).replace(/^said /, '')
  return `  ${verb}${what}\n      ${author}${because}\n`
}

/** The first digits of the record's id are enough to find it. */
function shortConflict(id: string): string {
  const dot = id.indexOf('.')
  return oneLine(dot < 0 ? id : `${shortId(id.slice(0, dot))}${id.slice(dot)}`)
}

function adviceText(id: string, candidates: number, dim: (text: string) => string): string {
  const picks = Array.from({ length: candidates }, (_, i) => i + 1).join('|')
  const ways = [`--pick ${picks}`, '--value TEXT', '--defer']
  return `${dim('settle it with')}\n${ways.map(way => `  moot resolve ${shortConflict(id)} ${way}\n`).join('')}`
}

export function conflictTable(conflicts: readonly Conflict[], screen: Screen): string {
  return table(
    [
      { title: 'CONFLICT', cell: ({ id }) => shortConflict(id) },
      { title: 'KEY', cell: ({ key }) => key ?? '' },
      { title: 'STATUS', cell: ({ status }) => status, paint: status => statusText(status, screen) },
      {
        title: 'VALUES',
        cell: ({ candidates }) => candidates.map(({ value }) => valueLine(value)).join(' | '),
        flexible: true,
      },
      { title: 'SCOPE', cell: ({ scope }) => scope },
      { title: 'SINCE', cell: ({ candidates }) => ago(candidates.at(-1)?.at ?? '', screen.now) },
    ],
    conflicts,
    screen,
  )
}
