import type { ReadChange } from './document-change.ts'
import { factsAfter, factsOf } from './document-facts.ts'
import { openDocument } from './document-table.ts'
import type { DocumentId, EntryHash } from './ids.ts'
import { materialise } from './materialise.ts'
import type { EntryStore, StoredEntry } from './ports.ts'
import { contentAfter } from './record-content.ts'
import type { DocumentRow } from './row.ts'
import type { ScopeAddress } from './scope.ts'

/** A point in the past: milliseconds since 1970, or entries, which stand for all that they depend on. */
export type AsOf = number | readonly EntryHash[]

/**
 * The document as it was believed at that point, or undefined if it was not there yet. A cut by time is causally
 * closed, since no entry is older than what it depends on.
 */
export function rowAsOf(
  entries: EntryStore,
  id: DocumentId,
  scope: ScopeAddress,
  at: AsOf,
  read: ReadChange,
): DocumentRow | undefined {
  const stored = entries.ofDocument(id)
  const past =
    typeof at === 'number' ? stored.filter(({ entry }) => entry.at <= at) : ancestry(stored, at, read)
  return rowFrom(past, scope, read)
}

/** The row that these entries of one document give, or undefined if they give none. */
export function rowFrom(
  stored: readonly StoredEntry[],
  scope: ScopeAddress,
  read: ReadChange,
): DocumentRow | undefined {
  const changes = stored.flatMap(item => read(item) ?? [])
  const [only, ...others] = changes
  if (only === undefined) return undefined
  if (others.length === 0 && only.body.type === 'change' && only.body.deps.length === 0) {
    return materialise(factsAfter(only, scope, undefined), contentAfter(only, only.body))
  }
  const document = openDocument(changes)
  const content = document.read()
  const facts = factsOf(document, content, scope, document.changes())
  const row = facts && materialise(facts, content)
  document.free()
  return row
}

function ancestry(
  stored: readonly StoredEntry[],
  heads: readonly EntryHash[],
  read: ReadChange,
): readonly StoredEntry[] {
  const byHash = new Map(stored.map(item => [item.entry.hash, item]))
  const found = new Set<EntryHash>()
  const open = [...heads]
  for (let hash = open.pop(); hash !== undefined; hash = open.pop()) {
    const item = byHash.get(hash)
    if (item === undefined || found.has(hash)) continue
    found.add(hash)
    open.push(...(read(item)?.body.deps ?? []))
  }
  return stored.filter(({ entry }) => found.has(entry.hash))
}
