/** An arbiter on a simulated node: the product's own, with its view, writer and docket, in simulated time. */
import type { Case, Judge, Times } from '@folkmoot/arbiter'
import type { Changed, Conflict, Replica } from '@folkmoot/core'
import { Arbitration } from '../../../packages/node/src/arbitration/arbitration.ts'
import { meshTime } from '../../../packages/node/src/arbitration/mesh-time.ts'
import type { Inbox } from '../../../packages/node/src/inbox.ts'
import { suspectsOf } from '../../../packages/node/src/suspects.ts'
import { eraseNotes } from '../../../packages/node/src/suspicions/erase-notes.ts'
import { ownerOf, type View, viewOf } from '../../../packages/node/src/view.ts'
import type { CompanionFor, SimulatedNode, Surroundings } from '../node.ts'
import { Chance } from '../random.ts'
import type { Stats } from '../stats.ts'
import { stubJudge } from './stub-judge.ts'

/** As in the product, but for their size: a run lasts a minute. */
export const TIMES: Times = {
  claimStep: 300,
  lease: 8_000,
  judgement: 6_000,
  goOn: 1_500,
  retry: 1_000,
  retryMax: 8_000,
  pause: 1_000,
  pauseMax: 4_000,
}

export interface ArbiterEvents {
  /** Emitted when a claim of this node is on its disk. */
  claimed(node: SimulatedNode, conflict: Conflict): void
  thinking(node: SimulatedNode, question: Case, ms: number): void
  /** Emitted when several claims stand beside each other. */
  collided(conflict: Conflict): void
}

export interface CompanionOptions {
  readonly seed: string
  readonly events: ArbiterEvents
  readonly hasJudge: boolean
  readonly times: Times
  /** Those that work now, by the name of their node. */
  readonly working: Map<string, Arbitration>
  /** What an arbiter takes for its node's replica. Only tests of the checkers use it. */
  readonly disguise?: ((replica: Replica) => Replica) | undefined
}

/** As the product's watch: it lets writers go first. */
const QUIET_MS = 250

/** What a node's owner sees, and writes with. */
export function ownerViewOf(node: SimulatedNode, replica: Replica, inbox: Inbox): View {
  const reading = { resolver: 'latest' as const, authority: [], now: () => replica.now }
  const home = { id: node.node, replica, inbox, reading, ensureKey: undefined }
  return viewOf(home, ownerOf(node.node, replica, node.name))
}

export function arbiterOn(options: CompanionOptions): CompanionFor {
  const { seed, events, hasJudge, times, working, disguise = replica => replica } = options
  let lives = 0
  return (node, around) => {
    const { schedule, stats } = around
    const chance = new Chance(`${seed}/${node.name}/judge/${lives++}`)
    const judge: Judge | undefined = hasJudge
      ? stubJudge({
          ...{ chance, name: `judge of ${node.name}`, schedule, stats },
          onThinking: (question, ms) => events.thinking(node, question, ms),
        })
      : undefined
    const view = ownerViewOf(node, disguise(around.replica), around.inbox)
    const arbitration = arbitrationOn(node, around, { view, judge, times })
    const isCurrent = () => working.get(node.name) === arbitration
    working.set(node.name, arbitration)
    // The node is up when this returns, and not before.
    schedule.after(1, () => {
      if (isCurrent()) arbitration.start()
    })
    return {
      tell(news) {
        arbitration.tell(news)
        schedule.after(QUIET_MS, () => {
          if (isCurrent()) eraseNotesOfErased(view, news.changed)
        })
        for (const { after, entry } of news.changed) {
          for (const conflict of after.conflicts) if (conflict.claims.length > 1) events.collided(conflict)
          if (entry.node !== node.node) continue
          const own = after.conflicts.find(({ claims }) => claims.some(claim => claim.entry === entry.hash))
          if (own !== undefined) events.claimed(node, own)
        }
      },
      stop() {
        tally(arbitration, stats)
        arbitration.close()
        working.delete(node.name)
      },
    }
  }
}

/** The product's own watch works in real time. A note may come later than the erasure of what it is about. */
function eraseNotesOfErased(view: View, changed: readonly Changed[]): void {
  const about = changed.flatMap(({ after }) =>
    after.type === 'note' ? (suspectsOf(after, id => view.sight.row(id)) ?? []) : [after],
  )
  for (const row of about) {
    if (!row.erased || row.type !== 'record' || !view.sight.mayWrite(row.scope)) continue
    // Others do it, too: whoever comes second finds nothing left, or is refused.
    eraseNotes(view, row).catch(() => {})
  }
}

/** What it has met goes into the statistics when it ends. */
export function tally(arbitration: Arbitration, stats: Stats): void {
  for (const [what, times] of Object.entries(arbitration.report().tallies))
    stats.count(`arbiters: ${what}`, times)
}

interface Ways {
  readonly view: View
  readonly judge: Judge | undefined
  readonly times: Times
}

function arbitrationOn(
  node: SimulatedNode,
  { replica, schedule }: Surroundings,
  { view, judge, times }: Ways,
): Arbitration {
  const now = meshTime(
    () => replica.now,
    () => node.clock.now(),
  )
  const after = (ms: number, work: () => void) => {
    let isCalledOff = false
    schedule.after(Math.max(1, ms), () => {
      if (!isCalledOff) work()
    })
    return () => {
      isCalledOff = true
    }
  }
  return new Arbitration({
    view,
    node: node.node,
    members: () => replica.membership,
    connected: () => node.replicator.peers().flatMap(peer => (peer.connected ? peer.node : [])),
    fallback: { resolver: 'latest', authority: [] },
    options: { budget: { calls: 1_000 }, concurrency: 2 },
    timers: { now, after },
    judge,
    times,
  })
}
