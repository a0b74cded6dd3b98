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

/** As `meets`; and nobody comes across what another agent wants done who did not ask for it. */
export function isOffered(memory: Judged, demand: Demand): boolean {
  return meets(memory, demand) && (memory.caution === null || demand.claim === 'directive')
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

/** How much more is read when too little of it was what is wanted: few questions, and little read in vain. */
const GROWTH = 4

/**
 * The first `limit` that are wanted, of a question that can only be asked for more and more of its answers.
 * @param read the first so many, or all if there are fewer
 */
export function gather<Item>(
  limit: number,
  read: (count: number) => readonly Item[],
  isWanted: (item: Item) => boolean,
): Item[] {
  for (let count = limit; ; count *= GROWTH) {
    const found = read(count)
    const wanted = found.filter(isWanted)
    if (wanted.length >= limit || found.length < count) return wanted.slice(0, limit)
  }
}
