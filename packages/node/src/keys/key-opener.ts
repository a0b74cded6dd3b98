import type { NodeId, Replica, ScopeId } from '@folkmoot/core'
import { type UnwrapKey, unwrapKeyOf } from './hpke.ts'
import { type HeldKeys, writeKeys } from './key-file.ts'
import { WrapOpener } from './open-wraps.ts'

export interface KeyOpenerOptions {
  readonly dir: string
  readonly node: NodeId
  readonly seed: Uint8Array
  readonly replica: Replica
  readonly held: HeldKeys
  /** Resolves when what was stored of a scope before its key was here has been applied. */
  readonly unseal: (scope: ScopeId) => Promise<void>
}

/** Opens the keys that others hand to this node, and what they seal. */
export class KeyOpener {
  readonly #options: KeyOpenerOptions
  readonly #wraps: WrapOpener
  #key: UnwrapKey | undefined
  #opening: Promise<void> | undefined
  #closed = false
  /** Scopes that a key came for, and whose entries have not been looked at again. */
  readonly #toUnseal = new Set<ScopeId>()
  /** Version of the membership as of which everything has been opened. */
  #openedAt = -1

  constructor(options: KeyOpenerOptions) {
    this.#options = options
    const { replica, node } = options
    this.#wraps = new WrapOpener(() => ({
      mesh: replica.mesh,
      membership: replica.membership,
      storage: replica.storage,
      node,
      key: this.#key as UnwrapKey,
    }))
  }

  /** @param all unseals what is stored of every scope: after the key file was made anew */
  async start(all: boolean): Promise<void> {
    const { seed, held, unseal } = this.#options
    this.#key = await unwrapKeyOf(seed)
    if (all) for (const [scope] of held.scopes()) await unseal(scope)
  }

  /**
   * Resolves when everything has been opened that was heard of when it was called; at once, if that is nothing new. One
   * at a time: the one under way may have begun before the latest news, the one after it has not.
   * @throws FolkmootError directory, if the key file cannot be written
   */
  async open(): Promise<void> {
    for (let pass = 0; pass < 2; pass++) {
      const isCurrent = this.#openedAt === this.#options.replica.membership.version
      if (isCurrent || this.#key === undefined || this.#closed) return
      this.#opening ??= this.#openNew().finally(() => {
        this.#opening = undefined
      })
      await this.#opening
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#opening?.catch(() => {})
  }

  async #openNew(): Promise<void> {
    const { dir, replica, held, unseal } = this.#options
    const { version } = replica.membership
    if (held.names === undefined) {
      held.names = await this.#wraps.names()
      if (held.names !== undefined) writeKeys(dir, held)
    }
    // A replica names scopes as it did when it was opened: under other names nothing could be applied.
    const found = held.names === replica.names ? await this.#wraps.keys(held) : []
    for (const key of found) if (held.add(key)) this.#toUnseal.add(key.scope)
    const isNew = this.#toUnseal.size > 0
    for (const scope of this.#toUnseal) {
      await unseal(scope)
      this.#toUnseal.delete(scope)
    }
    // Only now: after a crash before this they are opened, and what they seal is unsealed, once more.
    if (isNew) writeKeys(dir, held)
    this.#openedAt = version
  }
}
