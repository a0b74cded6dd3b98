import type { Judge } from '@folkmoot/arbiter'
import type { ScopeAddress } from '@folkmoot/core'
import type { Progress, Written } from '../api.ts'
import type { View } from '../view.ts'
import type { Remembered } from '../writer.ts'
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
export function remember(
  { judge, arbitration, turns = new Turns() }: ReconcileParts,
  view: View,
  item: Remembered,
): Promise<Written> {
  const { reconcile: by, ...rest } = item
  const judgeIn = (scope: ScopeAddress) => judge && (arbitration?.budgeted(judge, scope) ?? judge)
  return by === undefined ? view.writer.remember(rest) : reconcile({ view, judgeIn, turns }, rest, by)
}

/** One after the other if any is to be reconciled: it may be about one before it. */
export async function rememberMany(
  parts: ReconcileParts,
  view: View,
  items: readonly Remembered[],
  onProgress: Progress = () => {},
): Promise<Written[]> {
  if (!items.some(item => item.reconcile !== undefined)) return view.writer.rememberMany(items, onProgress)
  const results: Written[] = []
  for (const item of items) {
    results.push(await remember(parts, view, item))
    onProgress(results.length, items.length)
  }
  return results
}
