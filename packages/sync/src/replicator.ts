/**
 * Drives replication: one session per connected peer, one frontier for all of them.
 *
 *   transport ──▶ received ──▶ step(session, event) ──▶ effects ──▶ transport, replica
 *   node ──────▶ appended, tick, flush
 *
 * Synchronous, without timers, promises or randomness of its own: who calls `tick` owns the time, which is what
 * lets a simulator drive a whole mesh from one seed.
 */
import type { EntryBytes, LogHead, LogId, NodeId } from '@folkmoot/core'
import { AppendedNews, type Notice } from './appended-news.ts'
import { encodeMessage } from './encode-message.ts'
import type { Fingerprint } from './fingerprint.ts'
import { SharedFrontier } from './frontier.ts'
import type { Position } from './frontier-index.ts'
import { GossipIntake } from './gossip-intake.ts'
import { HeldPages } from './held-pages.ts'
import { type KnownFrontier, KnownFrontiers } from './known-frontiers.ts'
import { PEERS_MAX } from './limits.ts'
import { decodeGossip, type RefusalCode } from './messages.ts'
import { Neighbours } from './neighbours.ts'
import { outboxFor } from './outbox.ts'
import { parsed, unreadable } from './parsed.ts'
import { absent, lagBehind, type Peer, type PeerStatus, type Progress, statusOf } from './peer-status.ts'
import { rootOf } from './reconcile.ts'
import type { SyncReplica } from './replica-port.ts'
import type { ReplicatorOptions } from './replicator-options.ts'
import { newSession, step } from './session.ts'
import { type Effect, type SessionEvent, summaryOf, type View } from './session-state.ts'
import { type Surroundings, viewFor } from './session-view.ts'
import type { Link, Transport, TransportHandler } from './transport.ts'

/** What only a broken or hostile peer does. Other refusals end with an upgrade, or with patience. */
const PENALISED: ReadonlySet<RefusalCode> = new Set(['malformed', 'flood', 'unasked'])

export class Replicator implements TransportHandler {
  readonly #options: ReplicatorOptions
  readonly #replica: SyncReplica
  readonly #transport: Transport
  readonly #frontier: SharedFrontier
  readonly #news: AppendedNews
  readonly #intake: GossipIntake
  readonly #known = new KnownFrontiers()
  readonly #peers = new Map<NodeId, Peer>()
  readonly #neighbours: Neighbours
  /** Which session fetches a log, so that no two do. */
  readonly #claims = new Map<LogId, NodeId>()
  readonly #held: HeldPages
  readonly #around: Surroundings
  #received = 0
  #now: number

  constructor(options: ReplicatorOptions) {
    this.#options = options
    this.#replica = options.replica
    this.#transport = options.transport
    this.#now = options.now
    this.#neighbours = new Neighbours(options, this.#peers)
    this.#frontier = new SharedFrontier(options.replica)
    this.#around = { options, frontier: this.#frontier, claims: this.#claims, book: this.#neighbours.book }
    this.#news = new AppendedNews({
      replication: scope => options.replica.replication(scope),
      isOpen: scope => this.#frontier.isOpen(scope),
    })
    this.#intake = new GossipIntake({
      replica: options.replica,
      position: log => this.#frontier.all.position(log),
      takes: scope => this.#frontier.takes(scope),
      lacking: (head, from) => this.#learn(head, from),
    })
    this.#held = new HeldPages(options.replica, ({ peer, log, size }, outcome) => {
      this.#received += outcome.accepted
      if (this.#peers.get(peer.node) === peer) this.#dispatch(peer, { kind: 'applied', log, size, outcome })
    })
  }

  // What the node tells.

  /** A run was committed; `head` is where its log stands now, `from` who sent it, null if it was written here. */
  appended(head: LogHead, run: readonly EntryBytes[], from: NodeId | null): void {
    this.#frontier.set(head)
    this.#news.add(head, run, from)
    // Who passes gossip on may not have stored it; its author has.
    if (from !== null && from === head.node) this.#known.holds(from, [head], this.#now)
  }

  /**
   * Who may hold what has changed, or where logs end: call it when all that was appended has been told, before
   * `flush`. What may not be shared any more is not from here on, and all is compared again at the next tick.
   */
  accessChanged(): void {
    this.#frontier.reload()
    for (const peer of [...this.#peers.values()]) {
      if (this.#replica.isMember(peer.node)) this.#dispatch(peer, { kind: 'membership', access: true })
      else this.#cut(peer, 'not-admitted', 'no longer a member', true)
    }
  }

  /** Tells others of what was appended since the last call. Call it at the end of each batch. */
  flush(): void {
    this.#tell(this.#news.stored([...this.#peers.values()]))
    const { messages, notices } = this.#news.written([...this.#peers.values()])
    for (const message of messages) this.#transport.publish(message)
    this.#tell(notices)
  }

  tick(now: number): void {
    this.#now = now
    this.flush()
    this.#held.offer()
    for (const peer of [...this.#peers.values()]) {
      if (this.#replica.isMember(peer.node))
        this.#dispatch(peer, { kind: 'tick', jitter: this.#options.random() })
      else this.#cut(peer, 'not-admitted', 'no longer a member', true)
    }
    this.#tell(this.#news.handedOn([...this.#peers.values()]))
    this.#neighbours.tick(now)
  }

  /** Compares with one peer, or with all, now. `onSynced` tells when nothing is missing. */
  probe(node?: NodeId): void {
    for (const peer of [...this.#peers.values()]) {
      if (node === undefined || peer.node === node) this.#dispatch(peer, { kind: 'nudged' })
    }
  }

  /**
   * Asks all connected peers that may hold it to tell, by `onConfirmed`, when they have stored a log up to `seq`. A
   * peer that connects later has to be asked again, or has all when it is `onSynced`.
   */
  confirm(log: LogId, seq: number): void {
    for (const peer of [...this.#peers.values()]) {
      this.#dispatch(peer, { kind: 'confirm', items: [{ log, seq }] })
    }
  }

  /** Where a member can be dialled, from a ticket or a command. */
  know(node: NodeId, addresses: readonly string[]): void {
    this.#neighbours.know(node, addresses)
  }

  // What the transport tells.

  connected(node: NodeId, link: Link): void {
    const outbox = outboxFor(node, this.#transport, this.#frontier, this.#replica)
    const peer: Peer = { node, link, outbox, session: newSession(this.#now) }
    this.#peers.set(node, peer)
    if (!this.#replica.isMember(node)) this.#cut(peer, 'not-admitted', 'not a member', true)
    else if (this.#neighbours.isPenalised(node, this.#now))
      this.#cut(peer, 'backoff', 'come back later', true)
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
    const known = this.#neighbours.book.nodes().filter(node => node !== this.#replica.node)
    return [...new Set([...this.#peers.keys(), ...known])].map(node => {
      const peer = this.#peers.get(node)
      const told = this.#neighbours.book.addressesOf(node)
      if (peer === undefined) return absent(node, told)
      return statusOf(peer, told, this.#frontier, rootOf(summaryOf(this.#view(node))))
    })
  }

  /** What a node is known to hold, connected or not; undefined if nothing is known of it. */
  known(node: NodeId): KnownFrontier | undefined {
    return this.#known.of(node)
  }

  /** The fingerprint of every shared log's head, as far as this node may hold them. */
  root(): Fingerprint {
    return rootOf(summaryOf(this.#view(this.#replica.node)))
  }

  progress(): Progress {
    const lag = Math.max(0, ...[...this.#peers.values()].map(peer => lagBehind(peer, this.#frontier)))
    if (lag === 0) this.#received = 0
    return { wanted: this.#received + lag, received: this.#received }
  }

  // Inside.

  #tell(notices: readonly Notice[]): void {
    for (const { to, event } of notices) this.#dispatch(to, event)
  }

  #dispatch(peer: Peer, event: SessionEvent): void {
    if (peer.session.phase === 'open' && event.kind === 'message')
      this.#known.hears(peer.node, event.message, this.#now)
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
        this.#held.add({ peer, log: effect.log, size: effect.size, run: { entries: effect.entries } })
        return
      case 'claim':
        this.#claims.set(effect.log, peer.node)
        return
      case 'release':
        this.#claims.delete(effect.log)
        return
      case 'synced':
        this.#known.equals(peer.node, effect.root, () => this.#frontier.of(peer.node).positions(), this.#now)
        this.#options.onSynced?.(peer.node, effect.root)
        return
      case 'confirmed':
        this.#known.holds(peer.node, effect.items, this.#now)
        for (const { log, seq } of effect.items) this.#options.onConfirmed?.(peer.node, log, seq)
        return
      case 'met':
        this.#neighbours.meet(peer.node, effect.known, this.#now)
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

  /** Asks the author of a head for it, or who told us, or anybody. */
  #learn(position: Position, from: NodeId): void {
    const open = (node: NodeId) => {
      const peer = this.#peers.get(node)
      return peer?.session.phase === 'open' ? peer : undefined
    }
    const peer = open(position.node) ?? open(from) ?? [...this.#peers.keys()].map(open).find(Boolean)
    if (peer !== undefined) this.#dispatch(peer, { kind: 'learned', positions: [position] })
  }

  #cut(peer: Peer, code: RefusalCode, reason: string, tell: boolean): void {
    if (this.#peers.get(peer.node) !== peer) return
    this.#drop(peer)
    if (tell && PENALISED.has(code)) this.#neighbours.penalise(peer.node, this.#now)
    if (tell) this.#transport.send(peer.node, encodeMessage({ kind: 'refuse', code, reason }))
    this.#transport.disconnect(peer.node)
    this.#options.onCut?.(peer.node, code, reason)
  }

  #drop(peer: Peer): void {
    this.#peers.delete(peer.node)
    this.#frontier.forget(peer.node)
    this.#held.drop(peer)
    for (const [log, node] of this.#claims) if (node === peer.node) this.#claims.delete(log)
  }

  #view(peer: NodeId): View {
    return viewFor(peer, this.#now, this.#around)
  }
}
