import type { Conflict } from '@folkmoot/core'

/** What becomes of a disagreement, as `watch` tells it. */
export type ConflictTurn = 'opened' | 'claimed' | 'resolved' | 'deferred' | 'reopened'

/** Where a disagreement stands; `none` before it begins, and after what was disputed is gone. */
export type ConflictStanding = Conflict['status'] | 'none'

/**
 * Every from x to. What a row says first may be far on in its life, when much arrives at once: then it is told as far
 * as it has come. A claim that runs out, or that a new value makes worthless, is not told.
 */
const TURNS: {
  readonly [from in ConflictStanding]: { readonly [to in ConflictStanding]: ConflictTurn | null }
} = {
  none: { none: null, open: 'opened', claimed: 'opened', deferred: 'deferred', resolved: 'resolved' },
  open: { none: null, open: null, claimed: 'claimed', deferred: 'deferred', resolved: 'resolved' },
  claimed: { none: null, open: null, claimed: null, deferred: 'deferred', resolved: 'resolved' },
  deferred: { none: null, open: 'reopened', claimed: 'reopened', deferred: null, resolved: 'resolved' },
  resolved: { none: null, open: 'reopened', claimed: 'reopened', deferred: 'deferred', resolved: null },
}

export function conflictTurn(from: ConflictStanding, to: ConflictStanding): ConflictTurn | null {
  return TURNS[from][to]
}
