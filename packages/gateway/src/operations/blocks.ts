import { NotFoundError } from '@folkmoot/core'
import * as v from 'valibot'
import { blockText, id, limit, name, scope, writing } from './fields.ts'
import { call } from './operation.ts'
import { blockShape, eventShape, isoTime } from './shapes.ts'

export const createBlock = call(
  v.strictObject({ key: name, text: v.exactOptional(blockText), ...writing }),
  async (node, { key, text = '', ...options }, { signal }) =>
    blockShape(await node.createBlock(key, text, { ...options, signal })),
)

export const showBlock = call(
  v.strictObject({ id, scope: v.exactOptional(scope) }),
  async (node, { id, ...options }, { signal }) => {
    const block = await node.block(id, { ...options, signal })
    if (block === undefined) throw new NotFoundError(`block with the id or key ${JSON.stringify(id)}`)
    return blockShape(block)
  },
)

export const editBlock = call(
  v.strictObject({ id, text: blockText, ...writing }),
  async (node, { id, text, ...options }, { signal }) =>
    blockShape(await node.editBlock(id, text, { ...options, signal })),
)

export const listBlocks = call(
  v.strictObject({ scope: v.exactOptional(scope), limit: v.exactOptional(limit) }),
  async (node, options) => {
    const blocks = await node.list({ ...options, type: 'block' })
    return blocks.map(({ id, key, scope, value, heads, provenance }) => {
      const text = typeof value === 'string' ? value : ''
      return { id, key, scope, text, heads, at: isoTime(provenance.at) }
    })
  },
)

export const blockHistory = call(v.strictObject({ id }), async (node, { id }) =>
  (await node.history(id)).map(eventShape),
)
