/** What a batch of work brought, in the words of `watch`. */
import { type Changed, type DocumentRow, type Member, type News, statusAt } from '@folkmoot/core'
import type { ChangeEvent } from './api.ts'
import type { ConflictReport } from './conflict-reports.ts'
import { conflictTurn } from './conflict-turn.ts'
import { authorship, type Members } from './present.ts'
import type { Reader } from './reader.ts'
import type { Sight } from './sight.ts'

/** One thing that came to pass. Every watcher puts it in words itself, as it may see it. */
export type Happening = { readonly changed: Changed } | { readonly admitted: Member }

export function happeningsIn({ admitted, changed }: News): Happening[] {
  return [...admitted.map(member => ({ admitted: member })), ...changed.map(one => ({ changed: one }))]
}

/** Nothing, if it is not for the eyes of this principal. */
export function changeEvents(
  happening: Happening,
  { sight, reader, members }: { sight: Sight; reader: Reader; members: Members },
): ChangeEvent[] {
  if ('admitted' in happening) {
    const { node, at, entry } = happening.admitted
    const by = authorship(members, node, at, entry)
    return [{ event: 'member:admitted', id: node, scope: '', memory: null, conflict: null, by }]
  }
  const { before, after, entry } = happening.changed
  const mayRead =
    sight.mayRead(after) &&
    // An erased row says nothing any more of who had a part in it; that it was there is also not for everybody.
    (before === undefined || !after.erased || sight.mayRead(before)) &&
    sight.mayRead({ scope: after.scope, authors: [entry.node], contributors: [], resources: [] })
  return mayRead ? eventsOf(happening.changed, reader, members) : []
}

/** Emitted once for a row that changed, and once more for each conflict that took a turn with it. */
function eventsOf({ before, after, entry }: Changed, reader: Reader, members: Members): ChangeEvent[] {
  const memory = reader.memory(after)
  const by = authorship(members, entry.node, entry.at, entry.hash)
  const event = (
    name: ChangeEvent['event'],
    id: string,
    conflict: ConflictReport | null = null,
  ): ChangeEvent => ({
    ...{ event: name, id, scope: after.scope, memory, conflict, by },
  })
  const reports = after.conflicts.length === 0 ? [] : reader.conflictsOf(after)
  const turns = reports.flatMap(report => {
    const nowMs = reader.now()
    const turn = conflictTurn(standing(before, report.id, nowMs), standing(after, report.id, nowMs))
    return turn === null ? [] : event(`conflict:${turn}`, report.id, report)
  })
  return [event('record:changed', after.id), ...turns]
}

function standing(row: DocumentRow | undefined, id: string, nowMs: number) {
  const conflict = row?.conflicts.find(one => one.id === id)
  return conflict === undefined ? 'none' : statusAt(conflict, nowMs)
}
