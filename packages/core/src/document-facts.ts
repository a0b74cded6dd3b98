/** What a row says of a document beside its content: when, by whom, of what. */
import type { Provenance } from './body.ts'
import type { DocumentChange } from './causal-order.ts'
import type { VerifiedEntry } from './entry.ts'
import { compareTime } from './hlc.ts'
import type { DocumentId } from './ids.ts'
import { type DocumentFacts, erasedRow } from './materialise.ts'
import { isNoteKey } from './note.ts'
import type { DocumentContent, OpenDocument } from './open-document.ts'
import { newest } from './resolve.ts'
import type { DocumentRow } from './row.ts'
import type { ScopeAddress } from './scope.ts'

/**
 * What a row says of an open document, whatever the order in which its changes came. Undefined if it has none.
 * @param content what it says now
 * @param changes those that `before` does not count yet
 */
export function factsOf(
  document: OpenDocument,
  content: DocumentContent,
  scope: ScopeAddress,
  changes: Iterable<DocumentChange>,
  before?: DocumentFacts,
): DocumentFacts | undefined {
  let facts = before
  for (const change of changes) facts = factsAfter(change, scope, facts)
  if (facts === undefined) return undefined
  // Time never goes back along a chain of dependencies, so the newest change is a head.
  const heads = document.heads()
  const last = heads.flatMap(head => document.change(head) ?? []).reduce(later)
  return { ...facts, heads, updatedAt: last.at, why: groundsOf(document, content, last) }
}

/** On what grounds the value is there. A tag or a link that comes later says nothing of that. */
function groundsOf(
  document: OpenDocument,
  { registers }: DocumentContent,
  newestChange: DocumentChange,
): Provenance | null {
  const stated = newest(registers.content ?? [])
  const change = stated === undefined ? undefined : document.change(stated.entry)
  return (change ?? newestChange).body.why ?? null
}

function later(a: DocumentChange, b: DocumentChange): DocumentChange {
  return (compareTime(a, b) || (a.entry < b.entry ? -1 : 1)) < 0 ? b : a
}

/** What a row says after a change that is its document's only one, or all that is known so far. */
export function factsAfter(
  { body, at, entry, node }: DocumentChange,
  scope: ScopeAddress,
  before: DocumentFacts | undefined,
): DocumentFacts {
  const key = before?.key ?? body.key ?? null
  return {
    id: body.doc,
    type: body.type === 'block' ? 'block' : isNoteKey(key) ? 'note' : 'record',
    scope,
    key,
    heads: [entry],
    createdAt: Math.min(at, before?.createdAt ?? at),
    updatedAt: at,
    why: body.why ?? null,
    authors: merged(before?.authors, [node]),
    contributors: merged(before?.contributors, body.why?.contributors),
    sources: merged(before?.sources, body.why?.derivedFrom),
    resources: merged(before?.resources, body.why?.resources),
    marked: (before !== undefined && before.marked !== false) || isMark(body),
  }
}

function isMark(body: DocumentChange['body']): boolean {
  return body.type === 'change' && body.ops.some(([kind]) => kind === 'settle' || kind === 'claim')
}

/** A sorted set with more in it; the same one if it has them all. */
function merged<Item extends string>(
  known: readonly Item[] = [],
  more: readonly Item[] = [],
): readonly Item[] {
  return more.every(item => known.includes(item)) ? known : [...new Set([...known, ...more])].sort()
}

/** What is left of a document: of several scopes that erased it the first by name, so that any order gives one row. */
export function rowAfterErasure(
  id: DocumentId,
  { hash, at }: VerifiedEntry,
  scope: ScopeAddress,
  before: DocumentRow | undefined,
): DocumentRow {
  // What was erased before the erasure itself could be read is told of anew by it.
  const known = before?.erased === true && before.heads[0] !== hash ? before : undefined
  return erasedRow({
    id,
    type: 'record',
    scope: known !== undefined && known.scope < scope ? known.scope : scope,
    key: null,
    heads: [hash, ...(known?.heads ?? [])].sort().slice(0, 1),
    createdAt: Math.min(at, known?.createdAt ?? at),
    updatedAt: Math.max(at, known?.updatedAt ?? at),
    why: null,
    authors: [],
    contributors: [],
    sources: [],
    resources: [],
    marked: false,
  })
}
