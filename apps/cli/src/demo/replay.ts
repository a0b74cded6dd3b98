/**
 * Replays a LoCoMo file (https://github.com/snap-research/locomo): long dialogues between two people. Each turn
 * becomes an episodic memory written by the node of its speaker, three nodes at once, with a cut in the middle.
 */
import { readFile } from 'node:fs/promises'
import { UsageError } from '../fault.ts'
import type { Fleet, FleetNode } from './fleet.ts'
import type { Narrator } from './narrator.ts'

export interface Turn {
  readonly speaker: string
  readonly value: string
  readonly kind: 'episodic'
  readonly thread: string
  readonly position: number
  /** Milliseconds since 1970, if the session's date could be read. */
  readonly validFrom?: number
  readonly metadata: { readonly [key: string]: string }
}

/** Memories that one call carries: what an agent would hand over at once. */
const BATCH = 50

/** @throws UsageError if the file is no LoCoMo file */
export async function readTurns(path: string): Promise<Turn[]> {
  let samples: unknown
  try {
    samples = JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    throw new UsageError(`${path}: ${(error as Error).message}`)
  }
  if (!Array.isArray(samples)) throw new UsageError(`${path} is not a LoCoMo file: no list of conversations`)
  const turns = samples.flatMap((sample, i) => turnsOf(sample, i))
  if (turns.length === 0) throw new UsageError(`${path} is not a LoCoMo file: no dialogue turn found`)
  return turns
}

interface Sample {
  readonly sample_id?: string
  readonly conversation?: { readonly [key: string]: unknown }
}

function turnsOf({ sample_id, conversation = {} }: Sample, index: number): Turn[] {
  const sessions = Object.keys(conversation)
    .map(key => /^session_(\d+)$/.exec(key)?.[1])
    .filter(number => number !== undefined)
    .map(Number)
    .sort((a, b) => a - b)
  let position = 0
  return sessions.flatMap(number => {
    const said = conversation[`session_${number}`]
    const date = conversation[`session_${number}_date_time`]
    if (!Array.isArray(said)) return []
    return said.map((turn): Turn => {
      const { speaker = '', text = '', dia_id = '', blip_caption } = turn as { [key: string]: string }
      const validFrom = dateOf(date)
      const seen = blip_caption === undefined ? '' : ` [shows ${blip_caption}]`
      return {
        speaker,
        value: `${text}${seen}` || '…',
        kind: 'episodic',
        thread: sample_id ?? `conversation-${index + 1}`,
        position: position++,
        ...(validFrom === undefined ? {} : { validFrom }),
        metadata: { speaker, turn: dia_id, date: String(date ?? '') },
      }
    })
  })
}

/** `1:56 pm on 8 May, 2023`, taken as UTC. */
function dateOf(text: unknown): number | undefined {
  const found = /^(\d+):(\d+) (am|pm) on (\d+) (\w+), (\d+)$/.exec(String(text))
  if (found === null) return undefined
  const [, hour, minute, half, day, month, year] = found
  const hours = (Number(hour) % 12) + (half === 'pm' ? 12 : 0)
  const at = Date.parse(`${day} ${month} ${year} ${hours}:${minute} UTC`)
  return Number.isNaN(at) ? undefined : at
}

export interface ReplayFigures {
  readonly turns: number
  readonly speakers: number
  readonly writeMs: number
  readonly convergeMs: number
}

/** @throws Error if a turn is missing anywhere, or the states differ */
export async function replay(fleet: Fleet, turns: readonly Turn[], tell: Narrator): Promise<ReplayFigures> {
  const speakers = [...new Set(turns.map(turn => turn.speaker))]
  const nodeOf = (turn: Turn) => fleet.nodes[speakers.indexOf(turn.speaker) % fleet.nodes.length] as FleetNode
  const halves = [turns.slice(0, turns.length / 2), turns.slice(turns.length / 2)]
  await tell.say(`${turns.length} turns by ${speakers.length} speakers, three nodes writing at once`)
  const before = await records(fleet)
  const started = performance.now()
  for (const [i, half] of halves.entries()) {
    if (i === 1) {
      fleet.cut()
      await tell.say('half way: the network is cut, the writing goes on')
    }
    await Promise.all(
      fleet.nodes.map(node =>
        write(
          node,
          half.filter(turn => nodeOf(turn) === node),
        ),
      ),
    )
  }
  const writeMs = performance.now() - started
  await tell.say(
    `${new Set(await fleet.roots()).size} different states when all is written; now the cut heals`,
  )
  fleet.heal()
  const { ms: convergeMs } = await fleet.converge()
  const after = await records(fleet)
  const gained = after.map((count, i) => count - (before[i] ?? 0))
  if (gained.some(count => count !== turns.length)) throw new Error(`turns are missing: ${gained.join(', ')}`)
  await checkThreads(fleet, turns)
  await tell.say(
    `every node holds all ${turns.length} turns, in place; states equal after ${Math.round(convergeMs)} ms`,
  )
  return { turns: turns.length, speakers: speakers.length, writeMs, convergeMs }
}

async function write({ client }: FleetNode, turns: readonly Turn[]): Promise<void> {
  for (let start = 0; start < turns.length; start += BATCH) {
    const records = turns
      .slice(start, start + BATCH)
      .map(({ speaker: _, ...record }, i) => ({ line: start + i, record }))
    const { refused } = await client.call('import', { records })
    if (refused !== null) throw new Error(`turn ${refused.line}: ${refused.reason}`)
  }
}

/** Nothing missing, nothing changed: each node's export holds every turn at its place. */
async function checkThreads(fleet: Fleet, turns: readonly Turn[]): Promise<void> {
  const said = turns.map(turn => `${turn.thread}#${turn.position} ${turn.value}`).sort()
  for (const { name, client } of fleet.nodes) {
    const held: string[] = []
    for await (const { kind, thread, position, value } of client.stream('export', {})) {
      if (kind === 'episodic') held.push(`${thread}#${position} ${value}`)
    }
    if (held.sort().join('\n') !== said.join('\n'))
      throw new Error(`${name} holds other turns than were said`)
  }
}

async function records(fleet: Fleet): Promise<number[]> {
  return Promise.all(fleet.nodes.map(async ({ client }) => (await client.call('status', {})).records))
}
