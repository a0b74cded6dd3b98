/**
 * What disagreements cost: ten thousand of them decided by rules, and how soon one is seen on every node.
 *
 *   decided   listed, held against the policy, and brought to the plan of a change
 *   written   and signed, stored for good and told of, by an ordinary node
 *   seen      from the arrival of the entry that disagrees to `conflict:opened`, with three nodes in processes of their own
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Arbiter, type Docket } from '@folkmoot/arbiter'
import {
  type Conflict,
  FolkmootError,
  type NodeId,
  note,
  POLICY,
  parseDocumentId,
  parseScope,
  remember,
  type WriteResult,
} from '@folkmoot/core'
import { type MemoryNode, openNode } from '@folkmoot/node'
import { NodeDocket } from '../../packages/node/src/arbitration/node-docket.ts'
import { settlementByRule } from '../../packages/node/src/arbitration/settlement-by-rule.ts'
import type { Inbox } from '../../packages/node/src/inbox.ts'
import { foundMeshIn, type HandNode } from '../../packages/node/src/testing/hand-node.ts'
import { ownerOf, type View, viewOf } from '../../packages/node/src/view.ts'
import { type Agent, withAgents } from './agents.ts'
import { makeRecord } from './peers/records.ts'
import { percentile } from './statistics.ts'

export interface Took {
  readonly ms: number
  readonly cpuMs: number
}

export interface ArbitrationCost {
  readonly conflicts: number
  readonly decided: Took
  readonly written: Took
  /** What the same node needs to update as many of these memories, all at once. */
  readonly updated: Took
}

export interface SeenCost {
  /** Of each node: milliseconds from the entry's arrival to the event. */
  readonly nodes: readonly { readonly name: string; readonly ms: readonly number[] }[]
  /** From the moment at which both writes were on disk, over all nodes: with the way between them. */
  readonly fromWriteMs: readonly number[]
}

const SCOPE = parseScope('app=default')
const RULES = { version: 1, clauses: [{ when: { kind: 'preference' }, rule: 'latest' }] }
const PORTION = 500
/** A change of rights, or the first key, may still be on its way. */
const PATIENCE_MS = 120_000

export async function arbitrationTask(conflicts: number): Promise<ArbitrationCost> {
  const home = mkdtempSync(join(tmpdir(), 'folkmoot-arbitration-'))
  const founder = await foundMeshIn(home, { sealed: false })
  try {
    const guest = await founder.admit('ben', 'traveller', { scope: '*', rights: ['read', 'write'] })
    await founder.write(
      note({ scope: SCOPE, name: POLICY, register: POLICY, value: RULES }, founder.replica.names),
    )
    // The scope's key is there when something was written in it.
    await founder.remember('the first')
    await founder.settled()
    await guest.pull(founder)
    say(founder, conflicts, 0)
    say(guest, conflicts, conflicts)
    await founder.pull(guest)
    await guest.close()
    const decided = await decide(founder, conflicts)
    const { dir } = founder
    await founder.close()
    return { conflicts, decided, ...(await write(dir, conflicts)) }
  } finally {
    await founder.close().catch(() => {})
    rmSync(home, { recursive: true, force: true })
  }
}

/** The same keys on both nodes, and other values. */
function say({ replica, node }: HandNode, count: number, from: number): void {
  const at = { names: replica.names, node }
  for (let start = 0; start < count; start += PORTION) {
    const works = Array.from({ length: Math.min(PORTION, count - start) }, (_, i) => ({
      kind: 'local' as const,
      ...remember(
        {
          scope: SCOPE,
          key: `seat-${start + i}`,
          content: makeRecord(from + start + i).content,
          registers: { kind: 'preference' },
        },
        at,
      ),
      done: (result: WriteResult | FolkmootError) => {
        if (result instanceof FolkmootError) throw result
      },
    }))
    replica.process(works)
  }
}

/** All but the writing: whatever is to be written is taken for written. */
async function decide({ replica, node }: HandNode, conflicts: number): Promise<Took> {
  const now = () => replica.now
  const home = { id: node, replica, inbox: undefined as unknown as Inbox, ensureKey: undefined }
  const reading = { resolver: 'latest' as const, authority: [], now }
  const view = viewOf({ ...home, reading }, ownerOf(node, replica, 'admin'))
  const agentOf = (said: { readonly node: NodeId }) => view.members.member(said.node)?.agent ?? ''
  const settled = new Set<string>()
  const listed = new NodeDocket({ view, arbiters: { placeOf: () => 0 }, fallback: reading, now })
  const docket: Docket = {
    open: () => listed.open(),
    find: id => (settled.has(id) ? undefined : listed.find(id)),
    caseOf: () => undefined,
    claim: async () => {},
    settle: async (id, ruling) => {
      const { candidates = [] } = disputeOf(view, id) ?? {}
      if (
        ruling.judge === 'rule' &&
        settlementByRule(ruling.decision, candidates, agentOf, () => false) !== undefined
      )
        settled.add(id)
    },
  }
  const timers = {
    now,
    after(ms: number, work: () => void) {
      const timer = setTimeout(work, ms)
      return () => clearTimeout(timer)
    },
  }
  const arbiter = new Arbiter({ node, docket, timers })
  const deciding = stopwatch()
  arbiter.start()
  while (arbiter.status().tallies.byRule < conflicts) await sleep(1)
  const took = deciding()
  arbiter.stop()
  return took
}

function disputeOf({ sight }: View, id: string): Conflict | undefined {
  const row = sight.row(parseDocumentId(id.slice(0, id.indexOf('.'))))
  return row?.conflicts.find(conflict => conflict.id === id)
}

async function write(dir: string, conflicts: number) {
  const stopped = new AbortController()
  const node = await openNode({ dir, offline: true, arbiter: {} })
  try {
    const settling = stopwatch()
    await settled(node, conflicts, AbortSignal.any([stopped.signal, AbortSignal.timeout(PATIENCE_MS)]))
    const written = settling()
    const left = (await node.conflicts({ cause: 'concurrent-values' })).length
    if (left > 0) throw new Error(`${left} conflicts are left`)
    const memories = await node.list({ kind: 'preference', limit: conflicts })
    const updating = stopwatch()
    await Promise.all(memories.map(({ id }, i) => node.update(id, `something else ${i}`)))
    return { written, updated: updating() }
  } finally {
    stopped.abort()
    await node.close()
  }
}

/** Resolves when so many conflicts have ended. Asking for the status would list those that are left each time. */
async function settled(node: MemoryNode, conflicts: number, signal: AbortSignal): Promise<void> {
  let ended = 0
  for await (const { event } of node.watch({ signal })) {
    if (event === 'conflict:resolved' && ++ended === conflicts) return
  }
  throw new Error('the arbiter has not come to an end')
}

/** Time, and what this process had of it: on a busy machine they are far apart. */
function stopwatch(): () => Took {
  const [began, cpu] = [performance.now(), process.cpuUsage()]
  return () => {
    const { user, system } = process.cpuUsage(cpu)
    return { ms: performance.now() - began, cpuMs: (user + system) / 1000 }
  }
}

/** Two nodes say something else of one thing at once; they and a third hear of it. */
export function seenTask(rounds: number): Promise<SeenCost> {
  return withAgents(async (home, start) => {
    const names = ['one', 'two', 'three']
    const agents = names.map(() => start())
    const [first, second] = agents as [Agent, Agent]
    await first.call('open', { dir: join(home, 'one'), name: 'one' })
    for (const [at, agent] of agents.entries()) {
      if (at === 0) continue
      const join_ = await first.call('invite')
      await agent.call('open', { dir: join(home, names[at] ?? ''), name: names[at], join: join_ })
    }
    await allConnected(agents)
    for (const agent of agents) await agent.call('watchConflicts')
    const written: number[] = []
    for (let round = 0; round < rounds; round++) {
      const key = `disputed-${round}`
      const ends = await Promise.all(
        [first, second].map((agent, at) => agent.call('writeKeyed', key, `${names[at]} ${round}`)),
      )
      written.push(Math.max(...(ends as number[])))
      await sleep(20)
    }
    await sleep(1000)
    const seen = await Promise.all(agents.map(agent => agent.call('conflictsSeen')))
    const nodes = names.map((name, at) => ({ name, ms: seen[at].map((one: Seen) => one.at - one.arrivedAt) }))
    const fromWriteMs = seen.flat().map((one: Seen) => one.at - (written[Number(one.key.split('-')[1])] ?? 0))
    return { nodes, fromWriteMs }
  })
}

interface Seen {
  readonly key: string
  readonly at: number
  readonly arrivedAt: number
}

async function allConnected(agents: readonly Agent[]): Promise<void> {
  const isAlone = async (agent: Agent) =>
    (await agent.call('peers')).filter((peer: { connected: boolean }) => peer.connected).length <
    agents.length - 1
  for (const agent of agents) while (await isAlone(agent)) await sleep(50)
  // What was said while they met has settled by then.
  await sleep(1000)
}

/** `p50 p99 max`. */
export function spreadOf(values: readonly number[]): string {
  return [50, 99, 100].map(percent => percentile(values, percent).toFixed(1)).join(' ')
}

/** Milliseconds, and those of the processor. */
export function tookText({ ms, cpuMs }: Took): string {
  return `${ms.toFixed(0)} (processor ${cpuMs.toFixed(0)})`
}
