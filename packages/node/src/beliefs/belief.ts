import type { DocumentRow, Json } from '@folkmoot/core'
import { cautionFor, type Listener } from './caution.ts'
import { claimOfAll } from './claims.ts'
import type { Belief } from './reports.ts'
import { confidenceIn, statementsFor } from './said-of.ts'
import { checkedIn } from './verification.ts'

/**
 * How far a memory is to be trusted.
 * @param value the effective one
 */
export function beliefOf(
  row: DocumentRow,
  value: Json,
  listener: Listener,
): Omit<Belief, 'stale'> & { readonly confidence: number | null } {
  const { changeAt } = listener
  const statements = statementsFor(row, value)
  return {
    confidence: confidenceIn(row, statements, changeAt),
    claim: claimOfAll(row, statements, changeAt),
    ...checkedIn(row, value, listener),
    caution: cautionFor(row, listener, value),
  }
}
