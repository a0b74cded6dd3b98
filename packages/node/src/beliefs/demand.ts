/** What a reader demands of memories, beside what the storage can look up. */
import { UsageError } from '@folkmoot/core'
import { checkClaim } from './claims.ts'
import type { Belief, Demand } from './reports.ts'

type Judged = Pick<Belief, 'verified' | 'claim' | 'caution'> & { readonly confidence: number | null }

/** @throws UsageError */
export function checkDemand({ minConfidence, claim }: Demand): void {
  checkClaim(claim)
  if (minConfidence !== undefined && !(minConfidence >= 0 && minConfidence <= 1))
    throw new UsageError('minConfidence is between 0 and 1')
}

export function meets(memory: Judged, { verified, minConfidence, claim }: Demand): boolean {
  return (
    (verified !== true || memory.verified) &&
    (minConfidence === undefined || isSure(memory.confidence, minConfidence)) &&
    (claim === undefined || memory.claim === claim)
  )
}

/**
 * As `meets`; and nobody comes across what another agent wants done who did not ask for it. What somebody says plainly is
 * not taken out of sight by another one who calls it a directive: it comes with the caution.
 */
export function isOffered(memory: Judged, demand: Demand): boolean {
  const isOrder = memory.claim === 'directive' && memory.caution !== null
  return meets(memory, demand) && (!isOrder || demand.claim === 'directive')
}

function isSure(confidence: number | null, least: number): boolean {
  return confidence !== null && confidence >= least && confidence <= 1
}

/** The first `limit` that are wanted; of what is given one by one, no more is taken. */
export function firstWanted<Item>(
  limit: number,
  items: Iterable<Item>,
  isWanted: (item: Item) => boolean,
): Item[] {
  const wanted: Item[] = []
  if (limit <= 0) return wanted
  for (const item of items) {
    if (isWanted(item)) wanted.push(item)
    if (wanted.length >= limit) break
  }
  return wanted
}
