import type { Clock } from '@folkmoot/core'
import type { Schedule } from './schedule.ts'

/** When every run begins, for the nodes' clocks. */
const EPOCH_MS = 1_750_000_000_000

/** A node's clock on the wall: it is wrong by an offset, drifts, and somebody may set it. */
export class WallClock implements Clock {
  readonly #schedule: Schedule
  readonly #drift: number
  #offset: number

  /** @param drift milliseconds gained in each millisecond */
  constructor(schedule: Schedule, offset: number, drift: number) {
    this.#schedule = schedule
    this.#offset = offset
    this.#drift = drift
  }

  now(): number {
    return EPOCH_MS + this.#offset + Math.floor(this.#schedule.now * (1 + this.#drift))
  }

  /** Sets it forward, or back. */
  jump(ms: number): void {
    this.#offset += ms
  }

  /** As a time server would. */
  correct(): void {
    this.#offset = 0
  }
}
