import type { NodeId } from '@folkmoot/core'
import { AddressBook } from './address-book.ts'
import { ANTI_ENTROPY_MS, PEERS_WANTED } from './limits.ts'
import type { KnownPeer } from './messages.ts'
import { Penalties } from './penalties.ts'
import type { ReplicatorOptions } from './replicator-options.ts'

/** Whom this node could be connected to, where they are dialled, and who is to be left alone for a while. */
export class Neighbours {
  readonly book = new AddressBook()
  readonly #options: Pick<ReplicatorOptions, 'replica' | 'transport' | 'random' | 'addresses'>
  readonly #connected: ReadonlyMap<NodeId, unknown>
  readonly #penalties = new Penalties()
  #lookAt = 0

  /** @param connected read whenever somebody is looked for */
  constructor(
    options: Pick<ReplicatorOptions, 'replica' | 'transport' | 'random' | 'addresses'>,
    connected: ReadonlyMap<NodeId, unknown>,
  ) {
    this.#options = options
    this.#connected = connected
  }

  /** Where a member can be dialled; does so. */
  know(node: NodeId, addresses: readonly string[]): void {
    this.book.learn({ node, addresses }, false)
    if (node !== this.#self) this.#dial(node)
  }

  /** What a connected node says of others, and of itself. */
  meet(from: NodeId, known: readonly KnownPeer[], now: number): void {
    let news = false
    for (const peer of known) {
      // What a connected node says of itself is better than what others remember of it.
      const isFirstHand = peer.node === from
      if (peer.node === this.#self || (!isFirstHand && this.#connected.has(peer.node))) continue
      news = this.book.learn(peer, isFirstHand) || news
    }
    if (news) this.#lookAround(now)
  }

  tick(now: number): void {
    if (now >= this.#lookAt) this.#lookAround(now)
  }

  penalise(node: NodeId, now: number): void {
    this.#penalties.add(node, now)
  }

  isPenalised(node: NodeId, now: number): boolean {
    return this.#penalties.has(node, now)
  }

  get #self(): NodeId {
    return this.#options.replica.node
  }

  /** Looks for members to connect to, in an order of chance so that meshes do not fall into cliques. */
  #lookAround(now: number): void {
    const { replica, random, addresses } = this.#options
    this.#lookAt = now + ANTI_ENTROPY_MS
    this.book.learn({ node: this.#self, addresses: addresses?.() ?? [] }, true)
    const open = PEERS_WANTED - this.#connected.size
    if (open <= 0) return
    const wanted = this.book
      .nodes()
      .filter(node => node !== this.#self && !this.#connected.has(node) && replica.isMember(node))
      .filter(node => !this.#penalties.has(node, now))
      .map(node => ({ node, order: random() }))
      .sort((one, other) => one.order - other.order)
      .slice(0, open)
    for (const { node } of wanted) this.#dial(node)
  }

  #dial(node: NodeId): void {
    this.#options.transport.dial(node, this.book.addressesOf(node))
  }
}
