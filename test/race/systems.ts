/** What is raced, in the order of the table. */
import type { SystemName, Way } from './participant.ts'
import { versionOf } from './peers.ts'

export interface System {
  readonly name: SystemName
  /** What it is, and the calls that make one write. */
  readonly title: string
  /** The package to install for it; null for what is here anyway. */
  readonly package: string | null
}

const SERVER_MEMORY = '@modelcontextprotocol/server-memory'

export const SYSTEMS: readonly System[] = [
  {
    name: 'server-memory',
    title: 'server-memory: create_entities, then add_observations',
    package: SERVER_MEMORY,
  },
  {
    name: 'server-memory-prepared',
    title: 'server-memory: add_observations, the entities being there',
    package: SERVER_MEMORY,
  },
  { name: 'mem0', title: 'Mem0: add', package: 'mem0ai' },
  { name: 'mem0-update', title: 'Mem0: update of one id', package: 'mem0ai' },
  { name: 'folkmoot', title: 'Folkmoot: remember under one key', package: null },
]

export const WAYS: readonly Way[] = ['awaited', 'pipelined']

/** Why it cannot run here; undefined if it can. */
export function missing({ package: name }: System): string | undefined {
  if (name === null || versionOf(name) !== undefined) return undefined
  return `${name} is not installed: npm ci --prefix test/bench/peers`
}
