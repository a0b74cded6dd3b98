/** Makes whole hashes of the first digits that people copy from a screen. */
import { type EntryHash, NotFoundError } from '@folkmoot/core'
import type { AsOf, MemoryNode } from '@folkmoot/node'

const HASH_DIGITS = 64

/** In the history of one record. @throws NotFoundError */
export async function findEntries(
  node: MemoryNode,
  record: string,
  at: number | readonly string[],
  scope?: string,
): Promise<AsOf> {
  return typeof at === 'number' ? at : completed(node, [record], at, scope)
}

/**
 * In the histories of these records, as far as they are there.
 * @param scope where keys are looked for before they are looked for elsewhere
 * @throws NotFoundError
 */
export async function completed(
  node: MemoryNode,
  records: readonly string[],
  prefixes: readonly string[],
  scope?: string,
): Promise<readonly EntryHash[]> {
  if (prefixes.every(hash => hash.length === HASH_DIGITS)) return prefixes as readonly EntryHash[]
  const histories = await Promise.all(records.map(record => historyOf(node, record, scope)))
  const known = [...new Set(histories.flat())]
  return prefixes.map(prefix => {
    if (prefix.length === HASH_DIGITS) return prefix as EntryHash
    const [found, ...more] = known.filter(entry => entry.startsWith(prefix))
    if (found !== undefined && more.length === 0) return found
    const where = records.length === 1 ? 'its history' : 'the histories of what is named: give the whole hash'
    throw new NotFoundError(`one entry ${prefix} in ${where}`)
  })
}

async function historyOf(
  node: MemoryNode,
  record: string,
  scope: string | undefined,
): Promise<readonly EntryHash[]> {
  try {
    return (await node.history(record, scope === undefined ? {} : { scope })).map(event => event.entry)
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error
    return scope === undefined ? [] : historyOf(node, record, undefined)
  }
}
