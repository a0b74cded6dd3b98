import * as v from 'valibot'
import { elements, flag, id, moment, name, natural, reason, share, value, writing } from './fields.ts'
import { call } from './operation.ts'
import { changedShape, erasureShape } from './shapes.ts'

/** Everything that can be said of a new memory. */
export const memoryFields = {
  value,
  ...writing,
  key: v.exactOptional(name),
  kind: v.exactOptional(name),
  tags: v.exactOptional(elements),
  confidence: v.exactOptional(share),
  claim: v.exactOptional(name),
  importance: v.exactOptional(share),
  pinned: v.exactOptional(flag),
  expiresAt: v.exactOptional(moment),
  validFrom: v.exactOptional(moment),
  validUntil: v.exactOptional(moment),
  thread: v.exactOptional(name),
  position: v.exactOptional(natural),
  entities: v.exactOptional(elements),
  metadata: v.exactOptional(v.record(name, value)),
}

export const remember = call(
  v.strictObject(memoryFields),
  async (node, { value: said, ...options }, { signal }) => {
    const { id, scope, entry, heads } = await node.remember(said, { ...options, signal })
    return { id, scope, entry, heads }
  },
)

export const update = call(
  v.strictObject({ id, value, ...writing }),
  async (node, { id, value, ...options }, { signal }) =>
    changedShape(await node.update(id, value, { ...options, signal })),
)

export const retract = call(
  v.strictObject({ id, ...writing }),
  async (node, { id, ...options }, { signal }) =>
    changedShape(await node.retract(id, { ...options, signal })),
)

export const tag = call(
  v.strictObject({
    id,
    add: v.exactOptional(elements),
    remove: v.exactOptional(elements),
    ...writing,
  }),
  async (node, { id, add = [], remove = [], ...options }, { signal }) =>
    changedShape(await node.tag(id, { add, remove }, { ...options, signal })),
)

export const erase = call(
  v.strictObject({ id, wait: v.exactOptional(flag), ...writing }),
  async (node, { id, ...options }, { signal }) => {
    const { id: erased, receipts, pending } = erasureShape(await node.erase(id, { ...options, signal }))
    return { id: erased ?? id, receipts, pending }
  },
)

export const erasures = call(v.strictObject({}), async node => (await node.erasures()).map(erasureShape))

const settling = {
  conflict: id,
  reason: v.exactOptional(reason),
  onBehalfOf: writing.onBehalfOf,
  source: writing.source,
}

export const resolve = call(
  v.union(
    [
      /** The place of the candidate to keep, counted from 1 in the order that `conflicts` gives them. */
      v.strictObject({ ...settling, pick: v.pipe(natural, v.minValue(1)) }),
      v.strictObject({ ...settling, value }),
      v.strictObject({ ...settling, defer: v.literal(true) }),
    ],
    'settle a conflict by one of: pick (a number), value, defer',
  ),
  async (node, { conflict, onBehalfOf, source, ...settlement }, { signal }) => {
    const provenance = {
      ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
      ...(source === undefined ? {} : { source }),
    }
    const written = await node.resolve(conflict, settlement, { ...provenance, signal })
    return { id: written.conflict, record: written.id, value: written.value, entry: written.entry }
  },
)
