import type { Result } from '@folkmoot/gateway/client'
import { marked, saidLine } from './said.ts'
import type { Screen } from './screen.ts'
import { table } from './table.ts'
import { ago, shortId } from './words.ts'

type Event = Result<'history'>[number]

/** Oldest first, a line each. */
export function eventTable(events: readonly Event[], screen: Screen): string {
  if (events.length === 0) return 'nothing was said\n'
  return table(
    [
      { title: 'WHEN', cell: ({ at }) => ago(at, screen.now) },
      { title: 'BY', cell: ({ agent }) => agent },
      { title: 'DID', cell: event => `${deedText(event.op, event.settlement)}${undoneText(event)}` },
      {
        title: 'VALUE',
        cell: said =>
          said.value === null && said.op !== 'retract'
            ? (fateOf(said.op) ?? tookBackText(said))
            : saidLine(said),
        flexible: true,
      },
      { title: 'BECAUSE', cell: because, flexible: true },
      { title: 'ENTRY', cell: ({ entry }) => shortId(entry), paint: screen.paint.dim },
    ],
    events,
    screen,
  )
}

const FATES: { readonly [op in Event['op']]?: string } = {
  erased: '(destroyed)',
  cut: '(does not count: its log was cut before it)',
  sealed: '(its key is not here)',
}

/** What has become of an entry of which nothing is left to be told but who wrote it, and when. */
export function fateOf(op: Event['op']): string | undefined {
  return FATES[op]
}

/** What an entry did, as far as that can be told; of a settlement, in which way. */
export function deedText(op: Event['op'], settlement: Event['settlement'] = null): string {
  if (fateOf(op) !== undefined) return '?'
  const kind = op === 'resolve' ? settlement?.kind : undefined
  // Their values say it already: another one, or several with their conditions.
  return kind === undefined || kind === 'value' || kind === 'context' ? op : kind
}

/** What is said beside a settlement that does not count any more. */
export function undoneText({ takenBackBy }: Pick<Event, 'takenBackBy'>): string {
  return takenBackBy === undefined ? '' : ' (taken back)'
}

/** The settlements that an entry took back; empty if it did not. */
export function tookBackText({ tookBack = [] }: Pick<Event, 'tookBack'>): string {
  return tookBack.length === 0 ? '' : `takes back ${tookBack.map(shortId).join(', ')}`
}

/** What was decided about it first, if anything was. */
function because({ reason, decision, caution }: Event): string {
  const decided = decision === undefined ? '' : `${decision.op} by ${decision.by}: ${decision.reason}`
  return [reason ?? '', decided].flatMap(part => (part === '' ? [] : marked(part, caution))).join('; ')
}
