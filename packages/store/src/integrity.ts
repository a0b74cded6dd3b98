import { decodeEntry, type EntryHash, FolkmootError, toHex } from '@folkmoot/core'
import type { Database } from './database.ts'

/** Enough to tell one bad page from a bad disk. */
const PROBLEMS_MAX = 20

/**
 * Everything wrong with the file: damaged pages, indexes that do not fit their tables, entries whose bytes are not
 * the ones that were hashed. Reads it all.
 */
export function findProblems(database: Database): readonly string[] {
  try {
    const pages = database.prepare(`PRAGMA integrity_check(${PROBLEMS_MAX})`).all()
    const problems = pages.map(({ integrity_check }) => String(integrity_check)).filter(line => line !== 'ok')
    return [...problems, ...entryProblems(database)].slice(0, PROBLEMS_MAX)
  } catch (error) {
    if (error instanceof FolkmootError) return [error.message]
    throw error
  }
}

function* entryProblems(database: Database): Iterable<string> {
  const entries = database.prepare('SELECT hash, status, header, signature, payload FROM entries')
  for (const { hash, status, header, signature, payload } of entries.iterate()) {
    const name = toHex(hash as Uint8Array) as EntryHash
    const problem = faultOf(name, {
      header: header as Uint8Array,
      signature: signature as Uint8Array | null,
      payload: payload as Uint8Array | null,
    })
    if (problem !== undefined) yield `entry ${name}: ${problem}`
    else if (payload === null && status !== 'erased' && status !== 'detached')
      yield `entry ${name}: its payload is missing`
  }
}

function faultOf(hash: EntryHash, bytes: Parameters<typeof decodeEntry>[0]): string | undefined {
  try {
    return decodeEntry(bytes).hash === hash ? undefined : 'its header is not the one that was hashed'
  } catch (error) {
    return (error as Error).message
  }
}
