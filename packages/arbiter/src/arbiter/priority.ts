import type { OpenConflict } from './docket.ts'

const DAY_MS = 24 * 3_600_000
/** A conflict that is a day old goes before the most important one that just came: none waits for ever. */
const AGE_MAX = 1

/** Which conflict is judged first: importance (0 to 1) and age in days, capped. Higher goes first. */
export function priorityOf(
  { importance, since }: Pick<OpenConflict, 'importance' | 'since'>,
  nowMs: number,
): number {
  const days = (nowMs - since) / DAY_MS
  return importance + Math.min(AGE_MAX, Math.max(0, days))
}

/** The same order on every node. */
export function byPriority(nowMs: number) {
  return (a: Pick<OpenConflict, 'id' | 'importance' | 'since'>, b: typeof a): number =>
    priorityOf(b, nowMs) - priorityOf(a, nowMs) || (a.id < b.id ? -1 : 1)
}
