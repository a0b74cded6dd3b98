/** Mem0's open-source package in each process, over one SQLite vector store and one SQLite history on disk. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Found, Participant, Reading, Seat } from './participant.ts'
import { pathOf } from './peers.ts'
import { agentOf } from './statements.ts'
import { EMBEDDING_DIMENSION } from './stub-embedder.ts'

/** The part of `Memory` from mem0ai/oss that is used here. */
interface Memory {
  add(text: string, options: object): Promise<{ readonly results: readonly { readonly id: string }[] }>
  update(id: string, text: string): Promise<unknown>
  getAll(options: object): Promise<{ readonly results: readonly Item[] }>
  history(id: string): Promise<readonly { readonly new_value: string | null }[]>
}

interface Item {
  readonly id: string
  readonly memory: string
  readonly agent_id?: string
  readonly metadata: { readonly key: string }
}

const USER = 'team'
/** `getAll` gives 20 unless it is told how many; this is more than any race has. */
const ALL = 100_000

async function openMemory({ home, embedder }: Seat): Promise<Memory> {
  process.env.MEM0_TELEMETRY = 'false'
  process.env.MEM0_DIR = join(home, 'mem0')
  const model = { apiKey: 'none', baseURL: embedder }
  const { Memory } = await import(pathToFileURL(pathOf('mem0ai', 'dist/oss/index.mjs')).href)
  return new Memory({
    embedder: { provider: 'openai', config: { ...model, model: 'stub' } },
    // Never asked: every memory is added with `infer: false`.
    llm: { provider: 'openai', config: model },
    vectorStore: {
      provider: 'memory',
      config: { collectionName: 'race', dimension: EMBEDDING_DIMENSION, dbPath: join(home, 'vectors.db') },
    },
    historyStore: { provider: 'sqlite', config: { historyDbPath: join(home, 'history.db') } },
  })
}

/** Each statement is a memory of its own; `key` is in its metadata. */
export async function openMem0(seat: Seat): Promise<Participant> {
  const memory = await openMemory(seat)
  const agentId = agentOf(seat.process)
  return {
    async write(key, value) {
      await memory.add(value, { userId: USER, agentId, metadata: { key }, infer: false })
    },
    read: keys => readMemory(memory, keys),
    async close() {},
  }
}

/** One memory for each key is there beforehand, and each statement is an update of it by its id. */
export async function openMem0Update(seat: Seat): Promise<Participant> {
  const memory = await openMemory(seat)
  const ids = new Map<string, string>(seat.handed === undefined ? [] : JSON.parse(seat.handed))
  return {
    async invite(others, keys) {
      for (const key of keys) {
        const options = { userId: USER, agentId: 'founder', metadata: { key }, infer: false }
        ids.set(key, (await memory.add(`${key}: not known yet`, options)).results[0]?.id ?? '')
      }
      return Array.from({ length: others }, () => JSON.stringify([...ids]))
    },
    async write(key, value) {
      await memory.update(ids.get(key) ?? '', value)
    },
    read: keys => readMemory(memory, keys),
    async close() {},
  }
}

async function readMemory(memory: Memory, keys: readonly string[]): Promise<readonly Reading[]> {
  const { results } = await memory.getAll({ filters: { user_id: USER }, topK: ALL })
  const readings: Reading[] = []
  for (const key of keys) {
    const found: Found[] = []
    for (const item of results.filter(({ metadata }) => metadata.key === key)) {
      found.push({ value: item.memory, by: item.agent_id ?? null, current: true })
      for (const { new_value: value } of await memory.history(item.id))
        if (value !== null) found.push({ value, by: null, current: false })
    }
    readings.push({ key, found, surfaced: false, concurrent: null })
  }
  return readings
}
