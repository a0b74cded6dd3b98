import { FolkmootError, type LocalWork, type RemoteWork, type UnsealWork, type Work } from '@folkmoot/core'

/** Local writes waiting at once. Each holds a promise and its text; beyond this the caller must slow down. */
export const LOCAL_WAITING_MAX = 20_000
/** Remote runs waiting at once, each up to a page: beyond this peers wait, which is what paging is for. */
export const REMOTE_WAITING_MAX = 32
/** Local writes that share one transaction: enough to spread one flush thin, few enough to keep a tick short. */
export const LOCAL_PER_TICK = 500
/** Remote runs in one transaction: a page of a few hundred entries takes tens of milliseconds. */
export const REMOTE_PER_TICK = 1

/**
 * The one bounded queue before a replica. Work waits here and is done in ticks, many writes to a transaction, so that
 * acknowledged writes share a flush and a burst from peers cannot starve the writers of this node.
 */
export class Inbox {
  readonly #process: (batch: readonly Work[]) => void
  readonly #schedule: (tick: () => void) => void
  #local: LocalWork[] = []
  #remote: RemoteWork[] = []
  /** One for each scope that keys came for. */
  #unsealing: UnsealWork[] = []
  #scheduled = false
  #isHeld = false

  /**
   * @param process does a batch and calls every `done`; what it throws has been told to them already
   * @param schedule calls back soon, never at once
   */
  constructor(process: (batch: readonly Work[]) => void, schedule: (tick: () => void) => void) {
    this.#process = process
    this.#schedule = schedule
  }

  /** @throws FolkmootError busy */
  write(work: LocalWork): void {
    if (this.#local.length >= LOCAL_WAITING_MAX)
      throw new FolkmootError('busy', 'too many writes are waiting')
    this.#local.push(work)
    this.#wake()
  }

  /** False if there is no room now. */
  offer(work: RemoteWork): boolean {
    if (this.#remote.length >= REMOTE_WAITING_MAX) return false
    this.#remote.push(work)
    this.#wake()
    return true
  }

  unseal(work: UnsealWork): void {
    this.#unsealing.push(work)
    this.#wake()
  }

  /** What waits and what comes goes on waiting, until `release`. */
  hold(): void {
    this.#isHeld = true
  }

  release(): void {
    this.#isHeld = false
    if (!this.isEmpty) this.#wake()
  }

  /** Resolves when nothing waits any more. */
  async drained(): Promise<void> {
    while (!this.isEmpty) await new Promise<void>(resolve => this.#schedule(resolve))
  }

  get isEmpty(): boolean {
    return this.#local.length + this.#remote.length + this.#unsealing.length === 0
  }

  #wake(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    this.#schedule(() => this.#tick())
  }

  #tick(): void {
    this.#scheduled = false
    if (this.#isHeld) return
    const batch = [
      ...this.#unsealing.splice(0, REMOTE_PER_TICK),
      ...this.#local.splice(0, LOCAL_PER_TICK),
      ...this.#remote.splice(0, REMOTE_PER_TICK),
    ]
    if (batch.length > 0) this.#process(batch)
    if (!this.isEmpty) this.#wake()
  }
}
