/**
 * Keeps this node's keys: takes those that others hand out, makes new ones, hands out what it holds.
 *
 *   membership news ──▶ open wraps to us ──▶ keyring, scope.keys, `unseal` work
 *                  └──▶ every scope's key is judged again before the next write in it
 *                  └──▶ duties: readers who lack a key get it; after a removal of ours, new keys
 *   writer: no key ───▶ ensure() ──▶ the newest key whose holders are all readers, or a new one
 *
 * A race stays, and p2panda names it well (notes on convergent access control, 2025): an admin who is being removed
 * elsewhere admits somebody, and a node that has not heard of the removal hands the newcomer the old keys. Hence the
 * waits here: who did not admit a node themselves hands out late, and a node that removed somebody makes no new key
 * before the admins that can be reached have stored the removal. Partitions longer than that stay a risk, and what a
 * reader has read cannot be taken back.
 */
import {
  type Clock,
  decodeBody,
  type EntryHash,
  FolkmootError,
  handOut,
  MEMBERSHIP_SCOPE,
  type MembershipBody,
  type News,
  type NodeId,
  type Plan,
  type Random,
  type ScopeAddress,
  type ScopeId,
  scopeHas,
  scopeId,
  type VerifiedEntry,
} from '@folkmoot/core'
import { newScopeKey, secretOf } from './epoch.ts'
import { HandOuts } from './hand-outs.ts'
import { wrapForAll } from './hpke.ts'
import { writeKeys } from './key-file.ts'
import { KeyOpener, type KeyOpenerOptions } from './key-opener.ts'
import { epochsOf, keyHolders, mayMake, readersOf } from './readers.ts'

/** Certificates and grants run out without anybody writing it down. */
const LOOK_AROUND_MS = 30_000
/** New keys that a write may need one after the other, while removals come in. */
const ATTEMPTS_MAX = 3

export interface KeyKeeperOptions extends KeyOpenerOptions {
  readonly clock: Clock
  readonly random: Random
  readonly write: (plan: Plan) => Promise<unknown>
  /** Resolves when the admins that can be reached have stored an entry, or after a few seconds. Never rejects. */
  readonly heard: (entry: EntryHash) => Promise<void>
  /** False: whoever lacks a key is left to others, as in a branch to its node. */
  readonly handsOut?: boolean
}

export class KeyKeeper {
  readonly #options: KeyKeeperOptions
  readonly #opener: KeyOpener
  readonly #handOuts: HandOuts
  readonly #ensuring = new Map<ScopeId, Promise<void>>()
  /** Until the removals written here have been heard of, and the keys renewed that they spoilt. */
  #removals: Promise<unknown> = Promise.resolve()
  #renewing: Promise<unknown> = Promise.resolve()
  #lookingAround: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: KeyKeeperOptions) {
    this.#options = options
    this.#opener = new KeyOpener(options)
    this.#handOuts = new HandOuts(options)
  }

  /** @param all also unseals what is stored of scopes whose keys were held before: after the key file was made anew */
  async start({ all = false } = {}): Promise<void> {
    if (!this.#isSealed) return
    await this.#opener.start(all)
    void this.caughtUp()
    this.#handOuts.runLater()
    this.#lookingAround = setInterval(() => {
      this.#judgeAgain()
      void this.caughtUp()
      this.#handOuts.runLater()
    }, LOOK_AROUND_MS)
    this.#lookingAround.unref()
  }

  /** What a commit brought. Synchronous where it has to be: the next write must not use a key that was lost just now. */
  tell(news: News): void {
    if (!this.#isSealed) return
    const runs = news.appended.filter(({ head }) => head.scope === MEMBERSHIP_SCOPE)
    if (runs.length === 0) return
    this.#judgeAgain()
    void this.caughtUp()
    let gives = false
    for (const { run, from } of runs) {
      for (const entry of from === null ? run : []) {
        const type = typeOf(entry)
        if (type === 'grant' || type === 'admit') gives = true
        if (type === 'remove' || type === 'revoke') this.#renewAfter(entry.hash)
      }
    }
    // What fails now is tried again when this node looks around.
    if (gives) this.#handOuts.run().catch(() => {})
    else if (runs.some(({ from }) => from !== null)) this.#handOuts.runLater()
  }

  /**
   * Sees to it that there is a key to write with in this scope: one that every holder of is a reader today.
   * @throws FolkmootError no-key, where this node may not know the scope's name; forbidden, where it may make no key;
   *   disk or directory, if a new key cannot be kept
   */
  ensure(address: ScopeAddress): Promise<void> {
    const { replica, held } = this.#options
    if (!this.#isSealed || scopeHas(address, 'run')) return Promise.resolve()
    if (held.names === undefined || held.names !== replica.names) {
      const why = held.names === undefined ? 'it only relays' : 'it was told just now: open it again'
      return Promise.reject(
        new FolkmootError('no-key', `this node does not know what scopes are called: ${why}`),
      )
    }
    const scope = scopeId(replica.names, address)
    const running = this.#ensuring.get(scope)
    if (running !== undefined) return running
    const work = this.#provide(scope, address).finally(() => this.#ensuring.delete(scope))
    this.#ensuring.set(scope, work)
    return work
  }

  /**
   * Resolves when every key has been opened that was heard of so far: reads from then on see what this node may read of
   * what it has stored. At once, if nothing came since.
   */
  caughtUp(): Promise<void> {
    // What cannot be opened now, for want of disk, is tried again when more is heard.
    return this.#opener.open().catch(() => {})
  }

  /** Hands one node every key that it may have and has not. Resolves when they are on disk. @throws FolkmootError disk */
  async handOutTo(node: NodeId): Promise<void> {
    if (!this.#isSealed) return
    await this.#removals
    await this.#handOuts.run(node)
  }

  /** Resolves when nothing is under way any more. */
  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#lookingAround)
    await Promise.allSettled([
      this.#opener.close(),
      this.#handOuts.close(),
      this.#renewing,
      ...this.#ensuring.values(),
    ])
  }

  get #isSealed(): boolean {
    return this.#options.replica.membership.sealed
  }

  async #provide(scope: ScopeId, address: ScopeAddress): Promise<void> {
    const { replica, node, clock } = this.#options
    if (this.#choose(scope, address)) return
    await this.caughtUp()
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      await this.#removals
      if (this.#choose(scope, address)) return
      if (!mayMake(replica.membership, node, address, clock.now())) {
        throw new FolkmootError('forbidden', `this node may not write in ${address}`)
      }
      await this.#make(scope, address)
    }
    if (this.#choose(scope, address)) return
    throw new FolkmootError('no-key', `the readers of ${address} keep changing`)
  }

  /** Takes the newest key that nobody holds who may not read. False if there is none here. */
  #choose(scope: ScopeId, address: ScopeAddress): boolean {
    const { replica, held, node, clock } = this.#options
    const { membership } = replica
    const readers = readersOf(membership, address, clock.now())
    const usable = epochsOf(membership, scope).findLast(epoch => {
      if (held.ring.find(scope, epoch.epoch) === undefined) return false
      const holders = keyHolders(epoch, address, replica)
      return holders.size > 0 && [...holders].every(holder => holder === node || readers.has(holder))
    })
    held.ring.use(scope, usable?.epoch)
    return usable !== undefined
  }

  async #make(scope: ScopeId, address: ScopeAddress): Promise<void> {
    const { dir, replica, held, node, clock, random, write } = this.#options
    const { epoch, key } = newScopeKey(scope, random)
    // A maker that may not read keeps the key in its file alone: handed out to it, no reader would write with it.
    const readers = [...readersOf(replica.membership, address, clock.now())]
    const to = readers.length === 0 ? [node] : readers
    const wraps = await wrapForAll(to, { mesh: replica.mesh, scope, epoch }, secretOf(key, address))
    held.add({ scope, address, epoch, key })
    writeKeys(dir, held)
    await Promise.all(handOut({ scope, epoch, wraps }).map(write))
  }

  /** Until `ensure` has looked at it, no key is good. */
  #judgeAgain(): void {
    const { ring } = this.#options.held
    for (const scope of ring.scopes()) ring.use(scope, undefined)
  }

  #renewAfter(removal: EntryHash): void {
    const heard = this.#options.heard(removal)
    this.#removals = Promise.allSettled([this.#removals, heard])
    this.#renewing = this.#removals.then(() => this.#renew())
  }

  /** New keys where the newest is with somebody who may not read any more. Scopes that are not ours to key are left. */
  async #renew(): Promise<void> {
    for (const [scope, address] of [...this.#options.held.scopes()]) {
      if (this.#closed) return
      if (!this.#choose(scope, address)) await this.ensure(address).catch(() => {})
    }
  }
}

function typeOf({ bytes }: VerifiedEntry): MembershipBody['type'] | undefined {
  const body = bytes.payload === null ? undefined : decodeBody(bytes.payload)
  return body?.type as MembershipBody['type'] | undefined
}
