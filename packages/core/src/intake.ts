import type { Applier } from './applier.ts'
import { attempt } from './attempt.ts'
import type { Body } from './body.ts'
import type { Entry, VerifiedEntry } from './entry.ts'
import type { FolkmootError } from './errors.ts'
import { checkRun } from './gate.ts'
import type { NodeId } from './ids.ts'
import { headOf, type LogBook } from './log-book.ts'
import type { Outcome } from './outcome.ts'
import type { Clock } from './ports.ts'

/** The gate, and the one path behind it: for what is written here and for what others send. */
export class Intake {
  readonly #book: LogBook
  readonly #applier: Applier
  readonly #clock: Clock

  constructor(book: LogBook, applier: Applier, clock: Clock) {
    this.#book = book
    this.#applier = applier
    this.#clock = clock
  }

  /** Milliseconds since 1970, by the latest clock that this node has heard of: a grant given now is good now. */
  get now(): number {
    return Math.max(this.#clock.now(), this.#book.last.at)
  }

  /**
   * What is new in a run, or why it may not pass. Only here may a run be refused: once it is let in, any error is
   * the disk's, and takes the whole transaction back.
   */
  checked(run: readonly Entry[], isOurs: boolean): readonly VerifiedEntry[] | FolkmootError {
    // Our own time goes on from what was seen, whatever the clock says now.
    const nowMs = isOurs ? this.now : this.#clock.now()
    return attempt(() => checkRun(run, this.#book.gateView(nowMs), isOurs))
  }

  /** Applies and stores. */
  take(
    fresh: readonly VerifiedEntry[],
    bodies: readonly Body[] | undefined,
    from: NodeId | null,
    outcome: Outcome,
  ): void {
    for (const [i, entry] of fresh.entries()) {
      const body = bodies?.[i]
      this.#applier.take(entry, body && { kind: 'body', body }, outcome)
    }
    const last = fresh.at(-1)
    if (last !== undefined) outcome.appended.push({ head: headOf(last), run: fresh, from })
  }
}
