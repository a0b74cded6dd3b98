import type { DocumentRow, Json } from '@folkmoot/core'
import { cautionFor, type Listener } from './caution.ts'
import { claimed, claimOf } from './claims.ts'
import type { Belief } from './reports.ts'
import { checkedIn, isOutdated } from './verification.ts'

/**
 * How far a memory is to be trusted.
 * @param value the effective one
 */
export function beliefOf(row: DocumentRow, value: Json, listener: Listener): Omit<Belief, 'stale'> {
  const said = claimed(row)
  return {
    claim: said === undefined || isOutdated(row, said, value) ? null : claimOf(said.value),
    ...checkedIn(row, value, listener.members),
    caution: cautionFor(row, listener),
  }
}
