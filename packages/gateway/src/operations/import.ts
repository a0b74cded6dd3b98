import type { MemoryNode, RememberOptions } from '@folkmoot/node'
import * as v from 'valibot'
import { id, natural, reason } from './fields.ts'
import { call, type OperationContext } from './operation.ts'
import { parseParams } from './parse-params.ts'
import { memoryFields } from './write.ts'

/** Memories in one batch: enough that one signature covers many, few enough to answer soon. */
export const IMPORT_BATCH_MAX = 500

/** As `export` writes them. The id is another record's: here a key or chance gives a new one. */
const importable = v.strictObject({
  ...memoryFields,
  id: v.exactOptional(id),
  caution: v.exactOptional(reason),
})

const batch = v.strictObject({
  records: v.pipe(
    v.array(v.strictObject({ line: natural, record: v.unknown() })),
    v.maxLength(IMPORT_BATCH_MAX),
  ),
})

/** Keeps all before the first record that cannot be kept, and says which that is and why. */
const importBatch = call(batch, async (node, { records }, context) => {
  const items: (RememberOptions & { value: v.InferOutput<typeof importable>['value'] })[] = []
  for (const { line, record } of records) {
    try {
      const { id: _, ...item } = parseParams(importable, record)
      items.push(item)
    } catch (error) {
      const imported = await keep(node, items, context)
      return { imported, refused: { line, reason: (error as Error).message } }
    }
  }
  return { imported: await keep(node, items, context), refused: null }
})

export { importBatch as import }

async function keep(
  node: MemoryNode,
  items: Parameters<MemoryNode['rememberMany']>[0],
  { onProgress }: OperationContext,
): Promise<number> {
  if (items.length === 0) return 0
  return (await node.rememberMany(items, onProgress)).length
}
