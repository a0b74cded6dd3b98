import * as v from 'valibot'
import { conflictShape } from './conflict-shapes.ts'
import { flag, scope } from './fields.ts'
import { stream } from './operation.ts'
import { authorShape, isoTime, memoryShape } from './shapes.ts'

const scoped = v.strictObject({ scope: v.exactOptional(scope) })

export const watch = stream(scoped, async function* (node, options, { signal }) {
  for await (const { event, id, scope, memory, conflict, by } of node.watch({ ...options, signal })) {
    yield {
      ...{ event, id, scope, memory: memory === null ? null : memoryShape(memory) },
      ...(conflict ? { conflict: conflictShape(conflict) } : {}),
      by: authorShape(by),
    }
  }
})

const exportable = v.strictObject({ scope: v.exactOptional(scope), expired: v.exactOptional(flag) })

const MOMENTS = ['expiresAt', 'validFrom', 'validUntil'] as const

/** One item per memory, as `import` takes them. */
const exportAll = stream(exportable, async function* (node, options) {
  for await (const { signal: _, ...item } of node.export(options)) {
    const moments = MOMENTS.flatMap(field => {
      const ms = item[field]
      // A settlement can have put anything there.
      return typeof ms === 'number' ? [[field, isoTime(ms)] as const] : []
    })
    const { by, others, ...said } = item
    yield {
      ...said,
      ...(Object.fromEntries(moments) as { [field in (typeof MOMENTS)[number]]?: string }),
      ...(by && { by: { ...by, at: isoTime(by.at) } }),
      ...(others && { others: others.map(({ at, ...other }) => ({ ...other, at: isoTime(at) })) }),
    }
  }
})

export { exportAll as export }
