import type { MemoryNode } from '@folkmoot/node'
import * as v from 'valibot'
import {
  basing,
  claim,
  condition,
  elements,
  entry,
  flag,
  hashes,
  id,
  moment,
  name,
  natural,
  reason,
  share,
  statement,
  value,
  writing,
} from './fields.ts'
import { completed } from './find-entries.ts'
import { call } from './operation.ts'
import { changedShape, erasureShape } from './shapes.ts'
import { wholeSettlement } from './whole-settlement.ts'

/** Everything that can be said of a new memory. */
export const memoryFields = {
  value: statement,
  ...writing,
  key: v.exactOptional(name),
  kind: v.exactOptional(name),
  tags: v.exactOptional(elements),
  confidence: v.exactOptional(share),
  claim: v.exactOptional(claim),
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
  v.strictObject({
    ...memoryFields,
    ...basing,
    /** Whether it is new, replaces or ends a memory, or says nothing new, is decided first. */
    reconcile: v.exactOptional(v.union([flag, v.picklist(['ladder', 'model'])])),
  }),
  async (node, { value: said, basedOn, ...options }, { signal }) => {
    const { key, derivedFrom = [] } = options
    const basis = await basisOf(
      node,
      [...(key === undefined ? [] : [key]), ...derivedFrom],
      basedOn,
      options.scope,
    )
    const written = await node.remember(said, { ...options, ...basis, signal })
    return { scope: written.scope, ...changedShape(written) }
  },
)

/** @param records where entries are looked for that are not given whole */
async function basisOf(
  node: MemoryNode,
  records: readonly string[],
  basedOn: readonly string[] | undefined,
  scope: string | undefined,
): Promise<{ readonly basedOn?: readonly string[] }> {
  return basedOn === undefined ? {} : { basedOn: await completed(node, records, basedOn, scope) }
}

export const update = call(
  v.strictObject({ id, value: statement, ...writing, ...basing }),
  async (node, { id, value, basedOn, ...options }, { signal }) => {
    const basis = await basisOf(node, [id, ...(options.derivedFrom ?? [])], basedOn, options.scope)
    return changedShape(await node.update(id, value, { ...options, ...basis, signal }))
  },
)

export const retract = call(
  v.strictObject({ id, ...writing, ...basing }),
  async (node, { id, basedOn, ...options }, { signal }) => {
    const basis = await basisOf(node, [id, ...(options.derivedFrom ?? [])], basedOn, options.scope)
    return changedShape(await node.retract(id, { ...options, ...basis, signal }))
  },
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

/** As many as a conflict can well have candidates. */
const CONTEXTS_MAX = 64
const place = v.pipe(natural, v.minValue(1))
/** Or the candidate's entry. */
const candidate = v.union(
  [place, entry],
  'neither the number of a candidate nor its entry (6 or more hex digits)',
)
const context = v.strictObject({ pick: candidate, when: condition })

const settling = {
  conflict: id,
  /** Where to look for a key. */
  scope: writing.scope,
  reason: v.exactOptional(reason),
  onBehalfOf: writing.onBehalfOf,
  source: writing.source,
  /** The entries of all candidates that were looked at: if there are others by now, nothing is written. */
  seen: v.exactOptional(hashes),
}

export const resolve = call(
  v.union(
    [
      /** The candidate to keep: its entry, or its place, counted from 1 in the order that `conflicts` gives them. */
      v.strictObject({ ...settling, pick: candidate }),
      v.strictObject({ ...settling, value: statement }),
      /** Several hold, each under its condition. */
      v.strictObject({
        ...settling,
        contexts: v.pipe(v.array(context), v.minLength(2), v.maxLength(CONTEXTS_MAX)),
      }),
      v.strictObject({ ...settling, defer: v.literal(true) }),
      /** Takes the last settlement back. */
      v.strictObject({ ...settling, undo: v.literal(true) }),
    ],
    'settle a conflict by one of: pick (a number or an entry), value, contexts (two or more of { pick, when }), defer, undo',
  ),
  async (node, { conflict, scope, onBehalfOf, source, ...settlement }, { signal }) => {
    const provenance = {
      ...(scope === undefined ? {} : { scope }),
      ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
      ...(source === undefined ? {} : { source }),
    }
    const at = { conflict, ...(scope === undefined ? {} : { scope }) }
    const whole = await wholeSettlement(node, at, settlement)
    const written = await node.resolve(conflict, whole, { ...provenance, signal })
    return {
      id: written.conflict,
      record: written.id,
      value: written.value,
      caution: written.caution,
      entry: written.entry,
    }
  },
)
