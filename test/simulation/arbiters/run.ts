/**
 * One run with arbiters: from a seed to a verdict.
 *
 *   found a mesh, set a policy ──▶ work, faults, crashes after a claim ──▶ heal ──▶ until all agree, the arbiters are
 *     idle and the leases have run out ──▶ check
 *
 * Work is also what people do beside arbiters; suspicions; policies and rights that change; a vault that one arbiter
 * stores and may not read; memories that are erased while they are judged; nodes that are stopped and started again.
 *
 * The arbiters are the product's own. They wait for promises, so after every few milliseconds of the schedule those
 * that can be kept are.
 */
import type { Case } from '@folkmoot/arbiter'
import {
  type Conflict,
  type DocumentId,
  type DocumentRow,
  POLICY,
  parseDocumentId,
  parseScope,
  type Replica,
  SUSPICION,
  statusAt,
} from '@folkmoot/core'
import type { Arbitration } from '../../../packages/node/src/arbitration/arbitration.ts'
import { frontierOf } from '../checkers.ts'
import { planFaults } from '../faults.ts'
import { type MeshOptions, SimulatedMesh } from '../mesh.ts'
import type { SimulatedNode } from '../node.ts'
import { Chance } from '../random.ts'
import type { Stats } from '../stats.ts'
import { checkEnd } from './checkers.ts'
import { arbiterOn, TIMES, tally } from './companion.ts'
import { ARBITERS, founding } from './law.ts'
import { textsIn } from './pen.ts'
import { goApart } from './policies.ts'
import type { Problem } from './problem.ts'
import { apart, ScopeWatch } from './scope-watch.ts'
import { VAULT } from './vault.ts'
import { Work } from './work.ts'

export interface ArbiterRunOptions extends Partial<Pick<MeshOptions, 'sabotage'>> {
  /** How long to wait until all agree, instead of far longer than it takes. */
  readonly quietBoundMs?: number
  /** What arbiters take for the replica of their node. */
  readonly disguise?: (replica: Replica) => Replica
}

export interface Verdict {
  readonly seed: number
  readonly problems: readonly Problem[]
  readonly stats: Stats
  /** Equal for two runs that were equal in everything. */
  readonly digest: string
  readonly tail: readonly string[]
}

/** The schedule goes on so far between promises. */
const STEP_MS = 20
/** Promises that wait for promises: the longest chain, from a ruling to its outcome, is about a dozen. */
const HOPS = 24
const LOOK_EVERY_MS = 1_000
const FAULTS_END_MS = 12_000
/** Far more than leases, retries, penalties and the worst clock need. */
const QUIET_BOUND_MS = 20 * 60_000
const CRASHES_AFTER_CLAIM = 0.18
const LATE_WRITES = 0.15
const INTERJECTIONS = 0.35
const ERASED_WHILE_JUDGED = 0.04
/** Also some time after a verdict: others have not heard of it. */
const AFTER_MS = 500

export async function simulateArbiters(seed: number, options: ArbiterRunOptions = {}): Promise<Verdict> {
  const run = new ArbiterRun(seed, options)
  await run.work()
  await run.settleDown()
  return run.verdict()
}

class ArbiterRun {
  readonly #seed: number
  readonly #chance: Chance
  readonly #mesh: SimulatedMesh
  readonly #work: Work
  readonly #watch = new ScopeWatch()
  readonly #working = new Map<string, Arbitration>()
  readonly #collisions = new Set<string>()
  readonly #problems: Problem[] = []
  readonly #hasJudge: boolean
  readonly #quietBoundMs: number
  #isHealed = false

  constructor(seed: number, { sabotage, disguise, quietBoundMs = QUIET_BOUND_MS }: ArbiterRunOptions) {
    const chance = new Chance(`arbiters ${seed}`)
    this.#seed = seed
    this.#chance = chance
    this.#quietBoundMs = quietBoundMs
    // Without any model rules go on, and the rest stays visible.
    this.#hasJudge = !chance.hit(0.08)
    const events = {
      claimed: (node: SimulatedNode, conflict: Conflict) => this.#claimed(node, conflict),
      thinking: (node: SimulatedNode, question: Case, ms: number) => this.#thinking(node, question, ms),
      collided: (conflict: Conflict) => this.#collided(conflict),
    }
    const companion = arbiterOn({
      ...{ seed: `arbiters ${seed}`, hasJudge: this.#hasJudge, working: this.#working, events },
      ...{ times: TIMES, disguise },
    })
    this.#mesh = new SimulatedMesh({
      ...{ seed: `arbiters ${seed}`, size: ARBITERS + chance.between(1, 2), hasLateJoiner: false },
      bufferBytesMax: chance.pick([50_000, 1_000_000]),
      skewMsMax: chance.pick([0, 1_000, 20_000]),
      plans: founding,
      companion: at => (at < ARBITERS ? companion : undefined),
      ...(sabotage === undefined ? {} : { sabotage }),
    })
    this.#work = new Work(this.#mesh, new Chance(`arbiters work ${seed}`))
  }

  async work(): Promise<void> {
    const activeMs = this.#chance.between(6_000, 14_000)
    this.#work.plan(activeMs)
    planFaults(this.#mesh, this.#chance.between(1, 6), activeMs)
    await this.#pass(activeMs + FAULTS_END_MS)
  }

  async settleDown(): Promise<void> {
    const { schedule, stats } = this.#mesh
    this.#mesh.retireBadNodes()
    this.#mesh.heal()
    this.#isHealed = true
    const began = schedule.now
    let why: string | undefined
    do {
      await this.#pass(LOOK_EVERY_MS)
      why = this.#unrest()
    } while (why !== undefined && schedule.now - began < this.#quietBoundMs)
    stats.count('seconds until quiet', Math.round((schedule.now - began) / 1000))
    if (why === undefined) {
      const before = this.#mesh.healthy.map(frontierOf).join()
      await this.#pass(TIMES.lease + LOOK_EVERY_MS)
      if (this.#mesh.healthy.map(frontierOf).join() !== before)
        why = 'something was written though all had agreed'
    }
    if (why !== undefined) this.#problems.push({ kind: 'not quiet', detail: why })
    // Also then: it says what does not end.
    this.#problems.push(...checkEnd({ mesh: this.#mesh, work: this.#work, hasJudge: this.#hasJudge }))
    this.#problems.push(...this.#watch.problems)
    this.#countEnds()
  }

  verdict(): Verdict {
    const { stats, trace, upNodes } = this.#mesh
    for (const arbitration of this.#working.values()) {
      tally(arbitration, stats)
      arbitration.close()
    }
    for (const node of upNodes) trace.say(`${node.name} ends with ${node.replica.roots.root()}`)
    return { seed: this.#seed, problems: this.#problems, stats, digest: trace.digest(), tail: trace.tail() }
  }

  async #pass(durationMs: number): Promise<void> {
    const { schedule } = this.#mesh
    const end = schedule.now + durationMs
    for (let looked = schedule.now; schedule.now < end; ) {
      schedule.runFor(Math.min(STEP_MS, end - schedule.now))
      for (let hop = 0; hop < HOPS; hop++) await undefined
      if (schedule.now - looked < LOOK_EVERY_MS) continue
      looked = schedule.now
      this.#watch.look(this.#mesh)
      if (goApart(this.#mesh.upNodes)) this.#mesh.stats.count('seconds with different policies')
    }
  }

  /** Power fails, now and then, when a claim has just been written; for a moment, or until everything is healed. */
  #claimed(node: SimulatedNode, { id }: Conflict): void {
    const { stats, trace } = this.#mesh
    stats.count('claims')
    trace.say(`${node.name} claims ${id}`)
    if (this.#isHealed || !this.#chance.hit(CRASHES_AFTER_CLAIM)) return
    const restarts = this.#chance.hit(0.6)
    const isLost = !restarts && this.#mesh.badNodes.size === 0 && this.#chance.hit(0.5)
    const waits = this.#chance.between(1, 400)
    this.#mesh.later(waits, () => {
      if (!node.isUp) return
      stats.count(restarts ? 'crashes after a claim, restarted' : 'crashes after a claim, gone')
      node.crash()
      if (isLost) {
        stats.count('crashes after a claim, never back')
        this.#mesh.badNodes.add(node)
      }
      if (restarts) this.#mesh.later(this.#chance.between(200, 3_000), () => this.#mesh.start(node))
    })
  }

  #collided({ claims }: Conflict): void {
    const name = claims
      .map(({ entry }) => entry)
      .sort()
      .join()
    if (this.#collisions.has(name)) return
    this.#collisions.add(name)
    this.#mesh.stats.count('collisions of claims')
  }

  #thinking(node: SimulatedNode, question: Case, ms: number): void {
    this.#checkRead(node, question)
    if (this.#isHealed) return
    const { id } = question
    const during = (work: () => void) => this.#mesh.later(this.#chance.between(0, ms + AFTER_MS), work)
    if (this.#chance.hit(LATE_WRITES)) during(() => this.#work.speakLate(documentOf(id)))
    if (this.#chance.hit(INTERJECTIONS)) during(() => this.#work.people.interject(id))
    if (this.#chance.hit(ERASED_WHILE_JUDGED)) during(() => this.#work.erasing.eraseJudged(id))
  }

  /** What is put before a judge its node may read, all of it. */
  #checkRead({ replica, node, name }: SimulatedNode, question: Case): void {
    const { membership, now } = replica
    const isSecret = textsIn(JSON.stringify(question)).some(text => text.startsWith('secret'))
    for (const scope of isSecret ? [parseScope(question.scope), VAULT] : [parseScope(question.scope)]) {
      if (membership.can({ node, agent: name }, 'read', scope, now)) continue
      const detail = `${name} has put before a judge what is said in ${scope}`
      this.#problems.push({ kind: 'forbidden read', detail })
    }
    if (isSecret) this.#mesh.stats.count('judged in the vault')
  }

  #unrest(): string | undefined {
    const { healthy } = this.#mesh
    const down = healthy.find(node => !node.isUp || !node.isIdle)
    if (down !== undefined) return `${down.name} is down or busy`
    const parted = apart(healthy)
    if (parted !== undefined) return parted
    for (const [name, arbitration] of this.#working) {
      const { queued, judging } = arbitration.report()
      if (queued > 0 || judging.length > 0) return `the arbiter of ${name} has ${queued} waiting`
    }
    const held = healthy.find(node =>
      rowsInDispute(node).some(row => row.conflicts.some(one => isHeld(one, node))),
    )
    return held && `${held.name} shows a claim that holds`
  }

  #countEnds(): void {
    const { stats } = this.#mesh
    const [node] = this.#mesh.healthy
    for (const { conflicts } of node === undefined ? [] : rowsInDispute(node)) {
      for (const { register, status, resolution, overruled, reopened } of conflicts) {
        if (register === POLICY) stats.count('ended with policies that differ')
        if (register === SUSPICION)
          stats.count(`suspicions ended ${status}${resolution === null ? '' : ` by ${resolution.judge}`}`)
        if (register === SUSPICION && overruled.some(({ pick }) => pick !== resolution?.pick))
          stats.count('suspicions judged differently')
        if (register !== 'content') continue
        if (resolution?.kind === 'context') stats.count(`ended with contexts by ${resolution.judge}`)
        stats.count(`ended ${status}${resolution === null ? '' : ` by ${resolution.judge}`}`)
        if (overruled.length > 0) stats.count('folded verdicts')
        if (overruled.some(({ value }) => value !== resolution?.value))
          stats.count('folded verdicts that differ')
        if (reopened?.kind === 'undo') stats.count('left to people')
      }
    }
  }
}

function documentOf(conflict: string): DocumentId {
  return parseDocumentId(conflict.slice(0, conflict.indexOf('.')))
}

function rowsInDispute({ replica }: SimulatedNode): readonly DocumentRow[] {
  return replica.storage.rows.list({ conflict: 'any', limit: 10_000 })
}

/** A clock that was far ahead may have claimed something for long. */
function isHeld(conflict: Conflict, { replica }: SimulatedNode): boolean {
  return conflict.status === 'claimed' && statusAt(conflict, replica.now) === 'claimed'
}
