/** A few nodes in one process, whose network, clock and storage move only when the test says so. */
import type { NodeId } from '@folkmoot/core'
import { InProcessHub } from '../in-process-transport.ts'
import type { RefusalCode } from '../messages.ts'
import { Replicator } from '../replicator.ts'
import type { ReplicatorOptions } from '../replicator-options.ts'
import type { Transport } from '../transport.ts'
import { FakeReplica, testNode } from './fake-replica.ts'

export interface WorldNode {
  readonly replica: FakeReplica
  readonly replicator: Replicator
  readonly transport: Transport
  readonly synced: { readonly peer: NodeId; readonly root: string }[]
  readonly cuts: { readonly peer: NodeId; readonly code: RefusalCode; readonly reason: string }[]
}

/** Members, whether they are added to a world or not. */
const MEMBERS = Array.from({ length: 12 }, (_, index) => testNode(index))

export class World {
  now = 1_000_000
  readonly #work: (() => void)[] = []
  readonly hub: InProcessHub
  readonly nodes: WorldNode[] = []
  /** Members that the test itself plays. */
  readonly guests: NodeId[] = []

  constructor(bufferBytesMax?: number) {
    const later = (work: () => void) => this.#work.push(work)
    this.hub = new InProcessHub({ later, ...(bufferBytesMax === undefined ? {} : { bufferBytesMax }) })
  }

  /** Give `prepare` what the node holds before it starts. */
  add(
    prepare: (replica: FakeReplica) => void = () => {},
    options: Partial<ReplicatorOptions> = {},
  ): WorldNode {
    const replica = new FakeReplica(testNode(this.nodes.length))
    replica.roster = () => [...MEMBERS, ...this.guests]
    prepare(replica)
    const transport = this.hub.transport(replica.node)
    const [synced, cuts]: [WorldNode['synced'], WorldNode['cuts']] = [[], []]
    const replicator = new Replicator({
      replica,
      transport,
      random: () => 0.5,
      now: this.now,
      onSynced: (peer, root) => synced.push({ peer, root }),
      onCut: (peer, code, reason) => cuts.push({ peer, code, reason }),
      ...options,
    })
    replica.appended = (head, run, from) => {
      replicator.appended(head, run, from)
      if (from !== null) replicator.flush()
    }
    void transport.start(replicator)
    const node = { replica, replicator, transport, synced, cuts }
    this.nodes.push(node)
    return node
  }

  connect(one: WorldNode, other: WorldNode): void {
    one.transport.dial(other.replica.node, [])
  }

  disconnect(one: WorldNode, other: WorldNode): void {
    this.hub.sever(one.replica.node, other.replica.node)
  }

  /** Who may hold what, or where logs end, is another matter from now on, and all nodes know. */
  accessChanged(): void {
    for (const { replicator } of this.nodes) replicator.accessChanged()
  }

  /** One message, or one stored page. False if nothing is under way. */
  stepOnce(): boolean {
    const work = this.#work.shift()
    if (work !== undefined) {
      work()
      return true
    }
    return this.nodes.some(({ replica }) => replica.work())
  }

  /** Until nothing is under way. */
  settle(): void {
    for (let steps = 0; this.stepOnce(); steps++) {
      if (steps > 2_000_000) throw new Error('does not settle')
    }
  }

  /** Lets time pass, in ticks. */
  pass(ms: number, tickMs = 100): void {
    for (const end = this.now + ms; this.now < end; ) {
      this.now += tickMs
      for (const { replicator } of this.nodes) replicator.tick(this.now)
      this.settle()
    }
  }

  /** Bytes sent between two nodes since the connection was made. */
  bytesBetween(one: WorldNode, other: WorldNode): number {
    const status = one.replicator.peers().find(peer => peer.node === other.replica.node)
    return (status?.bytesIn ?? 0) + (status?.bytesOut ?? 0)
  }
}
