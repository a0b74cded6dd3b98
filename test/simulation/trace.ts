import { createHash } from 'node:crypto'
import type { Schedule } from './schedule.ts'

/** Lines kept for whoever reads why a run failed. */
const TAIL_LINES = 40

/** What happened, in order: all of it goes into one hash, the last lines stay readable. */
export class Trace {
  readonly #schedule: Schedule
  readonly #hash = createHash('sha256')
  readonly #tail: string[] = []

  constructor(schedule: Schedule) {
    this.#schedule = schedule
  }

  /** @param bytes go into the hash too */
  say(line: string, bytes?: Uint8Array): void {
    const full = `${this.#schedule.now} ${line}`
    this.#hash.update(full)
    if (bytes !== undefined) this.#hash.update(bytes)
    this.#tail.push(bytes === undefined ? full : `${full} (${bytes.length} bytes)`)
    if (this.#tail.length > TAIL_LINES) this.#tail.shift()
  }

  /** Ends the trace. */
  digest(): string {
    return this.#hash.digest('hex')
  }

  tail(): readonly string[] {
    return this.#tail
  }
}
