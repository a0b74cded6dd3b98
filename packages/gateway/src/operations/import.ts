import { FolkmootError, type NodeId } from '@folkmoot/core'
import type { Remembered } from '@folkmoot/node'
import * as v from 'valibot'
import { flag, id, moment, natural, reason } from './fields.ts'
import { ImportRun } from './import-run.ts'
import { call } from './operation.ts'
import { parseParams } from './parse-params.ts'
import { memoryFields } from './write.ts'

/** Memories in one batch: enough that one signature covers many, few enough to answer soon. */
export const IMPORT_BATCH_MAX = 500

/** As it was told; whatever it says, an import is by whoever imports. */
const author = {
  node: v.pipe(
    v.string(),
    v.transform(node => node as NodeId),
  ),
  name: v.string(),
  agent: v.string(),
  at: moment,
}

/** As `export` writes them. */
const importable = v.strictObject({
  ...memoryFields,
  /** What it was called where it was exported: here a key or chance gives a new id. */
  id: v.exactOptional(id),
  caution: v.exactOptional(reason),
  by: v.exactOptional(v.strictObject(author)),
  /** They inform whoever reads the file, and are not taken in. */
  others: v.exactOptional(
    v.array(v.strictObject({ ...author, value: v.unknown(), ended: flag, caution: v.exactOptional(reason) })),
  ),
})

const batch = v.strictObject({
  records: v.pipe(
    v.array(v.strictObject({ line: natural, record: v.unknown() })),
    v.maxLength(IMPORT_BATCH_MAX),
  ),
})

/** Keeps all before the first record that cannot be kept, and says which that is and why. */
const importBatch = call(batch, async (node, { records }, { onProgress }) => {
  const run = new ImportRun(node, onProgress)
  for (const { line, record } of records) {
    const read = readRecord(record)
    const refused =
      'reason' in read ? ((await run.flush()) ?? { line, ...read }) : await run.take(line, read.item)
    if (refused !== null) return run.report(refused)
  }
  return run.report(await run.flush())
})

export { importBatch as import }

function readRecord(record: unknown): { readonly item: Remembered } | { readonly reason: string } {
  try {
    const { others: _, ...item } = parseParams(importable, withoutNulls(record))
    return { item }
  } catch (error) {
    if (!(error instanceof FolkmootError)) throw error
    return { reason: error.message }
  }
}

/** What writes JSON often says null for what it leaves out. A value of null stays, to be refused. */
function withoutNulls(record: unknown): unknown {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return record
  return Object.fromEntries(
    Object.entries(record).filter(([field, said]) => field === 'value' || said !== null),
  )
}
