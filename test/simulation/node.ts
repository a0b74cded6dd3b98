/**
 * One node of a run, put together as the product puts it together (open-node.ts, online-mesh.ts): writes and what
 * peers send wait in the inbox, the replica takes them in batches, replication is told what was committed.
 */
import {
  type LocalWork,
  type LogId,
  MEMBERSHIP_SCOPE,
  type MeshId,
  type News,
  type NodeId,
  Replica,
  type Run,
  type RunOutcome,
  type ScopeId,
  type Signer,
  scopeHas,
  type Work,
} from '@folkmoot/core'
import { type Replication, Replicator, type SyncReplica, type Transport } from '@folkmoot/sync'
import { Inbox } from '../../packages/node/src/inbox.ts'
import type { WallClock } from './clock.ts'
import { Disk, type Sabotage } from './disk.ts'
import { Chance, randomPort } from './random.ts'
import type { Schedule } from './schedule.ts'
import type { Stats } from './stats.ts'
import type { Trace } from './trace.ts'

/** What a node does that it should not, beside its honest self. */
export interface Twist {
  /** Between what it holds and what it tells of that. */
  readonly port?: (port: SyncReplica, replica: Replica) => SyncReplica
  /** Between what it says and what is sent. */
  readonly transport?: (transport: Transport, replica: Replica) => Transport
}

/** What works on a node beside replication, for one life. */
export interface Companion {
  /** What was just committed. */
  tell(news: News): void
  /** The node is gone: nothing of it may go on. */
  stop(): void
}

/** What a companion works with. */
export interface Surroundings {
  readonly replica: Replica
  readonly inbox: Inbox
  readonly schedule: Schedule
  readonly stats: Stats
}

export type CompanionFor = (node: SimulatedNode, around: Surroundings) => Companion

export interface NodeOptions {
  readonly name: string
  readonly seed: string
  readonly mesh: MeshId
  readonly signer: Signer
  readonly clock: WallClock
  readonly schedule: Schedule
  readonly stats: Stats
  readonly trace: Trace
  readonly pullMs: number
  readonly sabotage: Sabotage
  readonly twist: Twist
  readonly companion?: CompanionFor | undefined
  /** A new place in the network, for each life. */
  transport(isMember: (node: NodeId) => boolean): Transport
  /** Emitted when a peer says that it has stored a log up to `seq` for good. */
  onConfirmed(peer: NodeId, log: LogId, seq: number): void
  /** Emitted when this node has started. */
  onStarted(): void
  /** Called when this node is gone, at whatever point of its work. */
  onCrash(): void
}

/** From one start to the next crash. */
interface Life {
  readonly replica: Replica
  readonly inbox: Inbox
  readonly replicator: Replicator
  companion: Companion | undefined
}

const TICK_MS = 400
/** The inbox's turn comes soon, never at once. */
const TURN_MS_MAX = 5

export class SimulatedNode {
  readonly name: string
  readonly node: NodeId
  readonly disk: Disk
  /** Connections that it, or its peer, ended for what was said on them. */
  readonly cuts: { readonly peer: NodeId; readonly code: string; readonly reason: string }[] = []
  readonly #options: NodeOptions
  readonly #chance: Chance
  #life: Life | undefined
  #lives = 0
  /** What a crash leaves of the disk is seen when it is read again: it may have come in the middle of a transaction. */
  #hasLostPower = false

  constructor(options: NodeOptions) {
    this.#options = options
    this.name = options.name
    this.node = options.signer.node
    this.#chance = new Chance(`${options.seed}/${options.name}`)
    this.disk = new Disk({ chance: this.#chance, stats: options.stats, onPowerLoss: () => this.#die() })
  }

  get isUp(): boolean {
    return this.#life !== undefined
  }

  /** The running node's replica. */
  get replica(): Replica {
    return this.#running.replica
  }

  get replicator(): Replicator {
    return this.#running.replicator
  }

  get clock(): WallClock {
    return this.#options.clock
  }

  /** Nothing waits to be written or stored. */
  get isIdle(): boolean {
    return this.#life?.inbox.isEmpty ?? true
  }

  write(work: LocalWork): void {
    this.#running.inbox.write(work)
  }

  /** As a node is told of its mesh before it starts for the first time. False: it could not take that in. */
  settleIn(runs: readonly Run[], introduce: (replica: Replica) => void = () => {}): boolean {
    const replica = this.#openReplica()
    let isTaken = true
    const done = ({ refusal }: RunOutcome) => {
      if (refusal !== undefined) isTaken = false
    }
    for (const run of runs) replica.process([{ kind: 'remote', run, from: this.node, done }])
    introduce(replica)
    // Closing a database writes back what it holds.
    replica.storage.transact(true, () => {})
    return isTaken && replica.membership.isMember(this.node)
  }

  start(peers: readonly NodeId[]): void {
    const { schedule, clock, trace, stats } = this.#options
    const life = this.#lives++
    const isCurrent = () => this.#life !== undefined && this.#lives === life + 1
    trace.say(`${this.name} starts`)
    if (this.#hasLostPower) this.disk.losePower()
    this.#hasLostPower = false
    const replica = this.#openReplica()
    const inbox: Inbox = new Inbox(
      batch => this.#process(batch),
      turn => schedule.after(this.#chance.between(0, TURN_MS_MAX), () => isCurrent() && turn()),
    )
    const honest = this.#options.transport(node => replica.membership.isMember(node))
    const transport = this.#options.twist.transport?.(honest, replica) ?? honest
    const replicator = this.#openReplicator(replica, inbox, transport)
    this.#life = { replica, inbox, replicator, companion: undefined }
    this.#life.companion = this.#options.companion?.(this, { replica, inbox, schedule, stats })
    this.#options.onStarted()
    void transport.start(replicator)
    for (const peer of peers) replicator.know(peer, [`/simulated/${peer}`])
    const tick = () => {
      if (!isCurrent()) return
      replicator.tick(clock.now())
      schedule.after(TICK_MS, tick)
    }
    schedule.after(this.#chance.between(1, TICK_MS), tick)
  }

  /** Power fails now. */
  crash(): void {
    this.#die()
  }

  get #running(): Life {
    if (this.#life === undefined) throw new Error(`${this.name} is down`)
    return this.#life
  }

  #die(): void {
    if (this.#life === undefined) return
    this.#options.trace.say(`${this.name} crashes`)
    this.#life.companion?.stop()
    this.#life = undefined
    this.#hasLostPower = true
    this.#options.onCrash()
  }

  #openReplica(): Replica {
    const { mesh, seed, name, signer, clock, sabotage } = this.#options
    const random = randomPort(`${seed}/${name}/${this.#lives}`)
    return new Replica(mesh, { storage: sabotage(this.disk.open()), clock, random, signer })
  }

  #openReplicator(replica: Replica, inbox: Inbox, transport: Transport): Replicator {
    const { mesh, clock, stats, trace, pullMs, name, twist } = this.#options
    const port: SyncReplica = {
      node: this.node,
      mesh,
      heads: () => replica.sharedHeads(),
      readRun: (log, seq, bytesMax) => replica.readRun(log, seq, bytesMax),
      offer: (run, from, done) => inbox.offer({ kind: 'remote', run, from, done }),
      flush: () => replica.storage.transact(true, () => {}),
      isMember: node => replica.membership.isMember(node),
      mayHold: (node, scope) => replica.mayHold(node, scope),
      isOpen: scope => replica.isOpen(scope),
      replication: scope => replicationOf(scope, replica),
    }
    return new Replicator({
      replica: twist.port?.(port, replica) ?? port,
      transport,
      random: () => this.#chance.next(),
      now: clock.now(),
      addresses: () => [`/simulated/${this.node}`],
      pullMs,
      onConfirmed: (peer, log, seq) => this.#options.onConfirmed(peer, log, seq),
      onCut: (peer, code, reason) => {
        stats.count(`cut ${code}`)
        this.cuts.push({ peer, code, reason })
        trace.say(`${name} cuts ${peer.slice(-4)}: ${code}, ${reason}`)
      },
    })
  }

  #process(batch: readonly Work[]): void {
    try {
      this.#running.replica.process(batch, news => this.#publish(news))
    } catch (error) {
      // Every piece of work has been told; or power failed, and nobody is there to be told.
      this.#options.trace.say(`${this.name} kept nothing: ${String(error)}`)
    }
  }

  #publish(news: News): void {
    const { replicator, companion } = this.#running
    this.#tell(news)
    companion?.tell(news)
    for (const { head, run, from } of news.appended) {
      const bytes = run.map(entry => entry.bytes)
      replicator.appended(head, bytes, from)
    }
    if (news.accessChanged) replicator.accessChanged()
    replicator.flush()
    // Some writers want to know when others have it too.
    const own = news.appended.find(({ from }) => from === null)
    if (own !== undefined && this.#chance.hit(0.3)) replicator.confirm(own.head.log, own.head.seq)
  }

  #tell({ appended, changed }: News): void {
    const { stats, trace } = this.#options
    for (const { head, run } of appended) {
      trace.say(`${this.name} stores ${run.length} up to ${head.seq} of ${head.log.slice(0, 6)} ${head.hash}`)
    }
    for (const { before, after } of changed) {
      const open = after.conflicts.filter(({ status }) => status === 'open').length
      const was = before?.conflicts.filter(({ status }) => status === 'open').length ?? 0
      if (open > was) stats.count('conflicts opened')
      if (open < was) stats.count('conflicts ended')
    }
  }
}

/** `user` scopes are compared now and then, a `run` stays at home, the rest is pushed. */
export function replicationOf(scope: ScopeId, replica: Replica): Replication {
  const name = scope === MEMBERSHIP_SCOPE ? undefined : replica.scopeName(scope)
  if (name === undefined) return 'push'
  if (scopeHas(name, 'run')) return 'local'
  return scopeHas(name, 'user') ? 'pull' : 'push'
}
