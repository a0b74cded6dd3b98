/** One race: processes that write the same keys at once, and a count of what is left. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Agent } from './agents.ts'
import type { Reading, Seat, SystemName, Told, Way } from './participant.ts'
import { keysOf } from './statements.ts'
import { type Tally, tallyOf } from './tally.ts'

export interface RaceOptions {
  readonly system: SystemName
  readonly way: Way
  readonly processes: number
  /** Keys, and so writes of each process. */
  readonly keys: number
  /** Where the stub embedder listens, for who needs one. */
  readonly embedder?: string | undefined
}

export interface RaceResult extends Tally {
  /** From the common start until the last write was answered. */
  readonly seconds: number
  /** From the last answer until all copies are equal; null where there is one copy. */
  readonly settledSeconds: number | null
  /** What the errors said, and how often. */
  readonly reported: { readonly [message: string]: number }
}

/** So that every process has got its orders before the start. */
const HEAD_START_MS = 200
const POLL_MS = 20
/** Copies that are not equal by then are counted as they are. */
const SETTLE_MAX_MS = 30_000

/** @throws Error if the system does not get as far as the race, or cannot be read after it */
export async function runRace(options: RaceOptions): Promise<RaceResult> {
  const home = await mkdtemp(join(tmpdir(), 'folkmoot-race-'))
  const started: Agent[] = []
  const start = async (seat: Omit<Seat, 'home' | 'embedder'>) => {
    const agent = new Agent()
    started.push(agent)
    await agent.call('open', options.system, { ...seat, home, embedder: options.embedder })
    return agent
  }
  try {
    return await raceAmong(options, start)
  } finally {
    await Promise.all(started.map(agent => agent.stop()))
    await rm(home, { recursive: true, force: true, maxRetries: 5 })
  }
}

type Start = (seat: Omit<Seat, 'home' | 'embedder'>) => Promise<Agent>

async function raceAmong({ system, way, processes, keys: count }: RaceOptions, start: Start) {
  const keys = keysOf(count)
  const agents = await gather(start, processes, keys)
  const startAt = Date.now() + HEAD_START_MS
  const told = await Promise.all(agents.map(agent => agent.call<Told>('race', keys, way, startAt)))
  const endedAt = Math.max(...told.map(one => one.endedAt))
  const hasCopies = system === 'folkmoot'
  const settledAt = hasCopies ? await settle(agents) : null
  await Promise.all(agents.map(agent => agent.stop()))
  const copies = hasCopies ? agents.map((_, process) => process) : [0]
  const readers = await Promise.all(copies.map(process => start({ process, onlyReads: true })))
  const readings = await Promise.all(readers.map(reader => reader.call<readonly Reading[]>('read', keys)))
  return {
    ...tallyOf(keys, told, readings),
    seconds: (endedAt - startAt) / 1000,
    settledSeconds: settledAt === null ? null : Math.max(0, settledAt - endedAt) / 1000,
    reported: countOf(told.flatMap(({ errors }) => errors)),
  }
}

/** The first opens alone, so that it can make what the others join. */
async function gather(start: Start, processes: number, keys: readonly string[]): Promise<readonly Agent[]> {
  const first = await start({ process: 0 })
  const handed = await first.call<readonly string[]>('invite', processes - 1, keys)
  const agents = [first]
  for (let process = 1; process < processes; process++)
    agents.push(await start({ process, handed: handed[process - 1] }))
  await Promise.all(agents.map(agent => agent.call('meet', processes - 1)))
  return agents
}

/** When all copies were equal, milliseconds since 1970. */
async function settle(agents: readonly Agent[]): Promise<number> {
  const until = Date.now() + SETTLE_MAX_MS
  while (Date.now() < until) {
    const states = await Promise.all(agents.map(agent => agent.call<string>('state')))
    if (new Set(states).size === 1) break
    await sleep(POLL_MS)
  }
  return Date.now()
}

function countOf(messages: readonly string[]): { readonly [message: string]: number } {
  const counts: { [message: string]: number } = {}
  for (const message of messages) counts[message] = (counts[message] ?? 0) + 1
  return counts
}
