import { TICK_MAX } from './limits.ts'

/** Hybrid logical time: milliseconds since 1970 and a counter within one millisecond. */
export interface HybridTime {
  readonly at: number
  readonly tick: number
}

export const TIME_ZERO: HybridTime = { at: 0, tick: 0 }

export function compareTime(a: HybridTime, b: HybridTime): number {
  return a.at - b.at || a.tick - b.tick
}

/**
 * The next time after `last`, at or after `nowMs`: never goes back, so that order by time agrees with causality.
 * Kulkarni et al., "Logical Physical Clocks" (2014), with the receive rule folded in by passing the latest time
 * seen as `last`.
 */
export function nextTime(last: HybridTime, nowMs: number): HybridTime {
  if (nowMs > last.at) return { at: nowMs, tick: 0 }
  return last.tick < TICK_MAX ? { at: last.at, tick: last.tick + 1 } : { at: last.at + 1, tick: 0 }
}
