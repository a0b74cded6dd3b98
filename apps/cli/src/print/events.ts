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
      { title: 'DID', cell: ({ op }) => op },
      {
        title: 'VALUE',
        cell: said => (said.value === null && said.op !== 'retract' ? '' : saidLine(said)),
        flexible: true,
      },
      { title: 'BECAUSE', cell: because, flexible: true },
      { title: 'ENTRY', cell: ({ entry }) => shortId(entry), paint: screen.paint.dim },
    ],
    events,
    screen,
  )
}

/** What was decided about it first, if anything was. */
function because({ reason, decision, caution }: Event): string {
  const decided = decision === undefined ? '' : `${decision.op} by ${decision.by}: ${decision.reason}`
  return [reason ?? '', decided].flatMap(part => (part === '' ? [] : marked(part, caution))).join('; ')
}
