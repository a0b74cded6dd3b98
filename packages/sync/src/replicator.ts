/**
 * Drives replication: one session per connected peer, one frontier for all of them.
 *
 *   transport ──▶ received ──▶ step(session, event) ──▶ effects ──▶ transport, replica
 *   node ──────▶ appended, tick, flush
 *
 * Synchronous, without timers, promises or randomness of its own: who calls `tick` owns the time, which is what
 * lets a simulator drive a whole mesh from one seed.
 */
import {
  type EntryBytes,
  type ErrorCode,
  type LogHead,
  type LogId,
  MalformedError,
  type NodeId,
  TooLargeError,
} from '@folkmoot/core'
import { AddressBook } from './address-book.ts'
import { lagOf } from './fetching.ts'
import type { Fingerprint } from './fingerprint.ts'
import { SharedFrontier } from './frontier.ts'
import type { Position } from './frontier-index.ts'
import { GossipQueue } from './gossip.ts'
import { GossipIntake } from './gossip-intake.ts'
import { ANTI_ENTROPY_MS, PEERS_MAX, PEERS_WANTED, PULL_MS } from './limits.ts'
import { decodeGossip, decodeMessage, encodeMessage, type RefusalCode, VersionError } from './messages.ts'
import { Outbox } from './outbox.ts'
import { Penalties } from './penalties.ts'
import { rootOf } from './reconcile.ts'
import type { Run, SyncReplica } from './replica-port.ts'
import { newSession, step } from './session.ts'
import { type Effect, type Session, type SessionEvent, summaryOf, type View } from './session-state.ts'
import type { Link, Transport, TransportHandler } from './transport.ts'

/** What only a broken or hostile peer does. Other refusals end with an upgrade, or with patience. */
const PENALISED: ReadonlySet<RefusalCode> = new Set(['malformed', 'flood', 'unasked'])

export interface ReplicatorOptions {
  readonly replica: SyncReplica
  readonly transport: Transport
  /** In [0, 1): spreads the turns of many nodes. Need not be secret. */
  readonly random: () => number
  /** The time until the first `tick`. */
  readonly now: number
  /** Where this node can be dialled. */
  readonly addresses?: () => readonly string[]
  /** How often 'pull' scopes are compared. */
  readonly pullMs?: number
  /** Emitted when both ends had this root when they compared; also again when nothing changed in between. */
  readonly onSynced?: (peer: NodeId, root: Fingerprint) => void
  /** Emitted when the replica refused a run that this peer sent. */
  readonly onRefused?: (peer: NodeId, log: LogId, code: ErrorCode, reason: string) => void
  /** Emitted when a peer says that it has stored a log up to `seq`, after `confirm`. */
  readonly onConfirmed?: (peer: NodeId, log: LogId, seq: number) => void
  /** Emitted when a connection ends for what was said on it, by either side. */
  readonly onCut?: (peer: NodeId, code: RefusalCode, reason: string) => void
}

export interface PeerStatus {
  readonly node: NodeId
  readonly connected: boolean
  readonly addrs: readonly string[]
  /** Entries that the peer is known to have and we lack. */
  readonly lagEntries: number
  /** Equal when last compared, and nothing changed here since. */
  readonly inSync: boolean
  readonly bytesIn: number
  readonly bytesOut: number
}

/** How far catching up has come; both are 0 when nothing is missing. */
export interface Progress {
  readonly wanted: number
  readonly received: number
}

interface Peer {
  readonly node: NodeId
  readonly link: Link
  readonly outbox: Outbox
  session: Session
}

interface HeldPage {
  readonly peer: Peer
  readonly log: LogId
  readonly size: number
  readonly run: Run
}

export class Replicator implements TransportHandler {
  readonly #options: ReplicatorOptions
  readonly #replica: SyncReplica
  readonly #transport: Transport
  readonly #frontier: SharedFrontier
  readonly #gossip = new GossipQueue()
  readonly #intake: GossipIntake
  readonly #book = new AddressBook()
  readonly #penalties = new Penalties()
  readonly #peers = new Map<NodeId, Peer>()
  /** Which session fetches a log, so that no two do. */
  readonly #claims = new Map<LogId, NodeId>()
  /** Pages for which the replica's inbox had no room, oldest first; the windows of the sessions bound them. */
  #held: HeldPage[] = []
  #received = 0
  #now: number
  #lookAt = 0

  constructor(options: ReplicatorOptions) {
    this.#options = options
    this.#replica = options.replica
    this.#transport = options.transport
    this.#now = options.now
    this.#frontier = new SharedFrontier(options.replica)
    this.#intake = new GossipIntake(options.replica, log => this.#frontier.position(log))
  }

  // What the node tells.

  /** A run was committed; `head` is where its log stands now, `from` who sent it, null if it was written here. */
  appended(head: LogHead, run: readonly EntryBytes[], from: NodeId | null): void {
    this.#frontier.set(head)
    for (const peer of [...this.#peers.values()]) {
      const owes = peer.session.phase === 'open' && peer.session.owed.has(head.log)
      if (owes) this.#dispatch(peer, { kind: 'stored', log: head.log, seq: head.seq })
    }
    if (from === null && this.#replica.replication(head.scope) === 'push') this.#gossip.add(head, run)
  }

  /** Gossips what was appended since the last call. Call it at the end of each batch of writes. */
  flush(): void {
    for (const message of this.#gossip.drain()) this.#transport.publish(message)
  }

  tick(now: number): void {
    this.#now = now
    this.flush()
    this.#offerHeld()
    for (const peer of [...this.#peers.values()]) {
      if (this.#replica.isMember(peer.node))
        this.#dispatch(peer, { kind: 'tick', jitter: this.#options.random() })
      else this.#cut(peer, 'not-admitted', 'no longer a member', true)
    }
    if (now >= this.#lookAt) this.#lookAround()
  }

  /** Compares with one peer, or with all, now. `onSynced` tells when nothing is missing. */
  probe(node?: NodeId): void {
    for (const peer of [...this.#peers.values()]) {
      if (node === undefined || peer.node === node) this.#dispatch(peer, { kind: 'nudged' })
    }
  }

  /**
   * Asks all connected peers to tell, by `onConfirmed`, when they have stored a log up to `seq`. A peer that
   * connects later has to be asked again, or has all when it is `onSynced`.
   */
  confirm(log: LogId, seq: number): void {
    for (const peer of [...this.#peers.values()]) {
      this.#dispatch(peer, { kind: 'confirm', items: [{ log, seq }] })
    }
  }

  /** Where a member can be dialled, from a ticket or a command. */
  know(node: NodeId, addresses: readonly string[]): void {
    this.#book.learn({ node, addresses }, false)
    if (node !== this.#replica.node) this.#transport.dial(node, this.#book.addressesOf(node))
  }

  // What the transport tells.

  connected(node: NodeId, link: Link): void {
    const outbox = new Outbox({
      send: bytes => this.#transport.send(node, bytes),
      head: log => this.#frontier.position(log)?.seq,
      read: (log, seq, bytesMax) =>
        this.#frontier.position(log) === undefined ? [] : this.#replica.readRun(log, seq, bytesMax),
    })
    const peer: Peer = { node, link, outbox, session: newSession(this.#now) }
    this.#peers.set(node, peer)
    if (!this.#replica.isMember(node)) this.#cut(peer, 'not-admitted', 'not a member', true)
    else if (this.#penalties.has(node, this.#now)) this.#cut(peer, 'backoff', 'come back later', true)
    else if (this.#peers.size > PEERS_MAX) this.#cut(peer, 'backoff', 'too many peers', true)
    else this.#dispatch(peer, { kind: 'connected' })
  }

  disconnected(node: NodeId): void {
    const peer = this.#peers.get(node)
    if (peer !== undefined) this.#drop(peer)
  }

  received(node: NodeId, bytes: Uint8Array): void {
    const peer = this.#peers.get(node)
    if (peer !== undefined) this.#dispatch(peer, parsed(bytes))
  }

  gossiped(from: NodeId, bytes: Uint8Array): void {
    try {
      const missing = this.#intake.take(decodeGossip(bytes), from)
      for (const position of missing) this.#learn(position, from)
    } catch (error) {
      const peer = this.#peers.get(from)
      if (peer !== undefined) this.#dispatch(peer, unreadable(error))
    }
  }

  drained(node: NodeId): void {
    this.#peers.get(node)?.outbox.flush()
  }

  // What people look at.

  peers(): readonly PeerStatus[] {
    const root = this.root()
    const known = this.#book.nodes().filter(node => node !== this.#replica.node)
    return [...new Set([...this.#peers.keys(), ...known])].map(node => {
      const peer = this.#peers.get(node)
      const { bytesIn, bytesOut } = peer?.link.traffic() ?? { bytesIn: 0, bytesOut: 0 }
      const told = this.#book.addressesOf(node)
      return {
        node,
        connected: peer !== undefined,
        addrs: told.length > 0 ? told : (peer?.link.addresses ?? []),
        lagEntries: peer === undefined ? 0 : this.#lag(peer),
        inSync: peer?.session.phase === 'open' && peer.session.root === root,
        bytesIn,
        bytesOut,
      }
    })
  }

  /** The fingerprint of every shared log's head. */
  root(): Fingerprint {
    return rootOf(summaryOf(this.#view(this.#replica.node)))
  }

  progress(): Progress {
    const lag = Math.max(0, ...[...this.#peers.values()].map(peer => this.#lag(peer)))
    if (lag === 0) this.#received = 0
    return { wanted: this.#received + lag, received: this.#received }
  }

  // Inside.

  #dispatch(peer: Peer, event: SessionEvent): void {
    const [session, effects] = step(peer.session, event, this.#view(peer.node))
    peer.session = session
    for (const effect of effects) this.#carryOut(peer, effect)
  }

  #carryOut(peer: Peer, effect: Effect): void {
    switch (effect.kind) {
      case 'send':
        if (effect.message.kind === 'confirmed' && !this.#isDurable()) return
        if (!peer.outbox.add(effect.message)) this.#cut(peer, 'slow', 'does not read', false)
        return
      case 'serve':
        if (!peer.outbox.serve(effect.items)) this.#cut(peer, 'flood', 'asks for too much at once', true)
        return
      case 'offer':
        this.#held.push({ peer, log: effect.log, size: effect.size, run: { entries: effect.entries } })
        this.#offerHeld()
        return
      case 'claim':
        this.#claims.set(effect.log, peer.node)
        return
      case 'release':
        this.#claims.delete(effect.log)
        return
      case 'synced':
        this.#options.onSynced?.(peer.node, effect.root)
        return
      case 'confirmed':
        for (const { log, seq } of effect.items) this.#options.onConfirmed?.(peer.node, log, seq)
        return
      case 'met':
        this.#meet(peer.node, effect.known)
        return
      case 'refused':
        this.#options.onRefused?.(peer.node, effect.log, effect.code, effect.reason)
        return
      case 'close':
        this.#cut(peer, effect.code, effect.reason, effect.tell)
    }
  }

  /** False: the disk refuses, so nothing can be promised. Who asked asks again, or somebody else. */
  #isDurable(): boolean {
    try {
      this.#replica.flush()
      return true
    } catch {
      return false
    }
  }

  #offerHeld(): void {
    while (true) {
      const page = this.#held[0]
      if (page === undefined) return
      const { peer, log, size, run } = page
      const taken = this.#replica.offer(run, peer.node, outcome => {
        this.#received += outcome.accepted
        if (this.#peers.get(peer.node) === peer) this.#dispatch(peer, { kind: 'applied', log, size, outcome })
        this.#offerHeld()
      })
      if (!taken) return
      this.#held.shift()
    }
  }

  /** Asks the author of a head for it, or who told us, or anybody. */
  #learn(position: Position, from: NodeId): void {
    const open = (node: NodeId) => {
      const peer = this.#peers.get(node)
      return peer?.session.phase === 'open' ? peer : undefined
    }
    const peer = open(position.node) ?? open(from) ?? [...this.#peers.keys()].map(open).find(Boolean)
    if (peer !== undefined) this.#dispatch(peer, { kind: 'learned', positions: [position] })
  }

  #meet(from: NodeId, known: readonly { node: NodeId; addresses: readonly string[] }[]): void {
    let news = false
    for (const peer of known) {
      // What a connected node says of itself is better than what others remember of it.
      const isFirstHand = peer.node === from
      if (peer.node === this.#replica.node || (!isFirstHand && this.#peers.has(peer.node))) continue
      news = this.#book.learn(peer, isFirstHand) || news
    }
    if (news) this.#lookAround()
  }

  /** Looks for members to connect to, in an order of chance so that meshes do not fall into cliques. */
  #lookAround(): void {
    this.#lookAt = this.#now + ANTI_ENTROPY_MS
    const own = this.#options.addresses?.() ?? []
    this.#book.learn({ node: this.#replica.node, addresses: own }, true)
    const open = PEERS_WANTED - this.#peers.size
    if (open <= 0) return
    this.#book
      .nodes()
      .filter(node => node !== this.#replica.node && !this.#peers.has(node) && this.#replica.isMember(node))
      .filter(node => !this.#penalties.has(node, this.#now))
      .map(node => ({ node, order: this.#options.random() }))
      .sort((one, other) => one.order - other.order)
      .slice(0, open)
      .forEach(({ node }) => {
        this.#transport.dial(node, this.#book.addressesOf(node))
      })
  }

  #cut(peer: Peer, code: RefusalCode, reason: string, tell: boolean): void {
    if (this.#peers.get(peer.node) !== peer) return
    this.#drop(peer)
    if (tell && PENALISED.has(code)) this.#penalties.add(peer.node, this.#now)
    if (tell) this.#transport.send(peer.node, encodeMessage({ kind: 'refuse', code, reason }))
    this.#transport.disconnect(peer.node)
    this.#options.onCut?.(peer.node, code, reason)
  }

  #drop(peer: Peer): void {
    this.#peers.delete(peer.node)
    this.#held = this.#held.filter(page => page.peer !== peer)
    for (const [log, node] of this.#claims) if (node === peer.node) this.#claims.delete(log)
  }

  #lag(peer: Peer): number {
    return peer.session.phase === 'open' ? lagOf(peer.session, log => this.#frontier.position(log)) : 0
  }

  #view(peer: NodeId): View {
    const { node: self, mesh } = this.#replica
    return {
      now: this.#now,
      self,
      peer,
      mesh,
      pullMs: this.#options.pullMs ?? PULL_MS,
      tree: name => this.#frontier.tree(name),
      position: log => this.#frontier.position(log),
      shares: scope => this.#replica.replication(scope) !== 'local',
      claimed: log => (this.#claims.get(log) ?? peer) !== peer,
      addresses: () => this.#options.addresses?.() ?? [],
      known: () => this.#book.told(),
    }
  }
}

function parsed(bytes: Uint8Array): SessionEvent {
  try {
    return { kind: 'message', message: decodeMessage(bytes), size: bytes.length }
  } catch (error) {
    return unreadable(error)
  }
}

function unreadable(error: unknown): SessionEvent {
  if (error instanceof VersionError) return { kind: 'unreadable', code: 'version', reason: error.message }
  if (error instanceof MalformedError || error instanceof TooLargeError) {
    return { kind: 'unreadable', code: 'malformed', reason: error.message.slice(0, 200) }
  }
  throw error
}
