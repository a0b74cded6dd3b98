/** A member that says what it likes: admitted with a real ticket, on the real transport, its messages written by hand. */
import {
  decodeEntry,
  type Entry,
  type EntryBytes,
  type EntryHash,
  encodeCanonical,
  type LogId,
  type MeshId,
  type NodeId,
  sha256,
  utf8,
} from '@folkmoot/core'
import { JOIN_VERSION, type Libp2pTransport, openLibp2pTransport, requestJoin } from '@folkmoot/sync'
import { decodeTicket } from '../../packages/node/src/ticket.ts'
import { encodeMessage } from '../../packages/sync/src/encode-message.ts'
import { EMPTY_FINGERPRINT } from '../../packages/sync/src/fingerprint.ts'
import { decodeGossip, decodeMessage, type Gossip, type Message } from '../../packages/sync/src/messages.ts'
import { until } from './moot.ts'

const LISTEN = '/ip4/127.0.0.1/tcp/0'
const nothing = { membership: EMPTY_FINGERPRINT, push: EMPTY_FINGERPRINT, pull: EMPTY_FINGERPRINT }

export interface Member {
  /** Gives the key: that of `signerOf(name)` and of a `HandLog` with this name. */
  readonly name: string
  readonly mesh: MeshId
  /** What it was told of the membership when it was let in. */
  readonly authority: readonly EntryHash[]
}

export class HostilePeer {
  readonly member: Member
  readonly victim: NodeId
  readonly heard: Message[] = []
  readonly gossip: Gossip[] = []
  readonly #transport: Libp2pTransport
  #connected = false
  #served: readonly (readonly EntryBytes[])[] = []

  private constructor(transport: Libp2pTransport, member: Member, victim: NodeId) {
    this.#transport = transport
    this.member = member
    this.victim = victim
  }

  /** Joins with the ticket, then connects to the node that gave it. */
  static async admitted(name: string, ticket: string, addresses: readonly string[]): Promise<HostilePeer> {
    const { mesh, admin, secret, addresses: doors } = decodeTicket(ticket)
    const request = { version: JOIN_VERSION, mesh, secret: Uint8Array.from(secret), name } as const
    const reply = await requestJoin({ seed: seedOf(name), admin, addresses: doors, request })
    if (!reply.ok) throw new Error(reply.reason)
    const authority = authorityFrom(reply.membership)
    return HostilePeer.connected({ name, mesh, authority }, admin, addresses)
  }

  static async connected(member: Member, victim: NodeId, addresses: readonly string[]): Promise<HostilePeer> {
    const everybody = () => true
    const { mesh, name } = member
    const options = { seed: seedOf(name), mesh, listen: [LISTEN], isMember: everybody, accepts: everybody }
    const transport = await openLibp2pTransport(options)
    const peer = new HostilePeer(transport, member, victim)
    await transport.start({
      connected: () => {
        peer.#connected = true
      },
      disconnected: () => {
        peer.#connected = false
      },
      received: (_, bytes) => peer.#hear(decodeMessage(bytes)),
      gossiped: (_, bytes) => void peer.gossip.push(decodeGossip(bytes)),
      drained: () => {},
    })
    transport.dial(victim, addresses)
    await until(() => peer.heard.some(message => message.kind === 'hello'))
    return peer
  }

  get mesh(): MeshId {
    return this.member.mesh
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

  /** Asks in every way there is for all that the victim holds, and for logs by name. Resolves when it has answered. */
  async askForAll(logs: readonly LogId[]): Promise<void> {
    this.say({ kind: 'probe', summary: nothing, pull: true })
    for (const tree of ['push', 'pull'] as const) {
      this.say({ kind: 'heads', tree, lists: [{ prefix: '', complete: true, items: [] }] })
      this.say({ kind: 'compare', tree, splits: [{ prefix: '', base: '', parts: [] }] })
    }
    this.say({ kind: 'confirm', items: logs.map(log => ({ log, seq: 0 })) })
    this.say({ kind: 'want', items: logs.map(log => ({ log, from: 0, bytesMax: 100_000 })) })
    await until(() => logs.every(log => this.pageOf(log) !== undefined))
  }

  /** The entries it was sent of a log; none if it got no answer. */
  pageOf(log: LogId): readonly EntryBytes[] | undefined {
    const pages = this.heard.flatMap(message =>
      message.kind === 'page' && message.log === log ? message : [],
    )
    return pages.length === 0 ? undefined : pages.flatMap(({ entries }) => entries)
  }

  /** Logs that it was told of, in whatever way. */
  get toldOf(): ReadonlySet<LogId> {
    const heads = this.heard.flatMap(message => {
      if (message.kind === 'heads') return message.lists.flatMap(({ items }) => items)
      return message.kind === 'confirmed' ? message.items : []
    })
    const gossiped = this.gossip.flatMap(({ heads, runs }) => [...heads, ...runs.flat().map(decodeEntry)])
    return new Set([...heads, ...gossiped].map(({ log }) => log))
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

function seedOf(name: string): Uint8Array {
  return sha256(utf8(name))
}

/** The head of each membership log: who names them knows all that was in the logs. */
function authorityFrom(runs: readonly (readonly EntryBytes[])[]): readonly EntryHash[] {
  const heads = new Map<LogId, Entry>()
  for (const run of runs) {
    const last = run.at(-1)
    if (last === undefined) continue
    const entry = decodeEntry(last)
    heads.set(entry.log, entry)
  }
  return [...heads.values()].map(({ hash }) => hash).sort()
}
