import { idHint, NotFoundError, RESOLVER_NAMES } from '@folkmoot/core'
import * as v from 'valibot'
import { conflictShape } from './conflict-shapes.ts'
import { asOf, demand, entries, flag, id, limit, name, query, scope } from './fields.ts'
import { findEntries } from './find-entries.ts'
import { call } from './operation.ts'
import { authorShape, eventShape, isoTime, memoryShape } from './shapes.ts'
import { wordsFound } from './words-found.ts'

export const get = call(
  v.strictObject({
    id,
    scope: v.exactOptional(scope),
    at: v.exactOptional(asOf),
    after: v.exactOptional(entries),
    fresh: v.exactOptional(flag),
    resolver: v.exactOptional(v.picklist(RESOLVER_NAMES)),
    ...demand,
  }),
  async (node, { id, at, ...options }, { signal }) => {
    const when = at === undefined ? {} : { at: await findEntries(node, id, at, options.scope) }
    const memory = await node.get(id, { ...options, ...when, signal })
    if (memory === undefined) {
      const then = at === undefined ? '' : ' as of then'
      const { verified, minConfidence, claim } = options
      const isDemanding = [verified, minConfidence, claim].some(part => part !== undefined)
      throw new NotFoundError(
        `memory with the id or key ${JSON.stringify(id)}${idHint(id)}${then}${isDemanding ? ' that meets what is demanded' : ''}`,
      )
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
    superseded: v.exactOptional(flag),
    ...demand,
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
    superseded: v.exactOptional(flag),
    ...demand,
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
      claim: memory.claim,
      verified: memory.verified,
      caution: memory.caution,
      ...(explain
        ? { explain: { words: wordsFound(query, memory), by: authorShape(memory.provenance) } }
        : {}),
    }))
  },
)

export const history = call(
  v.strictObject({ id, scope: v.exactOptional(scope) }),
  async (node, { id, ...where }) => (await node.history(id, where)).map(eventShape),
)

export const conflicts = call(
  v.strictObject({
    scope: v.exactOptional(scope),
    all: v.exactOptional(flag),
    expired: v.exactOptional(flag),
    status: v.exactOptional(v.picklist(['open', 'claimed', 'deferred', 'resolved'])),
    cause: v.exactOptional(
      v.picklist(['concurrent-values', 'update-versus-retract', 'suspected-contradiction']),
    ),
  }),
  async (node, options) => (await node.conflicts(options)).map(conflictShape),
)

export const conflict = call(
  v.strictObject({ id, scope: v.exactOptional(scope) }),
  async (node, { id, ...where }) => conflictShape(await node.conflict(id, where)),
)
