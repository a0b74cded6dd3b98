/**
 * One run with hostile members: from a seed to a verdict.
 *
 *   found a mesh ──▶ work, attacks, admins, faults ──▶ the hostile fall silent, all heals ──▶ quiet
 *     ──▶ the hostile leave ──▶ quiet ──▶ check
 */
import { erase } from '@folkmoot/core'
import type { Problem } from '../checkers.ts'
import { planFaults } from '../faults.ts'
import { type MeshOptions, SimulatedMesh, signerNamed } from '../mesh.ts'
import type { SimulatedNode, Twist } from '../node.ts'
import { Chance } from '../random.ts'
import type { Verdict } from '../run.ts'
import { Workload } from '../workload.ts'
import { HostileActor } from './actor.ts'
import { Administration, founding, type Named, VAULT } from './administration.ts'
import { unrest } from './agreement.ts'
import { BEHAVIOURS } from './behaviours.ts'
import { checkHostileEnd, type Scene } from './checkers.ts'
import { ReadWatch } from './read-watch.ts'
import { TWISTS } from './twists.ts'

export interface HostileOptions extends Partial<Pick<MeshOptions, 'sabotage'>> {
  /** A fault of ours in every honest node, for tests of the checkers. */
  readonly fault?: Twist
  /** Which hostile members there are, rather than what chance says. */
  readonly hostile?: readonly string[]
}

const ACT_EVERY_MS = 1_500
const LOOK_EVERY_MS = 1_000
const FAULTS_END_MS = 18_000
/** Far more than anti-entropy, penalties and the worst clock need. */
const QUIET_BOUND_MS = 20 * 60_000

/** Who is there: the first nodes of the mesh are honest, those behind them twisted; actors are beside it. */
interface Cast {
  readonly honest: number
  readonly keepers: ReadonlySet<string>
  readonly twists: readonly string[]
  readonly actors: readonly (Named & { readonly acts: string })[]
}

export function simulateHostile(seed: number, options: HostileOptions = {}): Verdict {
  const chance = new Chance(`hostile run ${seed}`)
  const cast = castOf(chance, options.hostile)
  const watch = new ReadWatch(new Map([[VAULT, neverKeepers(cast)]]))
  const mesh = meshFor(seed, cast, watch, chance, options)
  const honest = mesh.nodes.slice(0, cast.honest)
  const twisted = mesh.nodes.slice(cast.honest)
  for (const node of twisted) mesh.badNodes.add(node)
  const keepers = honest.filter(({ name }) => cast.keepers.has(name))
  const hostile = [...twisted, ...cast.actors]
  const workload = new Workload(mesh.id, new Chance(`hostile work ${seed}`), mesh.stats, [VAULT, VAULT])
  const administration = new Administration(
    mesh,
    new Chance(`hostile admins ${seed}`),
    { honest, hostile },
    keepers,
  )
  const actors = cast.actors.map(actor => actorFor(seed, actor, mesh, honest))

  const activeMs = chance.between(8_000, 20_000)
  for (const [at, actor] of actors.entries()) planActs(mesh, actor, cast.actors[at]?.acts ?? '', activeMs)
  planWork(mesh, workload, chance, activeMs)
  planFaults(mesh, chance.between(0, 4), activeMs)
  administration.plan(chance.between(1, 5), activeMs)
  mesh.schedule.runFor(activeMs + FAULTS_END_MS)
  mesh.heal()

  const problems: Problem[] = []
  let why = whyNotQuiet(mesh, honest)
  for (const actor of actors) actor.stop()
  mesh.retireBadNodes()
  why ??= whyNotQuiet(mesh, honest)
  if (why !== undefined) problems.push({ kind: 'not quiet', detail: why })
  const scene: Scene = {
    ...{ mesh, honest, workload, administration, watch },
    hostile: new Set(hostile.map(({ node }) => node)),
  }
  if (why === undefined) problems.push(...checkHostileEnd(scene))
  mesh.stats.count('restricted messages read along', watch.seen)
  problems.push(...mesh.confirmations.lost.map((detail): Problem => ({ kind: 'lost confirmation', detail })))
  problems.push(...mesh.law.breaches(false).map((detail): Problem => ({ kind: 'transport law', detail })))
  for (const node of mesh.upNodes) mesh.trace.say(`${node.name} ends with ${node.replica.roots.root()}`)
  return { seed, problems, stats: mesh.stats, digest: mesh.trace.digest(), tail: mesh.trace.tail() }
}

/** Up to a third of all are hostile. */
function castOf(chance: Chance, wanted: readonly string[] | undefined): Cast {
  const honest = chance.between(3, 5)
  const most = Math.max(1, Math.floor(honest / 2))
  const all = [...Object.keys(BEHAVIOURS), ...Object.keys(TWISTS)]
  const kinds = wanted ?? chance.shuffled(all).slice(0, chance.between(1, most))
  const others = Array.from({ length: honest - 2 }, (_, at) => `n${at + 2}`)
  return {
    honest,
    keepers: new Set(['n0', 'n1', ...others.filter(() => chance.hit(0.6))]),
    twists: kinds.filter(kind => kind in TWISTS),
    actors: kinds
      .filter(kind => kind in BEHAVIOURS)
      .map((acts, at) => ({ acts, name: `h${at}`, node: signerNamed(`h${at}`).node })),
  }
}

function neverKeepers({ honest, twists, actors, keepers }: Cast): ReadonlySet<Named['node']> {
  const names = Array.from({ length: honest + twists.length }, (_, at) => `n${at}`)
  const others = names.filter(name => !keepers.has(name)).map(name => signerNamed(name).node)
  return new Set([...others, ...actors.map(({ node }) => node)])
}

function meshFor(
  seed: number,
  { honest, keepers, twists, actors }: Cast,
  watch: ReadWatch,
  chance: Chance,
  { sabotage, fault }: HostileOptions,
): SimulatedMesh {
  const mesh: SimulatedMesh = new SimulatedMesh({
    seed: `hostile ${seed}`,
    size: honest + twists.length,
    hasLateJoiner: false,
    bufferBytesMax: chance.pick([50_000, 1_000_000]),
    skewMsMax: chance.pick([0, 1_000, 60_000]),
    ...(sabotage === undefined ? {} : { sabotage }),
    plans: nodes => founding([...nodes, ...actors], keepers),
    twist: at => {
      const kind = twists[at - honest]
      if (kind !== undefined) {
        return TWISTS[kind]?.(new Chance(`${seed} ${kind} ${at}`), () => mesh.schedule)
      }
      return {
        ...fault,
        transport: (transport, replica) => watch.watch(`n${at}`, transport, replica),
      }
    },
  })
  for (const kind of twists) mesh.stats.count(`hostile: ${kind}`)
  return mesh
}

function actorFor(
  seed: number,
  { name, acts }: Named & { readonly acts: string },
  mesh: SimulatedMesh,
  honest: readonly SimulatedNode[],
): HostileActor {
  mesh.stats.count(`hostile: ${acts}`)
  const signer = signerNamed(name)
  const [founder] = honest
  const authority = founder?.replica.membership.authorityHeads() ?? []
  const transport = mesh.network.transport(signer.node, name, () => true)
  return new HostileActor({
    name,
    secret: `simulated ${name}`,
    signer,
    mesh: mesh.id,
    chance: new Chance(`${seed} ${name} ${acts}`),
    transport: mesh.law.watch(signer.node, transport),
    victims: mesh.nodes.map(({ node }) => node),
    now: () => founder?.clock.now() ?? 0,
    authority: () => authority,
  })
}

function planActs(mesh: SimulatedMesh, actor: HostileActor, acts: string, durationMs: number): void {
  const behave = BEHAVIOURS[acts]
  for (
    let at = actor.chance.between(0, ACT_EVERY_MS);
    at < durationMs;
    at += actor.chance.between(1, 2 * ACT_EVERY_MS)
  ) {
    mesh.later(at, () => behave?.(actor))
  }
}

function planWork(mesh: SimulatedMesh, workload: Workload, chance: Chance, durationMs: number): void {
  for (let planned = chance.between(10, 24); planned > 0; planned--) {
    mesh.later(chance.between(0, durationMs), () => {
      const up = mesh.upNodes
      if (up.length === 0) return
      const at = chance.pick(up)
      const row = chance.hit(0.06) ? workload.pickRow(at) : undefined
      if (row === undefined) workload.act(at)
      else {
        mesh.stats.count('erasures')
        workload.submit(at, erase(row.id))
      }
    })
  }
}

function whyNotQuiet(mesh: SimulatedMesh, honest: readonly SimulatedNode[]): string | undefined {
  const began = mesh.schedule.now
  let why: string | undefined
  do {
    mesh.schedule.runFor(LOOK_EVERY_MS)
    why = unrest(honest)
  } while (why !== undefined && mesh.schedule.now - began < QUIET_BOUND_MS)
  mesh.stats.count('seconds until quiet', Math.round((mesh.schedule.now - began) / 1000))
  return why
}
