/**
 * One run: from a seed to a verdict.
 *
 *   found a mesh ──▶ work and faults ──▶ heal ──▶ wait for quiet ──▶ check ( ──▶ erase ──▶ quiet ──▶ check )
 */
import { erase } from '@folkmoot/core'
import { checkEnd, checkManners, FrontierWatch, frontierOf, type Problem } from './checkers.ts'
import { planFaults } from './faults.ts'
import { type MeshOptions, SimulatedMesh } from './mesh.ts'
import { makePermanent } from './permanent-faults.ts'
import { Chance } from './random.ts'
import type { Stats } from './stats.ts'
import { Workload } from './workload.ts'

export interface RunOptions extends Partial<Pick<MeshOptions, 'size' | 'sabotage' | 'sabotageTransport'>> {
  /** `liveness`: one node or link stays bad for ever, and the others have to agree all the same. By default a run in five. */
  readonly mode?: 'safety' | 'liveness'
  /** Erase some memories once all agree. By default a run in four does. */
  readonly erases?: boolean
}

export interface Verdict {
  readonly seed: number
  readonly problems: readonly Problem[]
  readonly stats: Stats
  /** Equal for two runs that were equal in everything. */
  readonly digest: string
  readonly tail: readonly string[]
}

/** Faults that are under way when the last one begins have ended by then. */
const FAULTS_END_MS = 18_000
/** Erasures come within this time. */
const ERASING_MS = 4_000
const LOOK_EVERY_MS = 1_000
/** Far more than anti-entropy, penalties and the worst clock need. */
const QUIET_BOUND_MS = 20 * 60_000
/** How long it has to stay quiet, and how many messages two nodes may exchange meanwhile. */
const STAY_QUIET_MS = 12_000
const QUIET_MESSAGES_MAX = 40

export function simulate(seed: number, options: RunOptions = {}): Verdict {
  const { mode = seed % 5 === 0 ? 'liveness' : 'safety' } = options
  const chance = new Chance(`run ${seed} ${mode}`)
  const size = chance.between(3, 5)
  const mesh = new SimulatedMesh({
    size,
    seed: `${mode} ${seed}`,
    hasLateJoiner: mode === 'safety' && chance.hit(0.3),
    bufferBytesMax: chance.pick([3_000, 50_000, 1_000_000]),
    skewMsMax: chance.pick([0, 1_000, 60_000]),
    ...options,
  })
  const workload = new Workload(mesh.id, new Chance(`work ${seed}`), mesh.stats)
  const watch = new FrontierWatch()
  const problems: Problem[] = []
  const erases = options.erases ?? (mode === 'safety' && chance.hit(0.25))
  if (mode === 'liveness') makePermanent(mesh)

  const activeMs = chance.between(8_000, 24_000)
  planWork(mesh, workload, chance, activeMs)
  planFaults(mesh, chance.between(3, 10), activeMs)
  if (!mesh.isComplete) mesh.later(chance.between(0, activeMs), () => mesh.join())
  pass(mesh, activeMs + FAULTS_END_MS, watch)
  mesh.heal()
  const isQuiet = waitForQuiet(mesh, watch, problems)
  if (isQuiet) problems.push(...checkEnd(mesh, workload))
  if (isQuiet && erases) {
    eraseSome(mesh, workload, chance)
    if (waitForQuiet(mesh, undefined, problems)) problems.push(...checkEnd(mesh, workload))
  }
  const lost = mesh.confirmations.lost.map((detail): Problem => ({ kind: 'lost confirmation', detail }))
  problems.push(...lost, ...watch.problems, ...checkManners(mesh))
  const breaches = mesh.law.breaches(false)
  problems.push(...breaches.map((detail): Problem => ({ kind: 'transport law', detail })))
  for (const node of mesh.upNodes) mesh.trace.say(`${node.name} ends with ${node.replica.roots.root()}`)
  return { seed, problems, stats: mesh.stats, digest: mesh.trace.digest(), tail: mesh.trace.tail() }
}

function planWork(mesh: SimulatedMesh, workload: Workload, chance: Chance, durationMs: number): void {
  for (let planned = chance.between(10, 26); planned > 0; planned--) {
    mesh.later(chance.between(0, durationMs), () => {
      const up = mesh.upNodes
      if (up.length === 0) return
      if (chance.hit(0.08)) workload.actTogether(up)
      else workload.act(chance.pick(up))
    })
  }
}

function pass(mesh: SimulatedMesh, durationMs: number, watch: FrontierWatch | undefined): void {
  for (let left = durationMs; left > 0; left -= LOOK_EVERY_MS) {
    mesh.schedule.runFor(Math.min(left, LOOK_EVERY_MS))
    watch?.look(mesh)
  }
}

/** Some memories are erased, while others still change them, and while things go wrong once more. */
function eraseSome(mesh: SimulatedMesh, workload: Workload, chance: Chance): void {
  planFaults(mesh, chance.between(0, 4), ERASING_MS)
  for (let planned = chance.between(2, 5); planned > 0; planned--) {
    mesh.later(chance.between(0, ERASING_MS), () => {
      const up = mesh.upNodes
      if (up.length === 0) return
      const row = workload.pickRow(chance.pick(up))
      if (row === undefined) return
      for (const node of chance.shuffled(up).slice(0, chance.between(1, 2))) {
        workload.submit(node, erase(row.id))
        mesh.stats.count('erasures')
      }
      for (let acts = chance.between(0, 3); acts > 0; acts--) workload.act(chance.pick(up))
    })
  }
  // Who has erased and who has not yet may hold the same entries: meanwhile nobody compares frontiers.
  mesh.schedule.runFor(ERASING_MS + FAULTS_END_MS)
  mesh.heal()
}

/** With the bad node still there, and then once more without it: it may always have something left to tell. */
function waitForQuiet(mesh: SimulatedMesh, watch: FrontierWatch | undefined, problems: Problem[]): boolean {
  const began = mesh.schedule.now
  let why = whyNotQuiet(mesh, watch)
  if (why === undefined && mesh.badNodes.size > 0) {
    mesh.retireBadNodes()
    why = whyNotQuiet(mesh, watch)
  }
  const seconds = Math.round((mesh.schedule.now - began) / 1000)
  mesh.stats.count('seconds until quiet', seconds)
  if (seconds > 60) mesh.stats.count('runs quiet after more than a minute')
  if (why !== undefined) {
    problems.push({ kind: 'not quiet', detail: why })
    return false
  }
  const before = messagesOf(mesh)
  const frontiers = mesh.healthy.map(frontierOf).join()
  pass(mesh, STAY_QUIET_MS, watch)
  const said = messagesOf(mesh) - before
  const most = (QUIET_MESSAGES_MAX * mesh.nodes.length * (mesh.nodes.length - 1)) / 2
  if (said > most) problems.push({ kind: 'not quiet', detail: `${said} messages though all agree` })
  if (mesh.healthy.map(frontierOf).join() !== frontiers) {
    problems.push({ kind: 'not quiet', detail: 'something changed though all had agreed' })
  }
  return true
}

/** Lets time pass until all are in step; gives what still keeps them apart when that takes too long. */
function whyNotQuiet(mesh: SimulatedMesh, watch: FrontierWatch | undefined): string | undefined {
  const began = mesh.schedule.now
  let why: string | undefined
  do {
    pass(mesh, LOOK_EVERY_MS, watch)
    why = unrest(mesh)
  } while (why !== undefined && mesh.schedule.now - began < QUIET_BOUND_MS)
  return why
}

function messagesOf(mesh: SimulatedMesh): number {
  return mesh.stats.of('messages delivered')
}

/** Says who is not in step yet. */
function unrest(mesh: SimulatedMesh): string | undefined {
  if (!mesh.isComplete) return 'a node has not been admitted'
  const down = mesh.healthy.find(node => !node.isUp || !node.isIdle)
  if (down !== undefined) return `${down.name} is down or busy`
  const frontiers = new Set(mesh.healthy.map(frontierOf))
  if (frontiers.size > 1) return `${frontiers.size} different frontiers`
  for (const one of mesh.healthy) {
    for (const other of mesh.healthy) {
      if (one === other || mesh.isBad(one, other)) continue
      const status = one.replicator.peers().find(({ node }) => node === other.node)
      if (status?.connected !== true) return `${one.name} has no connection to ${other.name}`
      if (!status.inSync) return `${one.name} does not know itself in sync with ${other.name}`
    }
  }
  return undefined
}
