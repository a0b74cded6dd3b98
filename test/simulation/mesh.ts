/** A mesh of simulated nodes: how it is founded, how nodes join and leave, and how all that ails it is healed. */
import {
  admit,
  FolkmootError,
  foundMesh,
  grant,
  MEMBERSHIP_SCOPE,
  type MeshId,
  type NodeId,
  type Permission,
  type Plan,
  type Run,
  type Signer,
} from '@folkmoot/core'
import type { Transport } from '@folkmoot/sync'
import { decodeGossip } from '../../packages/sync/src/messages.ts'
import { signerOf } from '../support/replicas.ts'
import { WallClock } from './clock.ts'
import { Confirmations } from './confirmations.ts'
import type { Sabotage } from './disk.ts'
import { goodLine, type Line } from './links.ts'
import { Network } from './network.ts'
import { type CompanionFor, SimulatedNode, type Twist } from './node.ts'
import { Chance, randomPort } from './random.ts'
import { Schedule } from './schedule.ts'
import { Stats } from './stats.ts'
import { Trace } from './trace.ts'
import { TransportLaw } from './transport-law.ts'

export interface MeshOptions {
  readonly seed: string
  readonly size: number
  /** The last node joins later. */
  readonly hasLateJoiner: boolean
  readonly bufferBytesMax: number
  readonly skewMsMax: number
  readonly sabotage?: (index: number) => Sabotage
  readonly sabotageTransport?: (transport: Transport, chance: Chance) => Transport
  /** What some nodes do that they should not. */
  readonly twist?: (index: number) => Twist | undefined
  /** What works on some nodes beside replication. */
  readonly companion?: (index: number) => CompanionFor | undefined
  /** What the founder writes before anybody else is there; by default everybody may do everything. */
  readonly plans?: (nodes: readonly SimulatedNode[]) => readonly Plan[]
}

/** What each agent may do, unless a run says otherwise. */
const EVERYTHING: Permission = { scope: '*', rights: ['read', 'write'] }

const PULL_MS = 4_000
const JOIN_AGAIN_MS = 5_000

/** Keys are the same in every run: what a run makes of them depends on its mesh id. */
const signers = new Map<string, Signer>()

export function signerNamed(name: string): Signer {
  const signer = signers.get(name) ?? signerOf(`simulated ${name}`)
  signers.set(name, signer)
  return signer
}

function isGossip(bytes: Uint8Array): boolean {
  try {
    decodeGossip(bytes)
    return true
  } catch {
    return false
  }
}

function everythingToAll(nodes: readonly SimulatedNode[]): readonly Plan[] {
  return nodes.flatMap(({ node, name }) => [admit(node, name, name), grant({ agent: name }, EVERYTHING)])
}

export class SimulatedMesh {
  readonly schedule = new Schedule()
  readonly stats = new Stats()
  readonly trace = new Trace(this.schedule)
  readonly law = new TransportLaw()
  readonly confirmations = new Confirmations()
  readonly chance: Chance
  readonly network: Network
  readonly id: MeshId
  /** Those that were admitted. */
  readonly nodes: SimulatedNode[] = []
  /** Lines that are never healed. */
  readonly badLines = new Set<Line>()
  /** Nodes that are never healed. */
  readonly badNodes = new Set<SimulatedNode>()
  readonly #options: MeshOptions
  #joiner: SimulatedNode | undefined
  #areBadNodesGone = false

  constructor(options: MeshOptions) {
    const { seed, size, hasLateJoiner, bufferBytesMax } = options
    this.#options = options
    const { schedule, stats, trace } = this
    this.chance = new Chance(`${seed}/mesh`)
    const chance = new Chance(`${seed}/network`)
    this.network = new Network({ schedule, chance, stats, trace, bufferBytesMax, isGossip })
    const founder = signerNamed('n0')
    const clock = new WallClock(schedule, 0, 0)
    const { mesh, genesis } = foundMesh('simulated', { clock, random: randomPort(seed), signer: founder })
    this.id = mesh
    const nodes = Array.from({ length: size }, (_, index) => this.#newNode(index))
    if (hasLateJoiner) this.#joiner = nodes.pop()
    this.nodes.push(...nodes)
    for (const node of nodes) {
      // Every node is told the same: the founder wrote it before anybody else was there.
      const runs = this.#membershipRuns()
      if (runs.length > 0) node.settleIn(runs)
      else this.#found(node, { entries: [genesis] })
      this.start(node)
    }
  }

  get #founder(): SimulatedNode {
    const [founder] = this.nodes
    if (founder === undefined) throw new Error('a mesh has a founder')
    return founder
  }

  /** All nodes that are to agree in the end. */
  get healthy(): readonly SimulatedNode[] {
    return this.nodes.filter(node => !this.badNodes.has(node))
  }

  get upNodes(): readonly SimulatedNode[] {
    return this.nodes.filter(node => node.isUp)
  }

  get isComplete(): boolean {
    return this.#joiner === undefined
  }

  /** The link of these two is not expected to work. */
  isBad(one: SimulatedNode, other: SimulatedNode): boolean {
    const { links } = this.network
    return (
      this.badLines.has(links.line(one.node, other.node)) ||
      this.badLines.has(links.line(other.node, one.node))
    )
  }

  later(delay: number, work: () => void): void {
    this.schedule.after(delay, work)
  }

  /** Opens a line again, unless it is to stay as bad as it is. */
  unblock(from: NodeId, to: NodeId): void {
    if (!this.badLines.has(this.network.links.line(from, to))) this.network.unblock(from, to)
  }

  /** The nodes that never heal leave for good: what they still had to tell is told by now, or never. */
  retireBadNodes(): void {
    this.#areBadNodesGone = true
    for (const node of this.badNodes) if (node.isUp) node.crash()
  }

  /** Starts a node that is down. */
  start(node: SimulatedNode): void {
    if (this.#areBadNodesGone && this.badNodes.has(node)) return
    if (node.isUp || !this.nodes.includes(node)) return
    node.start(this.nodes.map(({ node: id }) => id).filter(id => id !== node.node))
  }

  /** Admits the late joiner, if it is still outside and the founder can be asked. */
  join(): void {
    const joiner = this.#joiner
    const founder = this.#founder
    if (joiner === undefined || !founder.isUp) return
    founder.write({ kind: 'local', ...grant({ agent: joiner.name }, EVERYTHING), done: () => {} })
    founder.write({
      kind: 'local',
      ...admit(joiner.node, joiner.name, joiner.name),
      done: result => {
        if (result instanceof FolkmootError || !founder.isUp) return
        this.later(1, () => this.#welcome(joiner))
      },
    })
  }

  *allLines(): Iterable<Line> {
    for (const { node: from } of this.nodes) {
      for (const { node: to } of this.nodes) if (from !== to) yield this.network.links.line(from, to)
    }
  }

  /** Ends every fault but those that are to stay. */
  heal(): void {
    this.trace.say('heal')
    for (const { node: from } of this.nodes) {
      for (const { node: to } of this.nodes) {
        const line = this.network.links.line(from, to)
        if (from === to || this.badLines.has(line)) continue
        Object.assign(line, { ...goodLine(), blocked: line.blocked })
        this.network.unblock(from, to)
      }
    }
    for (const node of this.healthy) {
      node.clock.correct()
      node.disk.heal()
      this.start(node)
    }
    this.join()
  }

  #newNode(index: number): SimulatedNode {
    const { seed, skewMsMax, sabotage, twist, sabotageTransport = transport => transport } = this.#options
    const { schedule, stats, trace, network, law } = this
    const name = `n${index}`
    const signer = signerNamed(name)
    const offset = this.chance.between(-skewMsMax, skewMsMax)
    // Clocks that are never wrong show the same millisecond, which has ties of its own.
    const drift = skewMsMax === 0 ? 0 : (this.chance.next() - 0.5) / 500
    return new SimulatedNode({
      name,
      seed,
      mesh: this.id,
      signer,
      clock: new WallClock(schedule, offset, drift),
      schedule,
      stats,
      trace,
      pullMs: PULL_MS,
      sabotage: sabotage?.(index) ?? (storage => storage),
      twist: twist?.(index) ?? {},
      companion: this.#options.companion?.(index),
      transport: isMember => {
        const transport = network.transport(signer.node, name, isMember)
        return law.watch(signer.node, sabotageTransport(transport, this.chance))
      },
      onConfirmed: (peer, log, seq) => {
        stats.count('writes confirmed by a peer')
        this.confirmations.note(peer, log, seq)
        this.confirmations.check(this.nodes)
      },
      onStarted: () => this.confirmations.check(this.nodes),
      onCrash: () => {
        stats.count('crashes')
        network.unplug(signer.node)
        law.crashed(signer.node)
      },
    })
  }

  #found(founder: SimulatedNode, genesis: Run): void {
    founder.settleIn([genesis], replica => {
      replica.process(
        (this.#options.plans ?? everythingToAll)(this.nodes).map(plan => ({
          kind: 'local' as const,
          ...plan,
          done: () => {},
        })),
      )
    })
  }

  /** The membership log as the founder has it, if it is there already. */
  #membershipRuns(): readonly Run[] {
    const founder = this.#founder
    if (!founder.isUp) return []
    const head = [...founder.replica.heads()].find(({ scope }) => scope === MEMBERSHIP_SCOPE)
    if (head === undefined) return []
    const runs: Run[] = []
    for (let seq = 0; seq <= head.seq; ) {
      const entries = founder.replica.readRun(head.log, seq, 1 << 18)
      runs.push({ entries })
      seq += Math.max(1, entries.length)
    }
    return runs
  }

  #welcome(joiner: SimulatedNode): void {
    const runs = this.#membershipRuns()
    // The founder may be down again: it is asked once more when all is healed.
    if (runs.length === 0 || this.#joiner !== joiner) return
    // A clock that is far behind the founder's cannot believe what it is told; whoever joins tries again.
    if (!joiner.settleIn(runs)) {
      this.stats.count('joins that failed')
      this.later(JOIN_AGAIN_MS, () => this.#welcome(joiner))
      return
    }
    this.#joiner = undefined
    this.stats.count('late joins')
    this.nodes.push(joiner)
    this.start(joiner)
    this.#introduce(joiner.node)
  }

  /** As an address in a ticket does. */
  #introduce(node: NodeId): void {
    if (this.#founder.isUp) this.#founder.replicator.know(node, [`/simulated/${node}`])
  }
}
