/** Why something is believed, who stands behind it, and what follows from it. */
import type { DiffSide } from '@folkmoot/node'
import * as v from 'valibot'
import { blameShape, diffShape, reasonShape, taintShape } from './belief-shapes.ts'
import { asOf, entry, flag, id, limit, name, reason, scope, share, wholeId, writing } from './fields.ts'
import { completed, findEntries } from './find-entries.ts'
import { call } from './operation.ts'
import { verificationShape } from './shapes.ts'

const about = { id, scope: v.exactOptional(scope) }

export const why = call(
  v.strictObject({ ...about, at: v.exactOptional(asOf) }),
  async (node, { id, at, ...where }) => {
    const when = at === undefined ? {} : { at: await findEntries(node, id, at, where.scope) }
    return (await node.why(id, { ...where, ...when })).map(reasonShape)
  },
)

export const blame = call(v.strictObject(about), async (node, { id, ...where }) =>
  blameShape(await node.blame(id, where)),
)

/** `here` or `now`, an ISO time, `branch:NAME`, or a node by its name or id. */
const BRANCH = 'branch:'
const side = v.pipe(
  name,
  v.transform((text): DiffSide => {
    if (text === 'here' || text === 'now') return 'here'
    if (text.startsWith(BRANCH)) return { branch: text.slice(BRANCH.length) }
    const ms = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN
    return Number.isNaN(ms) ? { node: text } : { at: ms }
  }),
)

export const diff = call(
  v.strictObject({
    a: side,
    b: side,
    scope: v.exactOptional(scope),
    after: v.exactOptional(wholeId),
    limit: v.exactOptional(limit),
  }),
  async (node, { a, b, ...where }) => diffShape(await node.diff(a, b, where)),
)

export const taint = call(v.strictObject(about), async (node, { id, ...where }) =>
  taintShape(await node.taint(id, where)),
)

export const rollBack = call(
  v.strictObject({
    ...about,
    /** Of all that was derived from it, these. */
    only: v.exactOptional(v.array(id)),
    reason: v.exactOptional(reason),
  }),
  async (node, { id, ...options }) => await node.rollBack(id, options),
)

export const verifyClaim = call(
  v.strictObject({
    ...about,
    how: reason,
    refuted: v.exactOptional(flag),
    confidence: v.exactOptional(share),
    of: v.exactOptional(entry),
    onBehalfOf: writing.onBehalfOf,
    source: writing.source,
  }),
  async (node, { id, of, ...options }) => {
    const [entry] = of === undefined ? [] : await completed(node, [id], [of], options.scope)
    const checked = entry === undefined ? options : { ...options, of: entry }
    const { verification, ...written } = await node.verifyClaim(id, checked)
    return { ...written, verification: verificationShape(verification) }
  },
)
