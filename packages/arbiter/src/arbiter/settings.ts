/** What an arbiter goes by, and why each bound is what it is. */
import { CLAIM_MS_MAX, type NodeId, UsageError } from '@folkmoot/core'

/** Milliseconds, all of them. */
export interface Times {
  /** What each place in the order of arbiters waits longer than the one before it. */
  readonly claimStep: number
  /** How long a claim holds. It is never renewed. */
  readonly lease: number
  /** The most that one judgement may take. */
  readonly judgement: number
  /** A claim of one's own that was found holds for at least this long, or is left to run out. */
  readonly goOn: number
  /** Before a conflict is tried again after its first failure; doubles with each, up to `retryMax`. */
  readonly retry: number
  readonly retryMax: number
  /** How long the judge is left alone after failures in a row; doubles with each round, up to `pauseMax`. */
  readonly pause: number
  readonly pauseMax: number
}

/** Calls and tokens of one sliding hour; null for no limit. */
export interface Budget {
  readonly calls: number | null
  readonly tokens: number | null
  /** For each scope on its own. */
  readonly scopeCalls: number | null
  readonly scopeTokens: number | null
}

export interface Settings {
  readonly node: NodeId
  /** Without one, what is the arbiter's to decide stays visible. */
  readonly hasJudge: boolean
  /** Judgements under way at once. */
  readonly concurrency: number
  readonly budget: Budget
  readonly times: Times
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/**
 * A claim is with every connected node after one gossip, which takes tens of milliseconds on a local network and some
 * hundreds around the world: who waits half a second has heard of it. A judge with a large local model and its retries
 * takes minutes; the lease leaves one more for writing the verdict down, and is half of what core believes of a claim.
 */
export const TIMES: Times = {
  claimStep: 500,
  lease: CLAIM_MS_MAX / 2,
  judgement: 4 * MINUTE_MS,
  // What a model of middling speed takes: with less left, the call would be for nothing.
  goOn: MINUTE_MS,
  retry: MINUTE_MS / 2,
  // A conflict that no model can judge costs four calls a day.
  retryMax: 6 * HOUR_MS,
  pause: MINUTE_MS / 2,
  // An endpoint that is down for a night costs four calls an hour.
  pauseMax: 15 * MINUTE_MS,
}

/** With less, a claim would be over before every arbiter has had its turn to see it. */
const LEASE_MS_MIN = 2 * TIMES.claimStep

/**
 * For claims of another length. A judgement takes no more than four fifths, so that there is time to write the verdict
 * down while the claim holds.
 */
export function timesFor(lease: number): Pick<Times, 'lease' | 'judgement' | 'goOn'> {
  const fifth = Math.floor(lease / 5)
  return { lease, judgement: 4 * fifth, goOn: Math.min(TIMES.goOn, fifth) }
}

/** One judgement goes on while another is waited for; more would crowd a small local model. */
export const CONCURRENCY = 2

export const NO_LIMITS: Budget = { calls: null, tokens: null, scopeCalls: null, scopeTokens: null }

/** Places beyond wait no longer: with so many arbiters some will collide, which costs a call and no more. */
export const PLACE_MAX = 20

/** What rules decide is handed to the disk in portions: enough to fill its transactions, few enough to leave room. */
export const RULINGS_AT_ONCE = 2000

/** Calls that may fail one after the other before the judge is left alone: one may be chance. */
export const FAILURES_MAX = 3

/** @throws UsageError */
export function checkSettings({ concurrency, budget, times }: Omit<Settings, 'node' | 'hasJudge'>): void {
  const { lease } = times
  if (!Number.isSafeInteger(lease) || lease < LEASE_MS_MIN || lease > CLAIM_MS_MAX)
    throw new UsageError(`a claim holds for ${LEASE_MS_MIN} to ${CLAIM_MS_MAX} ms, not ${lease}`)
  if (!Number.isSafeInteger(concurrency) || concurrency < 1)
    throw new UsageError(`an arbiter judges at least 1 conflict at once, not ${concurrency}`)
  for (const [name, limit] of Object.entries(budget)) {
    if (limit !== null && !(Number.isSafeInteger(limit) && limit >= 0))
      throw new UsageError(`the budget of ${name} is a whole number, not ${limit}`)
  }
}
