/** A node in a process of its own, told what to do over IPC: the benchmark's other side. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { type MemoryNode, openNode } from '@folkmoot/node'
import { Inbox } from '../../packages/node/src/inbox.ts'
import { makeRecord } from './peers/records.ts'

export interface AgentRequest {
  readonly op: keyof typeof ops
  readonly args: readonly unknown[]
}

let node: MemoryNode
/** Latencies of memories seen here, in ms, by the writer's clock: both processes read one monotonic clock. */
const seen: number[] = []
/** Conflicts as they were shown here, and when the last run of a peer before that had come. In ms, as above. */
const conflicts: { key: string; at: number; arrivedAt: number }[] = []
let delay: ReturnType<typeof monitorEventLoopDelay> | undefined

function itemOf(i: number) {
  const { id, content, kind, tag, confidence } = makeRecord(i)
  return { value: content, kind, tags: [tag], confidence, metadata: { id } }
}

function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000
}

async function recordsHere(): Promise<number> {
  return (await node.state()).scopes.reduce((sum, { records }) => sum + records, 0)
}

const ops = {
  async open(options: Parameters<typeof openNode>[0]) {
    const started = performance.now()
    node = await openNode(options)
    return { ms: performance.now() - started, addresses: node.listenAddresses() }
  },

  async invite() {
    // Said, since an agent that has some grants already is given nothing by itself.
    const permissions = [{ scope: '*', rights: ['read' as const, 'write' as const] }, { resource: '*' }]
    return (await node.invite({ agent: 'bench', uses: 100, permissions })).ticket
  },

  /** Something to judge by: rights over so many users' own scopes, for whoever is invited here. */
  async grant(count: number) {
    await node.grant(
      'agent=bench',
      Array.from({ length: count }, (_, i) => ({ scope: `user=person-${i}`, rights: ['read', 'write'] })),
    )
  },

  /** One acknowledged write after the other. Gives ms. */
  async writeSingles(from: number, count: number) {
    const started = performance.now()
    for (let i = from; i < from + count; i++) {
      const { value, ...options } = itemOf(i)
      await node.remember(value, options)
    }
    return performance.now() - started
  },

  async writeBatch(from: number, count: number) {
    const items = Array.from({ length: count }, (_, i) => itemOf(from + i))
    const started = performance.now()
    await node.rememberMany(items)
    return performance.now() - started
  },

  /** One memory in each of many scopes. */
  async writeScopes(count: number) {
    await node.rememberMany(
      Array.from({ length: count }, (_, i) => ({ value: `note ${i}`, scope: `app=bench,user=u${i}` })),
    )
  },

  async status() {
    return node.status()
  },

  async waitForRecords(count: number) {
    const started = performance.now()
    let searchable = 0
    while ((await recordsHere()) < count) await new Promise(resolve => setTimeout(resolve, 10))
    const ms = performance.now() - started
    searchable = (await node.search(makeRecord(count - 1).content, { limit: 1 })).length
    return { ms, searchable }
  },

  async firstRead(text: string) {
    const started = performance.now()
    const found = await node.search(text, { limit: 1 })
    return { ms: performance.now() - started, found: found.length, rss: process.memoryUsage().rss }
  },

  async watch() {
    delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    void (async () => {
      for await (const { memory } of node.watch()) {
        const at = (memory?.row.registers.metadata?.at(-1)?.value as { sent?: number } | undefined)?.sent
        if (at !== undefined) seen.push(Number(process.hrtime.bigint() / 1000n) / 1000 - at)
      }
    })()
  },

  async seen() {
    return seen
  },

  async watchConflicts() {
    let arrivedAt = 0
    const offer = Inbox.prototype.offer
    Inbox.prototype.offer = function (work) {
      arrivedAt = monotonicMs()
      return offer.call(this, work)
    }
    void (async () => {
      for await (const { event, memory } of node.watch()) {
        if (event === 'conflict:opened')
          conflicts.push({ key: memory?.key ?? '', at: monotonicMs(), arrivedAt })
      }
    })()
  },

  async conflictsSeen() {
    return conflicts
  },

  /** Gives when it was on disk. */
  async writeKeyed(key: string, value: string) {
    await node.remember(value, { key })
    return monotonicMs()
  },

  /** Writes at an even pace, each memory saying when it was sent. */
  async writePaced(count: number, perSecond: number) {
    const started = performance.now()
    for (let i = 0; i < count; i++) {
      const wait = started + (i * 1000) / perSecond - performance.now()
      if (wait > 0) await new Promise(resolve => setTimeout(resolve, wait))
      const sent = Number(process.hrtime.bigint() / 1000n) / 1000
      void node.remember(`paced ${i}`, { metadata: { sent } })
    }
  },

  async peers() {
    return node.peers()
  },

  async close() {
    await node.close()
  },
}

process.on('message', async ({ op, args }: AgentRequest) => {
  try {
    const run = ops[op] as (...args: readonly unknown[]) => Promise<unknown>
    process.send?.({ result: await run(...args) })
    if (op === 'close') process.exit(0)
  } catch (error) {
    process.send?.({ error: error instanceof Error ? error.message : String(error) })
  }
})
