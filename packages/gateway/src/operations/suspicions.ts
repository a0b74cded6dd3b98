import type { FindingReport, FoundMemory } from '@folkmoot/node'
import * as v from 'valibot'
import { flag, id, limit, scope } from './fields.ts'
import { call } from './operation.ts'
import { authorShape } from './shapes.ts'

/** Memories that contradict or repeat each other. */
export const scan = call(
  v.strictObject({
    scope: v.exactOptional(scope),
    id: v.exactOptional(id),
    record: v.exactOptional(flag),
    limit: v.exactOptional(limit),
  }),
  async (node, options, { signal, onProgress }) => {
    const { findings, ...totals } = await node.scan({ ...options, signal }, onProgress)
    return { ...totals, findings: findings.map(findingShape) }
  },
)

export type FindingShape = ReturnType<typeof findingShape>
function findingShape({ relation, memories, score, evidence, conflict, recorded }: FindingReport) {
  return { relation, memories: memories.map(foundShape), score, evidence, conflict, recorded }
}

function foundShape({ id, key, scope, kind, value, caution, ...author }: FoundMemory) {
  return { id, key, scope, kind, value, caution, ...authorShape(author) }
}
