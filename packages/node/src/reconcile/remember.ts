import type { Judge } from '@folkmoot/arbiter'
import { FolkmootError, type ScopeAddress } from '@folkmoot/core'
import type { Progress, Written } from '../api.ts'
import { RefusedItemError } from '../refused-item-error.ts'
import type { View } from '../view.ts'
import type { Remembered } from '../write-options.ts'
import { checkJudge } from './decide.ts'
import { reconcile } from './reconcile.ts'
import { Turns } from './turns.ts'

/** What a node reconciles with. */
export interface ReconcileParts {
  readonly judge?: Judge | undefined
  /** A node that arbitrates has one budget and one breaker for all that it asks, whichever judge is asked. */
  readonly arbitration?: { budgeted(judge: Judge, scope: ScopeAddress): Judge } | undefined
  /** Shared by all who write through this node. */
  readonly turns?: Turns | undefined
}

/** As it is said, or after it was held against what is remembered. */
export async function remember(
  { judge, arbitration, turns = new Turns() }: ReconcileParts,
  view: View,
  item: Remembered,
): Promise<Written> {
  const { reconcile: by = false, ...rest } = item
  const judgeIn = (scope: ScopeAddress) => judge && (arbitration?.budgeted(judge, scope) ?? judge)
  return by === false ? view.writer.remember(rest) : reconcile({ view, judgeIn, turns }, rest, by)
}

/**
 * All or nothing, as far as can be told beforehand: every item is checked first, against what is remembered then.
 * One after the other if any is to be reconciled: it may be about one before it. A disk that fails in between, a model
 * that stops answering, a right that is taken away: then those before it are kept, and the history tells of them.
 * @throws RefusedItemError for the first that cannot be kept; nothing was written
 */
export async function rememberMany(
  parts: ReconcileParts,
  view: View,
  items: readonly Remembered[],
  onProgress: Progress = () => {},
): Promise<Written[]> {
  checkJudges(parts, items)
  await view.writer.checkAll(items)
  if (!items.some(item => (item.reconcile ?? false) !== false))
    return view.writer.rememberMany(items, onProgress)
  const results: Written[] = []
  for (const item of items) {
    results.push(await remember(parts, view, item))
    onProgress(results.length, items.length)
  }
  return results
}

/** @throws RefusedItemError */
function checkJudges({ judge }: ReconcileParts, items: readonly Remembered[]): void {
  for (const [i, { reconcile: by = false }] of items.entries()) {
    try {
      if (by !== false) checkJudge(by, judge)
    } catch (error) {
      throw error instanceof FolkmootError ? new RefusedItemError(i, error) : error
    }
  }
}
