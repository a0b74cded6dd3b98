/** A member that says what it likes: admitted with a real ticket, on the real transport, its messages written by hand. */
import {
  type Entry,
  type EntryBytes,
  encodeCanonical,
  type MeshId,
  type NodeId,
  sha256,
  utf8,
} from '@folkmoot/core'
import { JOIN_VERSION, type Libp2pTransport, openLibp2pTransport, requestJoin } from '@folkmoot/sync'
import { decodeTicket } from '../../packages/node/src/ticket.ts'
import { EMPTY_FINGERPRINT } from '../../packages/sync/src/fingerprint.ts'
import { decodeMessage, encodeMessage, type Message } from '../../packages/sync/src/messages.ts'
import { until } from './moot.ts'

const LISTEN = '/ip4/127.0.0.1/tcp/0'
const nothing = { membership: EMPTY_FINGERPRINT, push: EMPTY_FINGERPRINT, pull: EMPTY_FINGERPRINT }

export class HostilePeer {
  readonly mesh: MeshId
  readonly victim: NodeId
  readonly heard: Message[] = []
  readonly #transport: Libp2pTransport
  #connected = false
  #served: readonly (readonly EntryBytes[])[] = []

  private constructor(transport: Libp2pTransport, mesh: MeshId, victim: NodeId) {
    this.#transport = transport
    this.mesh = mesh
    this.victim = victim
  }

  /** @param name gives the key: that of `signerOf(name)` and of a `HandLog` with this name */
  static async admitted(name: string, ticket: string, addresses: readonly string[]): Promise<HostilePeer> {
    const { mesh, admin, secret, addresses: doors } = decodeTicket(ticket)
    const seed = sha256(utf8(name))
    const request = { version: JOIN_VERSION, mesh, secret: Uint8Array.from(secret), name } as const
    const reply = await requestJoin({ seed, admin, addresses: doors, request })
    if (!reply.ok) throw new Error(reply.reason)
    return HostilePeer.connect(seed, mesh, admin, addresses)
  }

  private static async connect(
    seed: Uint8Array,
    mesh: MeshId,
    victim: NodeId,
    addresses: readonly string[],
  ): Promise<HostilePeer> {
    const everybody = () => true
    const options = { seed, mesh, listen: [LISTEN], isMember: everybody, accepts: everybody }
    const transport = await openLibp2pTransport(options)
    const peer = new HostilePeer(transport, mesh, victim)
    await transport.start({
      connected: () => {
        peer.#connected = true
      },
      disconnected: () => {
        peer.#connected = false
      },
      received: (_, bytes) => peer.#hear(decodeMessage(bytes)),
      gossiped: () => {},
      drained: () => {},
    })
    transport.dial(victim, addresses)
    await until(() => peer.heard.some(message => message.kind === 'hello'))
    return peer
  }

  get node(): NodeId {
    return this.#transport.node
  }

  get isConnected(): boolean {
    return this.#connected
  }

  get refusal(): string | undefined {
    return this.heard.flatMap(message => (message.kind === 'refuse' ? [message.code] : [])).at(0)
  }

  say(message: Message | Uint8Array): boolean {
    const bytes = message instanceof Uint8Array ? message : encodeMessage(message)
    return this.#transport.send(this.victim, bytes)
  }

  hello(over: { readonly mesh?: MeshId } = {}): void {
    const addresses: string[] = []
    this.say({
      ...{ kind: 'hello', version: 1, mesh: this.mesh, summary: nothing, addresses, known: '00'.repeat(8) },
      ...over,
    })
  }

  helloOfVersion(version: number): void {
    this.say(encodeCanonical([0, version, { some: 'future' }]))
  }

  publish(runs: readonly (readonly EntryBytes[])[]): boolean {
    return this.#transport.publish(encodeMessage({ kind: 'gossip', runs, heads: [] }))
  }

  /**
   * Says that its log has come to `head` and, when it is asked for the log, gives the pages in their order, whatever
   * was asked for. Without pages it never answers.
   */
  offer(head: Entry, ...pages: readonly (readonly EntryBytes[])[]): void {
    this.#served = pages
    const { scope, node, incarnation, log, seq, hash } = head
    const items = [{ scope, node, incarnation, log, seq, hash }]
    const lists = [
      { prefix: '0'.repeat(32), complete: false, items: [] },
      { prefix: '', complete: false, items },
    ]
    this.say({ kind: 'heads', tree: 'push', lists })
  }

  wants(): number {
    return this.heard.filter(message => message.kind === 'want').length
  }

  close(): Promise<void> {
    return this.#transport.stop()
  }

  #hear(message: Message): void {
    this.heard.push(message)
    if (message.kind !== 'want') return
    for (const { log, from } of message.items) {
      const [page, ...rest] = this.#served
      if (page === undefined) return
      this.#served = rest
      this.say({ kind: 'page', log, from, more: false, entries: page })
    }
  }
}
