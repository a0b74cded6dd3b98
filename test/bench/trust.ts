/**
 * What grants and encryption cost: the same work in a sealed mesh with a hundred grants, and in one that is neither
 * sealed nor has any grant but those that it cannot do without. The two take turns, so that a change of the machine's
 * speed hits both alike.
 */
import { median, spread } from './statistics.ts'
import { catchUp, type MeshOptions, singles } from './tasks.ts'

/** What is asked for: trust may cost so much more time. */
export const TRUST_RATIO_MAX = 1.3

const ON: MeshOptions = { sealed: true, grants: 100 }
const OFF: MeshOptions = { sealed: false }

export interface TrustCost {
  readonly what: 'writes' | 'catch-up'
  /** Records per second of each round. */
  readonly on: readonly number[]
  readonly off: readonly number[]
  /** How much longer it takes with trust, from the medians. */
  readonly ratio: number
}

export interface TrustOptions {
  readonly writes: number
  readonly records: number
  readonly rounds: number
}

export async function trustTask({ writes, records, rounds }: TrustOptions): Promise<readonly TrustCost[]> {
  return [
    await sideBySide('writes', rounds, mesh => singles(writes, mesh)),
    await sideBySide('catch-up', rounds, async mesh => (await catchUp(records, mesh)).perSecond),
  ]
}

async function sideBySide(
  what: TrustCost['what'],
  rounds: number,
  measure: (mesh: MeshOptions) => Promise<number>,
): Promise<TrustCost> {
  const on: number[] = []
  const off: number[] = []
  for (let round = 0; round < rounds; round++) {
    // Whoever goes first finds the machine as the other left it.
    if (round % 2 === 0) on.push(await measure(ON))
    off.push(await measure(OFF))
    if (round % 2 === 1) on.push(await measure(ON))
  }
  return { what, on, off, ratio: median(off) / median(on) }
}

/** One line for people. */
export function trustLine({ on, off, ratio }: TrustCost): string {
  const verdict = ratio <= TRUST_RATIO_MAX ? '' : `, over ${TRUST_RATIO_MAX}`
  return `${spread(on)} with, ${spread(off)} without: ${ratio.toFixed(2)}x${verdict}`
}
