/** A process of a race, told what to do over IPC. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Participant, Seat, SystemName, Told, Way } from './participant.ts'
import { statementOf } from './statements.ts'

export interface AgentRequest {
  readonly op: keyof typeof ops
  readonly args: readonly unknown[]
}

let participant: Participant
let seat: Seat

async function openSystem(system: SystemName, at: Seat): Promise<Participant> {
  switch (system) {
    case 'server-memory':
      return (await import('./server-memory.ts')).openServerMemory(at)
    case 'server-memory-prepared':
      return (await import('./server-memory.ts')).openPreparedServerMemory(at)
    case 'mem0':
      return (await import('./mem0.ts')).openMem0(at)
    case 'mem0-update':
      return (await import('./mem0.ts')).openMem0Update(at)
    case 'folkmoot':
      return (await import('./folkmoot.ts')).openFolkmoot(at)
  }
}

const ops = {
  async open(system: SystemName, at: Seat) {
    seat = at
    participant = await openSystem(system, at)
  },

  async invite(others: number, keys: readonly string[]) {
    return (await participant.invite?.(others, keys)) ?? []
  },

  async meet(others: number) {
    await participant.meet?.(others)
  },

  /** @param startAt milliseconds since 1970: all processes of a race start then */
  async race(keys: readonly string[], way: Way, startAt: number): Promise<Told> {
    const acknowledged: { key: string; value: string }[] = []
    const errors: string[] = []
    const write = async (key: string) => {
      const value = statementOf(key, seat.process)
      try {
        await participant.write(key, value)
        acknowledged.push({ key, value })
      } catch (error) {
        errors.push((error instanceof Error ? error.message : String(error)).replaceAll(key, 'KEY'))
      }
    }
    await sleep(startAt - Date.now())
    if (way === 'pipelined') await Promise.all(keys.map(write))
    else for (const key of keys) await write(key)
    return { acknowledged, errors, endedAt: Date.now() }
  },

  async state() {
    return (await participant.state?.()) ?? ''
  },

  async read(keys: readonly string[]) {
    return participant.read(keys)
  },

  async close() {
    await participant.close()
  },
}

process.on('message', async ({ op, args }: AgentRequest) => {
  try {
    const run = ops[op] as (...args: readonly unknown[]) => Promise<unknown>
    process.send?.({ result: await run(...args) })
  } catch (error) {
    process.send?.({ error: error instanceof Error ? error.message : String(error) })
  }
})
// Whoever started it is gone.
process.once('disconnect', () => process.exit(0))
