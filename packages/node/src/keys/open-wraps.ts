/** Opens what others wrapped for this node, and keeps what is what it says it is. */
import { MEMBERSHIP_SCOPE, type Membership, type MeshId, type NodeId, type Storage } from '@folkmoot/core'
import { keyIn, namesIn } from './epoch.ts'
import { type UnwrapKey, unwrap } from './hpke.ts'
import type { HeldKey, HeldKeys } from './key-file.ts'
import { epochsOf, keyHolders, namesEpoch } from './readers.ts'

export interface WrapsView {
  readonly mesh: MeshId
  readonly node: NodeId
  readonly membership: Membership
  readonly storage: Storage
  readonly key: UnwrapKey
}

/**
 * Keeps what it opened, so that no wrap is opened twice: each costs milliseconds. Keys by strangers are opened and
 * left, because what makes a stranger a writer may come after the key.
 */
export class WrapOpener {
  readonly #view: () => WrapsView
  readonly #opened = new Map<Uint8Array, HeldKey | undefined>()

  constructor(view: () => WrapsView) {
    this.#view = view
  }

  /** The key that scopes are named by, if it was handed to us. */
  async names(): Promise<HeldKeys['names']> {
    const { mesh, node, membership, storage, key } = this.#view()
    const epoch = namesEpoch(mesh, storage)?.epoch
    if (epoch === undefined) return undefined
    const scope = MEMBERSHIP_SCOPE
    for (const part of membership.keysOf(scope)) {
      const wrapped = part.epoch === epoch ? part.wraps.get(node) : undefined
      if (wrapped === undefined) continue
      const secret = await unwrap(key, { mesh, scope, epoch }, wrapped)
      const names = secret && namesIn(secret, epoch)
      if (names !== undefined) return names
    }
    return undefined
  }

  /** Keys that `held` has not, from whoever had the right to make them. */
  async keys(held: HeldKeys): Promise<HeldKey[]> {
    const { membership, storage } = this.#view()
    const found: HeldKey[] = []
    if (held.names === undefined) return found
    for (const scope of [...membership.keyedScopes()]) {
      if (scope === MEMBERSHIP_SCOPE) continue
      for (const epoch of epochsOf(membership, scope)) {
        if (held.ring.find(scope, epoch.epoch) !== undefined) continue
        const opened = await this.#openAny(scope, epoch, held.names)
        const isMade =
          opened !== undefined && keyHolders(epoch, opened.address, { membership, storage }).size > 0
        if (isMade) found.push(opened)
      }
    }
    return found
  }

  async #openAny(
    scope: HeldKey['scope'],
    { epoch, parts }: ReturnType<typeof epochsOf>[number],
    names: NonNullable<HeldKeys['names']>,
  ): Promise<HeldKey | undefined> {
    const { mesh, node, key } = this.#view()
    for (const { wraps } of parts) {
      const wrapped = wraps.get(node)
      if (wrapped === undefined) continue
      if (!this.#opened.has(wrapped)) {
        const secret = await unwrap(key, { mesh, scope, epoch }, wrapped)
        this.#opened.set(wrapped, secret && keyIn(secret, { scope, epoch, names }))
      }
      const opened = this.#opened.get(wrapped)
      if (opened !== undefined) return opened
    }
    return undefined
  }
}

/**
 * All that the membership log holds for this node: what a lost key file is made again from.
 * @param viewWith what is seen with these names of scopes: who had the right to make a key is hidden from who has none
 */
export async function recoverKeys(
  viewWith: (names: HeldKeys['names']) => WrapsView,
  held: HeldKeys,
): Promise<HeldKeys> {
  const blind = viewWith(undefined)
  held.names ??= await new WrapOpener(() => blind).names()
  if (held.names === undefined) return held
  const view = viewWith(held.names)
  for (const key of await new WrapOpener(() => view).keys(held)) held.add(key)
  return held
}
