import type { LogRef } from './entry.ts'
import { FolkmootError } from './errors.ts'
import { logId, type NodeId } from './ids.ts'
import type { LogBook } from './log-book.ts'
import type { Sealer } from './log-writer.ts'
import type { Random } from './ports.ts'
import { type ScopeAddress, scopeHas } from './scope.ts'
import type { Keyring } from './sealing.ts'

/** A number of 48 bits: two copies of one directory that both begin anew must not meet. */
const INCARNATION_BYTES = 6

/** Nothing can be written in this scope until somebody has made a key for those who read it. */
export class NoKeyError extends FolkmootError {
  override readonly name = 'NoKeyError'
  readonly scope: ScopeAddress
  constructor(scope: ScopeAddress) {
    super('no-key', `no key of ${scope} is here yet`)
    this.scope = scope
  }
}

/** Which of this node's logs to write to, and with which key. */
export class OwnLogs {
  readonly #node: NodeId
  readonly #book: LogBook
  readonly #random: Random
  readonly #keyring: Keyring | undefined
  #incarnation: number

  constructor(
    node: NodeId,
    book: LogBook,
    random: Random,
    keyring: Keyring | undefined,
    incarnation: number,
  ) {
    this.#node = node
    this.#book = book
    this.#random = random
    this.#keyring = keyring
    this.#incarnation = incarnation
  }

  /** The incarnation that new logs are begun with. */
  get incarnation(): number {
    return this.#incarnation
  }

  /** Our log in a scope. One that was cut is over: we go on in a new incarnation of it. */
  logIn(scope: ScopeAddress | null): LogRef {
    const log = this.#book.ownLog(this.#node, scope, this.#incarnation)
    if (!this.#isOver(log)) return log
    this.#incarnation = this.#random.bytes(INCARNATION_BYTES).reduce((number, byte) => number * 256 + byte, 0)
    return this.#book.ownLog(this.#node, scope, this.#incarnation)
  }

  /** @throws NoKeyError */
  sealerOf({ scope: id }: LogRef, scope: ScopeAddress | null): Sealer | undefined {
    if (scope === null || scopeHas(scope, 'run') || !this.#book.membership.sealed) return undefined
    const key = this.#keyring?.current(id)
    if (key === undefined) throw new NoKeyError(scope)
    return { key, random: this.#random }
  }

  #isOver(log: LogRef): boolean {
    const id = logId(log.scope, log.node, log.incarnation)
    return this.#book.head(id) !== undefined && this.#book.end({ ...log, log: id }) !== undefined
  }
}
