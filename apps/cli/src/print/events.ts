import type { Result } from '@folkmoot/gateway/client'
import type { Screen } from './screen.ts'
import { table } from './table.ts'
import { ago, shortId, valueLine } from './words.ts'

type Event = Result<'history'>[number] | Result<'why'>[number]

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
        cell: ({ op, value }) => (value === null && op !== 'retract' ? '' : valueLine(value)),
        flexible: true,
      },
      { title: 'BECAUSE', cell: ({ reason }) => reason ?? '', flexible: true },
      {
        title: 'STATUS',
        cell: event => ('status' in event && event.status !== 'applied' ? event.status : ''),
        paint: screen.paint.yellow,
      },
      { title: 'ENTRY', cell: ({ entry }) => shortId(entry), paint: screen.paint.dim },
    ],
    events,
    screen,
  )
}
