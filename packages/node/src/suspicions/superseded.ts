/**
 * What a judged suspicion means for the memory that lost: another stands in its place. Nothing is written into the
 * memory but which suspicion was judged against it, so that taking the judgement back is enough to have it again.
 */
import { type DocumentId, type DocumentRow, JUDGED, SUSPICION } from '@folkmoot/core'
import { latest } from './comparable.ts'
import { type Link, linksOf } from './links.ts'
import { isAbout, suspicionOf } from './suspicion-note.ts'

/** Finds what may be read: what may not stands in nobody's place. */
export type RowOf = (id: DocumentId) => DocumentRow | undefined

/** Steps from winner to winner that are followed, to see whether they go round in a circle. */
const STEPS_MAX = 32

/** Judgements against one memory that are looked at. */
const JUDGED_MAX = 64

const ID = /^[0-9a-f]{32}$/

/** The memory that stands in the place of this one, if any. */
export function supersededBy(rowOf: RowOf, row: DocumentRow): DocumentId | undefined {
  return winnersOver(rowOf, row).find(winner => !leadsTo(rowOf, winner, row.id))?.id
}

/** How a memory stands to others that may be read. */
export function relationsOf(
  rowOf: RowOf,
  row: DocumentRow,
): { links: readonly Link[]; supersededBy: DocumentId | null } {
  const links = linksOf(row).filter(({ id }) => rowOf(id)?.erased === false)
  return { links, supersededBy: supersededBy(rowOf, row) ?? null }
}

/** Memories that a judgement picked over this one as it is now, and that still say something. */
function winnersOver(rowOf: RowOf, row: DocumentRow): readonly DocumentRow[] {
  if (row.erased) return []
  return (row.sets[JUDGED] ?? []).slice(0, JUDGED_MAX).flatMap(id => {
    const note = ID.test(id) ? rowOf(id as DocumentId) : undefined
    const winner = note && winnerIn(rowOf, note, row)
    return winner !== undefined && stands(winner) ? winner : []
  })
}

/** What either says since then nobody has judged. */
function winnerIn(rowOf: RowOf, note: DocumentRow, loser: DocumentRow): DocumentRow | undefined {
  const suspicion = suspicionOf(note)
  const resolution = note.conflicts.find(({ register }) => register === SUSPICION)?.resolution
  if (suspicion === undefined || resolution?.kind !== 'pick' || resolution.pick === null) return undefined
  const { records } = suspicion
  const id = records[resolution.pick - 1]
  if (id === undefined || id === loser.id || !records.includes(loser.id)) return undefined
  const winner = rowOf(id)
  const [one, other] = records[0] === id ? [winner, loser] : [loser, winner]
  return one !== undefined && other !== undefined && isAbout(suspicion, [one, other]) ? winner : undefined
}

function stands(row: DocumentRow): boolean {
  return !row.erased && latest(row, 'content') !== null
}

/** Of memories that were picked over each other in a circle none is hidden: something has to be left. */
function leadsTo(rowOf: RowOf, from: DocumentRow, to: DocumentId): boolean {
  const seen = new Set<DocumentId>([from.id])
  const open = [from]
  for (let row = open.pop(); row !== undefined && seen.size <= STEPS_MAX; row = open.pop()) {
    for (const winner of winnersOver(rowOf, row)) {
      if (winner.id === to) return true
      if (!seen.has(winner.id)) open.push(winner)
      seen.add(winner.id)
    }
  }
  return false
}
