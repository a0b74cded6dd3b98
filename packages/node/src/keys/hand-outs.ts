import { type Clock, handOut, type NodeId, type Plan, type Random, type Replica } from '@folkmoot/core'
import { wrapForAll } from './hpke.ts'
import type { HeldKeys } from './key-file.ts'
import { missingWraps } from './missing-wraps.ts'

/** Somebody else admitted the reader and is about to hand out: only if they do not, one of us does, at random. */
const LEAVE_TO_OTHERS_MS = 2000
const LEAVE_TO_OTHERS_SPREAD_MS = 3000

export interface HandOutsOptions {
  readonly node: NodeId
  readonly replica: Replica
  readonly held: HeldKeys
  readonly clock: Clock
  readonly random: Random
  readonly write: (plan: Plan) => Promise<unknown>
  readonly handsOut?: boolean
}

/** Gives readers the keys that they lack and this node holds. */
export class HandOuts {
  readonly #options: HandOutsOptions
  /** One after the other, so that nothing is handed out twice. */
  #queue: Promise<unknown> = Promise.resolve()
  #pending: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: HandOutsOptions) {
    this.#options = options
  }

  /** @param only gives to this node alone. @throws FolkmootError disk, if it cannot be written */
  run(only?: NodeId): Promise<void> {
    const turn = this.#queue.then(() => this.#handOut(only))
    this.#queue = turn.catch(() => {})
    return turn
  }

  /** After the others had their chance; once, however often it is called until then. */
  runLater(): void {
    if (this.#pending !== undefined || this.#closed) return
    this.#pending = setTimeout(() => {
      this.#pending = undefined
      // What fails now is tried again when the keeper looks around.
      this.run().catch(() => {})
    }, this.#delay())
    this.#pending.unref()
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#pending)
    await this.#queue
  }

  async #handOut(only: NodeId | undefined): Promise<void> {
    const { replica, held, node, clock, write, handsOut = true } = this.#options
    if (this.#closed || !handsOut || !replica.membership.isMember(node, clock.now())) return
    const { mesh } = replica
    const plans: Plan[] = []
    for (const { scope, epoch, secret, to } of missingWraps({ replica, held, nowMs: clock.now(), only })) {
      plans.push(...handOut({ scope, epoch, wraps: await wrapForAll(to, { mesh, scope, epoch }, secret) }))
    }
    // All at once, so that they share a transaction.
    await Promise.all(plans.map(write))
  }

  /** Not every holder at once. */
  #delay(): number {
    const [byte = 0] = this.#options.random.bytes(1)
    return LEAVE_TO_OTHERS_MS + (byte / 256) * LEAVE_TO_OTHERS_SPREAD_MS
  }
}
