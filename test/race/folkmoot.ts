/** A Folkmoot node in each process, with its own directory, connected with the others over TCP on loopback. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Event, type MemoryNode, openNode } from '@folkmoot/node'
import type { Found, Participant, Reading, Seat } from './participant.ts'
import { agentOf } from './statements.ts'

const POLL_MS = 20
const LISTEN = ['/ip4/127.0.0.1/tcp/0']

export async function openFolkmoot(seat: Seat): Promise<Participant> {
  const node = await openSeat(seat)
  return {
    async invite(others) {
      const tickets: string[] = []
      for (let other = 1; other <= others; other++)
        tickets.push((await node.invite({ agent: agentOf(seat.process + other) })).ticket)
      return tickets
    },
    async meet(others) {
      while ((await node.status()).connected < others) await sleep(POLL_MS)
    },
    async write(key, value) {
      await node.remember(value, { key })
    },
    async state() {
      return (await node.state()).root
    },
    read: keys => readNode(node, keys),
    close: () => node.close(),
  }
}

/** The first founds the mesh, the others join it. Whoever only reads stays off the network. */
function openSeat({ home, process, handed, onlyReads }: Seat): Promise<MemoryNode> {
  const name = agentOf(process)
  const dir = join(home, name)
  if (onlyReads === true) return openNode({ dir, offline: true })
  const membership = handed === undefined ? { agent: name } : { join: handed }
  return openNode({ dir, name, listen: LISTEN, ...membership })
}

async function readNode(node: MemoryNode, keys: readonly string[]): Promise<readonly Reading[]> {
  const listed = new Set((await node.conflicts()).map(({ key }) => key))
  const readings: Reading[] = []
  for (const key of keys) {
    const memory = await node.get(key)
    const events = memory === undefined ? [] : await applied(node, memory.id)
    const competing = (memory?.siblings ?? []).map(({ value, agent }) => foundOf(value, agent, true))
    const effective = memory === undefined ? [] : [foundOf(memory.value, memory.provenance.agent, true)]
    const past = events.map(({ value, agent }) => foundOf(value, agent, false))
    readings.push({
      key,
      found: [...effective, ...competing, ...past],
      surfaced: listed.has(key),
      concurrent: hasDifferingHeads(events),
    })
  }
  return readings
}

async function applied(node: MemoryNode, id: string): Promise<readonly Event[]> {
  return (await node.history(id)).filter(({ status }) => status === 'applied')
}

function foundOf(value: unknown, by: string, current: boolean): Found {
  return { value: String(value), by, current }
}

/** Asked of the signed history and not of the conflicts that are to be checked: an entry names what it was written upon. */
function hasDifferingHeads(events: readonly Event[]): boolean {
  const built = new Set(events.flatMap(({ deps }) => deps))
  const heads = events.filter(({ entry }) => !built.has(entry))
  return new Set(heads.map(({ value }) => JSON.stringify(value))).size > 1
}
