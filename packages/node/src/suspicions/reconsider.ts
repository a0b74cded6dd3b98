import type { DocumentRow } from '@folkmoot/core'
import { comparable, textOf } from './comparable.ts'
import { compareWithNeighbours } from './compare.ts'
import { eraseNotes } from './erase-notes.ts'
import { linksOf } from './links.ts'
import { neighboursOf, subjectOf } from './neighbours.ts'
import {
  cutUntrue,
  type Recorded,
  type Recording,
  recordFindings,
  withdrawUntrue,
} from './record-findings.ts'

/**
 * Brings what is written down about a memory up to date with what it says now.
 * @param before the memory as it was, if it was there: others may still be linked to what it said then
 * @param notes the suspicions about it, for whoever knows them already
 */
export async function reconsider(
  view: Recording,
  row: DocumentRow,
  before?: DocumentRow,
  notes?: readonly DocumentRow[],
): Promise<Recorded & { readonly withdrawn: number }> {
  if (row.erased && view.sight.mayWrite(row.scope)) {
    const erased = await eraseNotes(view, row)
    return { suspicions: 0, links: 0, withdrawn: erased.length }
  }
  const withdrawn = await withdrawUntrue(view, row, notes)
  for (const other of linkedTo(view, row, before)) await cutUntrue(view, other)
  return { ...(await recordFindings(view, compareWithNeighbours(view, row))), withdrawn }
}

/** Memories near to what it said that are linked to it. */
function linkedTo(
  { sight, reader }: Recording,
  row: DocumentRow,
  before?: DocumentRow,
): readonly DocumentRow[] {
  const nowMs = reader.now()
  const content = before && comparable(before, nowMs)
  if (before === undefined || content === undefined) return []
  return neighboursOf(sight, subjectOf(before, textOf(content.value)), nowMs).filter(other =>
    linksOf(other).some(({ id }) => id === row.id),
  )
}
