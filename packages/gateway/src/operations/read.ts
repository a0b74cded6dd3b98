import { type EntryHash, NotFoundError } from '@folkmoot/core'
import type { AsOf, MemoryNode } from '@folkmoot/node'
import * as v from 'valibot'
import { asOf, entries, flag, id, limit, name, query, scope } from './fields.ts'
import { call } from './operation.ts'
import { authorShape, conflictShape, eventShape, isoTime, memoryShape } from './shapes.ts'
import { wordsFound } from './words-found.ts'

const HASH_DIGITS = 64

export const get = call(
  v.strictObject({
    id,
    scope: v.exactOptional(scope),
    at: v.exactOptional(asOf),
    after: v.exactOptional(entries),
    fresh: v.exactOptional(flag),
    resolver: v.exactOptional(v.picklist(['latest', 'authority', 'confidence', 'keep-all'])),
  }),
  async (node, { id, at, ...options }, { signal }) => {
    const when = at === undefined ? {} : { at: await findEntries(node, id, at) }
    const memory = await node.get(id, { ...options, ...when, signal })
    if (memory === undefined) {
      const then = at === undefined ? '' : ' as of then'
      throw new NotFoundError(`memory with the id or key ${JSON.stringify(id)}${then}`)
    }
    return memoryShape(memory)
  },
)

export const list = call(
  v.strictObject({
    scope: v.exactOptional(scope),
    kind: v.exactOptional(name),
    tag: v.exactOptional(name),
    limit: v.exactOptional(limit),
    expired: v.exactOptional(flag),
  }),
  async (node, options) => (await node.list({ type: 'record', ...options })).map(memoryShape),
)

export const search = call(
  v.strictObject({
    query,
    scope: v.exactOptional(scope),
    limit: v.exactOptional(limit),
    explain: v.exactOptional(flag),
    expired: v.exactOptional(flag),
  }),
  async (node, { query, explain = false, ...options }) => {
    const hits = await node.search(query, options)
    return hits.map(({ memory, score }) => ({
      id: memory.id,
      value: memory.value,
      score,
      scope: memory.scope,
      at: isoTime(memory.provenance.at),
      agent: memory.provenance.agent,
      ...(explain
        ? { explain: { words: wordsFound(query, memory), by: authorShape(memory.provenance) } }
        : {}),
    }))
  },
)

export const history = call(v.strictObject({ id }), async (node, { id }) =>
  (await node.history(id)).map(eventShape),
)

export const why = call(v.strictObject({ id, at: v.exactOptional(asOf) }), async (node, { id, at }) => {
  const chain = await node.why(id, at === undefined ? {} : { at: await findEntries(node, id, at) })
  return chain.map(event => ({ ...eventShape(event), status: event.status, deps: event.deps }))
})

export const conflicts = call(
  v.strictObject({
    scope: v.exactOptional(scope),
    all: v.exactOptional(flag),
    expired: v.exactOptional(flag),
  }),
  async (node, options) => (await node.conflicts(options)).map(conflictShape),
)

export const conflict = call(v.strictObject({ id }), async (node, { id }) =>
  conflictShape(await node.conflict(id)),
)

/** Makes whole hashes of the first digits that people copy from a screen. */
async function findEntries(node: MemoryNode, record: string, at: number | string[]): Promise<AsOf> {
  if (typeof at === 'number') return at
  if (at.every(hash => hash.length === HASH_DIGITS)) return at as EntryHash[]
  const known = (await node.history(record)).map(event => event.entry)
  return at.map(prefix => {
    const [found, ...more] = known.filter(entry => entry.startsWith(prefix))
    if (found === undefined || more.length > 0) throw new NotFoundError(`one entry ${prefix} in its history`)
    return found
  })
}
