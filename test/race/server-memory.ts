/** The MCP memory server, as people run it: each agent's client starts its own, and all are given one file. */
import { join } from 'node:path'
import type { Participant, Reading, Seat } from './participant.ts'
import { pathOf } from './peers.ts'
import { StdioClient } from './stdio-client.ts'

const ENTITY_TYPE = 'customer'

interface Graph {
  readonly entities: readonly { readonly name: string; readonly observations: readonly string[] }[]
}

/** Each write first makes the entity that its observation needs; one that is there already is left as it is. */
export async function openServerMemory(seat: Seat): Promise<Participant> {
  const client = await start(seat)
  return {
    async write(key, value) {
      await create(client, [key])
      await observe(client, key, value)
    },
    read: keys => readGraph(client, keys),
    close: () => client.close(),
  }
}

/** All entities are there before the race begins. */
export async function openPreparedServerMemory(seat: Seat): Promise<Participant> {
  const client = await start(seat)
  return {
    async invite(_others, keys) {
      await create(client, keys)
      return []
    },
    write: (key, value) => observe(client, key, value),
    read: keys => readGraph(client, keys),
    close: () => client.close(),
  }
}

function start({ home }: Seat): Promise<StdioClient> {
  const script = pathOf('@modelcontextprotocol/server-memory', 'dist/index.js')
  return StdioClient.start(script, { MEMORY_FILE_PATH: join(home, 'memory.jsonl') })
}

async function create(client: StdioClient, keys: readonly string[]): Promise<void> {
  const entities = keys.map(name => ({ name, entityType: ENTITY_TYPE, observations: [] }))
  await client.callTool('create_entities', { entities })
}

async function observe(client: StdioClient, key: string, value: string): Promise<void> {
  await client.callTool('add_observations', { observations: [{ entityName: key, contents: [value] }] })
}

async function readGraph(client: StdioClient, keys: readonly string[]): Promise<readonly Reading[]> {
  const { entities } = JSON.parse(await client.callTool('read_graph', {})) as Graph
  return keys.map(key => ({
    key,
    found: entities
      .filter(({ name }) => name === key)
      .flatMap(({ observations }) => observations.map(value => ({ value, by: null, current: true }))),
    surfaced: false,
    concurrent: null,
  }))
}
