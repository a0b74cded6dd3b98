import { type DocumentRow, facetsOf, type Statement } from '@folkmoot/core'
import { latest } from '../suspicions/comparable.ts'

/** True if the memory would be hidden earlier than now if it took the statement in. */
export function wouldShorten(row: DocumentRow, { registers = {} }: Statement): boolean {
  const { expiresAt = latest(row, 'expiresAt'), pinned = latest(row, 'pinned') } = registers
  const after = typeof expiresAt === 'number' && pinned !== true ? expiresAt : Number.POSITIVE_INFINITY
  return after < (facetsOf(row).expiresAt ?? Number.POSITIVE_INFINITY)
}
