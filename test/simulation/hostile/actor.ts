/** A member that says what it likes on every connection. It has a key and an admission; nothing else is as it should be. */
import type { EntryBytes, EntryHash, LogId, MeshId, NodeId, Signer } from '@folkmoot/core'
import type { Transport, TransportHandler } from '@folkmoot/sync'
import { encodeMessage } from '../../../packages/sync/src/encode-message.ts'
import { EMPTY_FINGERPRINT } from '../../../packages/sync/src/fingerprint.ts'
import { placeOf } from '../../../packages/sync/src/gossip.ts'
import { decodeGossip, decodeMessage, type Message } from '../../../packages/sync/src/messages.ts'
import type { Chance } from '../random.ts'

/** Contiguous entries of one log, the last one signed or said to be. */
export type Page = readonly EntryBytes[]

export interface ActorOptions {
  readonly name: string
  /** What `HandLog` makes the key from. */
  readonly secret: string
  readonly signer: Signer
  readonly mesh: MeshId
  readonly chance: Chance
  readonly transport: Transport
  readonly victims: readonly NodeId[]
  /** Time on the clock of the mesh. */
  now(): number
  /** What a member knew when the mesh began. */
  authority(): readonly EntryHash[]
}

const nothing = { membership: EMPTY_FINGERPRINT, push: EMPTY_FINGERPRINT, pull: EMPTY_FINGERPRINT }
/** Enough to have something to repeat. */
const HEARD_MAX = 200

export class HostileActor implements TransportHandler {
  readonly options: ActorOptions
  readonly node: NodeId
  readonly peers = new Set<NodeId>()
  /** Runs of others, as they came. */
  readonly heard: Page[] = []
  /** Ids of logs it was told of. */
  readonly logs = new Set<LogId>()
  /** What it is to serve to a peer, page by page, whatever is asked for. */
  readonly #shelves = new Map<NodeId, Map<LogId, Page[]>>()

  constructor(options: ActorOptions) {
    this.options = options
    this.node = options.signer.node
    void options.transport.start(this)
    this.dial()
  }

  get chance(): Chance {
    return this.options.chance
  }

  dial(): void {
    for (const victim of this.options.victims) this.options.transport.dial(victim, [])
  }

  say(peer: NodeId, message: Message | Uint8Array): void {
    const bytes = message instanceof Uint8Array ? message : encodeMessage(message)
    this.options.transport.send(peer, bytes)
  }

  publish(runs: readonly Page[]): void {
    this.options.transport.publish(encodeMessage({ kind: 'gossip', runs, heads: [] }))
  }

  /** Says that a log has come to the end of these pages, and gives them when it is asked for any of it. */
  offer(peer: NodeId, ...pages: readonly Page[]): void {
    const place = placeIn(pages.at(-1) ?? [])
    if (place === undefined) return
    const shelf = this.#shelves.get(peer) ?? new Map<LogId, Page[]>()
    this.#shelves.set(peer, shelf.set(place.head.log, [...pages]))
    const lists = [
      { prefix: '0'.repeat(32), complete: false, items: [] },
      { prefix: '', complete: false, items: [place.head] },
    ]
    this.say(peer, { kind: 'heads', tree: 'push', lists })
  }

  stop(): void {
    void this.options.transport.stop()
  }

  connected(peer: NodeId): void {
    this.peers.add(peer)
    const { mesh } = this.options
    const addresses = [`/simulated/${this.node}`]
    this.say(peer, { kind: 'hello', version: 1, mesh, summary: nothing, addresses, known: '00'.repeat(8) })
  }

  disconnected(peer: NodeId): void {
    this.peers.delete(peer)
  }

  received(peer: NodeId, bytes: Uint8Array): void {
    const message = decodeMessage(bytes)
    if (message.kind === 'heads') this.#ask(peer, message)
    if (message.kind === 'page') this.#keep(message.entries)
    if (message.kind !== 'want') return
    for (const { log, from } of message.items) {
      const entries = this.#shelves.get(peer)?.get(log)?.shift() ?? []
      this.say(peer, { kind: 'page', log, from, more: false, entries })
    }
  }

  gossiped(_from: NodeId, bytes: Uint8Array): void {
    try {
      for (const run of decodeGossip(bytes).runs) this.#keep(run)
    } catch {
      // Somebody else is hostile, too.
    }
  }

  drained(): void {}

  /** Whatever it is told of it wants to have. */
  #ask(peer: NodeId, heads: Extract<Message, { kind: 'heads' }>): void {
    const items = heads.lists.flatMap(list => list.items)
    for (const { log } of items) this.logs.add(log)
    const wants = items.slice(0, 16).map(({ log }) => ({ log, from: 0, bytesMax: 65_536 }))
    if (wants.length > 0) this.say(peer, { kind: 'want', items: wants })
  }

  #keep(run: Page): void {
    const place = placeIn(run)
    if (place === undefined) return
    this.logs.add(place.head.log)
    if (this.heard.length < HEARD_MAX) this.heard.push(run)
    else this.heard[this.chance.between(0, HEARD_MAX - 1)] = run
  }
}

/** Others tamper, too: what they pass on may have no place. */
function placeIn(run: Page) {
  try {
    return run.length === 0 ? undefined : placeOf(run)
  } catch {
    return undefined
  }
}
