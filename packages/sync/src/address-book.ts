import { type NodeId, nodeKey, sha256, toHex, utf8 } from '@folkmoot/core'
import { ADDRESS_BYTES_MAX, ADDRESSES_MAX, KNOWN_PEERS_MAX, KNOWN_PEERS_PER_MESSAGE_MAX } from './limits.ts'
import type { KnownPeer } from './messages.ts'

/**
 * Where members can be dialled. What a node says of itself replaces what was known; what others say of it is added
 * while there is room, for they may be behind or ahead.
 */
export class AddressBook {
  readonly #known = new Map<NodeId, readonly string[]>()
  #told: { readonly digest: string; readonly peers: readonly KnownPeer[] } | undefined

  /** True if this is news. */
  learn({ node, addresses }: KnownPeer, isFirstHand: boolean): boolean {
    const known = this.#known.get(node) ?? []
    const merged = (isFirstHand && addresses.length > 0 ? addresses : [...new Set([...known, ...addresses])])
      .filter(address => address.length <= ADDRESS_BYTES_MAX)
      .slice(0, ADDRESSES_MAX)
    if (sameSet(merged, known)) return false
    if (!this.#known.has(node) && this.#known.size >= KNOWN_PEERS_MAX) return false
    this.#known.set(node, merged)
    this.#told = undefined
    return true
  }

  /** A node that is no longer a member. */
  forget(node: NodeId): void {
    if (this.#known.delete(node)) this.#told = undefined
  }

  addressesOf(node: NodeId): readonly string[] {
    return this.#known.get(node) ?? []
  }

  nodes(): readonly NodeId[] {
    return [...this.#known.keys()]
  }

  /** What is told to peers, and its digest: equal digests, nothing to tell. */
  told(): { readonly digest: string; readonly peers: readonly KnownPeer[] } {
    this.#told ??= this.#tell()
    return this.#told
  }

  #tell() {
    const peers = [...this.#known]
      .map(([node, addresses]) => ({ node, addresses: [...addresses].sort() }))
      .filter(({ addresses }) => addresses.length > 0)
      .sort((one, other) => (one.node < other.node ? -1 : 1))
    const text = peers.map(({ node, addresses }) => `${toHex(nodeKey(node))} ${addresses.join(' ')}`)
    const digest = toHex(sha256(utf8(text.join('\n'))).subarray(0, 8))
    return { digest, peers: peers.slice(0, KNOWN_PEERS_PER_MESSAGE_MAX) }
  }
}

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every(address => other.includes(address))
}
