/** Whether there is an answer to a question about the past. */
import { type AsOf, type DocumentRow, NotFoundError, UsageError } from '@folkmoot/core'
import type { DiffSide } from './beliefs/diff-side.ts'
import type { Sight } from './sight.ts'

/** Digits of a hash that are enough to recognise it. */
const SHOWN_DIGITS = 12

/** Of an entry that is not here nobody can tell what was believed then. @throws NotFoundError */
export function checkKnown(at: AsOf | undefined, row: DocumentRow, sight: Pick<Sight, 'entry'>): void {
  if (at === undefined || typeof at === 'number') return
  const unknown = at.find(entry => sight.entry(entry)?.document !== row.id)
  if (unknown !== undefined)
    throw new NotFoundError(`entry ${unknown.slice(0, SHOWN_DIGITS)} in the history of ${row.key ?? row.id}`)
}

/** @throws UsageError */
export function checkNotAhead(side: DiffSide, nowMs: number): void {
  if (side === 'here' || !('at' in side) || side.at <= nowMs) return
  const when = Number.isFinite(new Date(side.at).getTime())
    ? new Date(side.at).toISOString()
    : String(side.at)
  throw new UsageError(`${when} lies ahead: nobody can tell what will be believed then`)
}
