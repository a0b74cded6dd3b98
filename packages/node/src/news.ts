/** What a batch of work brought, in the words of `watch`. */
import type { Changed, Conflict, DocumentRow, News, Replica } from '@folkmoot/core'
import type { ChangeEvent } from './api.ts'
import { authorship } from './present.ts'
import type { Reader } from './reader.ts'

export function changeEvents(news: News, replica: Replica, reader: Reader): ChangeEvent[] {
  const admitted = news.admitted.map(({ node, at, entry }): ChangeEvent => {
    const by = authorship(replica.membership, node, at, entry)
    return { event: 'member:admitted', id: node, scope: '', memory: null, by }
  })
  return [...admitted, ...news.changed.flatMap(change => eventsOf(change, replica, reader))]
}

/** Emitted once for a row that changed, and once more for each conflict that began or ended with it. */
function eventsOf({ before, after, entry }: Changed, replica: Replica, reader: Reader): ChangeEvent[] {
  const memory = reader.memory(after)
  const by = authorship(replica.membership, entry.node, entry.at, entry.hash)
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
