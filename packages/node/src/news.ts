/** What a batch of work brought, in the words of `watch`. */
import type { Changed, Conflict, DocumentRow, Member, News } from '@folkmoot/core'
import type { ChangeEvent } from './api.ts'
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
    return [{ event: 'member:admitted', id: node, scope: '', memory: null, by }]
  }
  const { before, after, entry } = happening.changed
  const mayRead =
    sight.mayRead(after) &&
    // An erased row says nothing any more of who had a part in it; that it was there is also not for everybody.
    (before === undefined || !after.erased || sight.mayRead(before)) &&
    sight.mayRead({ scope: after.scope, authors: [entry.node], contributors: [], resources: [] })
  return mayRead ? eventsOf(happening.changed, reader, members) : []
}

/** Emitted once for a row that changed, and once more for each conflict that began or ended with it. */
function eventsOf({ before, after, entry }: Changed, reader: Reader, members: Members): ChangeEvent[] {
  const memory = reader.memory(after)
  const by = authorship(members, entry.node, entry.at, entry.hash)
  const event = (name: ChangeEvent['event'], id: string): ChangeEvent => ({
    event: name,
    id,
    scope: after.scope,
    memory,
    by,
  })
  const turns = after.conflicts.flatMap(conflict => {
    const was = conflictIn(before, conflict)
    if (isOpen(conflict) && !isOpen(was)) return event('conflict:opened', conflict.id)
    if (!isOpen(conflict) && isOpen(was)) return event('conflict:resolved', conflict.id)
    return []
  })
  return [event('record:changed', after.id), ...turns]
}

function conflictIn(row: DocumentRow | undefined, { id }: Conflict): Conflict | undefined {
  return row?.conflicts.find(conflict => conflict.id === id)
}

function isOpen(conflict: Conflict | undefined): boolean {
  return conflict !== undefined && conflict.status !== 'resolved'
}
