import { BlockDocument } from './block-document.ts'
import { type DocumentBody, decodeBody } from './body.ts'
import type { DocumentChange, Verdict } from './causal-order.ts'
import type { VerifiedEntry } from './entry.ts'
import { compareTime } from './hlc.ts'
import { type DocumentId, keyedDocumentId, newDocumentId } from './ids.ts'
import { OPEN_DOCUMENTS_MAX } from './limits.ts'
import { type DocumentFacts, erasedRow, materialise } from './materialise.ts'
import type { OpenDocument } from './open-document.ts'
import type { Placement, Storage, StoredEntry } from './ports.ts'
import { contentOfFirst } from './record-content.ts'
import { RecordDocument } from './record-document.ts'
import type { DocumentRow } from './row.ts'
import type { ScopeAddress } from './scope.ts'

/** How a document's row changed. */
export interface RowChange {
  readonly before: DocumentRow | undefined
  readonly after: DocumentRow
}

/**
 * Takes entries into their documents and keeps the rows true. Documents are opened only to merge, and the most
 * recently used stay open.
 */
export class DocumentTable {
  readonly #storage: Storage
  /** In order of use, oldest first. */
  readonly #open = new Map<DocumentId, OpenDocument>()

  constructor(storage: Storage) {
    this.#storage = storage
  }

  /** Appends the entry and applies it to its document. */
  apply(entry: VerifiedEntry, body: DocumentBody, scope: ScopeAddress): RowChange | undefined {
    const { entries, rows } = this.#storage
    const before = rows.get(body.doc)
    const misfit = bindingFault(entry, body)
    if (misfit !== undefined) {
      entries.append(entry, { status: 'rejected', reason: misfit })
      return undefined
    }
    if (body.type === 'erase') return this.#erase(entry, body.doc, scope, before)
    if (before?.erased === true) {
      entries.append(entry, { status: 'applied', document: body.doc })
      entries.amend(entry.hash, { status: 'erased', document: body.doc })
      return undefined
    }
    const change = changeOf(entry, body)
    if (before === undefined && body.type === 'change' && this.#isFirst(body)) {
      entries.append(entry, { status: 'applied', document: body.doc })
      const facts = factsAfter(change, scope, undefined)
      return this.#put(before, materialise(facts, contentOfFirst(change, body)))
    }
    return this.#merge(entry, change, scope, before)
  }

  /**
   * The document, open; built from its entries if it is not in use.
   * @param incoming a change about to be applied: only one without dependencies says of which type a document is
   */
  open(id: DocumentId, incoming?: DocumentChange): OpenDocument {
    const known = this.#open.get(id)
    const guessed = incoming?.body.deps.length === 0 && known?.heads().length === 0
    this.#open.delete(id)
    if (known !== undefined && !guessed) {
      this.#open.set(id, known)
      return known
    }
    known?.free()
    const document = openDocument(this.#storage.entries.ofDocument(id), incoming)
    this.#open.set(id, document)
    for (const [oldest, stale] of this.#open) {
      if (this.#open.size <= OPEN_DOCUMENTS_MAX) break
      this.#open.delete(oldest)
      stale.free()
    }
    return document
  }

  /** Closes every document: after a transaction that came to nothing they may know too much. */
  reset(): void {
    for (const document of this.#open.values()) document.free()
    this.#open.clear()
  }

  #isFirst(body: DocumentBody): boolean {
    return body.deps.length === 0 && this.#storage.entries.ofDocument(body.doc).length === 0
  }

  #merge(
    entry: VerifiedEntry,
    change: DocumentChange,
    scope: ScopeAddress,
    before: DocumentRow | undefined,
  ): RowChange | undefined {
    const { entries } = this.#storage
    const document = this.open(change.body.doc, change)
    const verdicts = document.apply(change)
    for (const verdict of verdicts) {
      const placement = placementOf(verdict, change.body.doc)
      if (verdict.entry === entry.hash) entries.append(entry, placement)
      else entries.amend(verdict.entry, placement)
    }
    const applied = verdicts.flatMap(verdict => document.change(verdict.entry) ?? [])
    const facts = applied.length === 0 ? undefined : factsOf(document, scope, applied, before)
    return facts && this.#put(before, materialise(facts, document.read()))
  }

  #erase(
    entry: VerifiedEntry,
    document: DocumentId,
    scope: ScopeAddress,
    before: DocumentRow | undefined,
  ): RowChange {
    const { entries } = this.#storage
    for (const past of entries.ofDocument(document)) {
      if (!isErasure(past)) entries.amend(past.entry.hash, { status: 'erased', document })
    }
    entries.append(entry, { status: 'applied', document })
    this.#open.get(document)?.free()
    this.#open.delete(document)
    return this.#put(before, rowAfterErasure(document, entry, scope, before))
  }

  #put(before: DocumentRow | undefined, after: DocumentRow): RowChange {
    this.#storage.rows.put(after)
    return { before, after }
  }
}

/**
 * Builds a document from stored entries, leaving out those whose payload is gone.
 * @param incoming a change about to be applied, which may be the first to say whether this is a record or a block
 */
export function openDocument(stored: readonly StoredEntry[], incoming?: DocumentChange): OpenDocument {
  const changes = stored.flatMap(({ entry }) => {
    const { payload } = entry.bytes
    return payload === null ? [] : changeOf(entry, decodeBody(payload) as DocumentBody)
  })
  const all = incoming === undefined ? changes : [...changes, incoming]
  // Ids are bound to a type, so all changes without dependencies agree on it; others may lie.
  const first = all.find(({ body }) => body.deps.length === 0 && body.type !== 'erase')
  const document = first?.body.type === 'block' ? new BlockDocument() : new RecordDocument()
  for (const change of changes) document.apply(change)
  return document
}

export function changeOf(entry: VerifiedEntry, body: DocumentBody): DocumentChange {
  const { scope, node, incarnation, at, tick, hash } = entry
  return { entry: hash, scope, node, incarnation, at, tick, body }
}

/**
 * A document's first change fixes its id: by key and scope, or by author and salt. So ids cannot be taken over. A
 * later change need not repeat the key, and cannot give another.
 */
function bindingFault(entry: VerifiedEntry, body: DocumentBody): string | undefined {
  if (body.type === 'erase' || (body.deps.length > 0 && body.key === undefined)) return undefined
  const type = body.type === 'block' ? 'block' : 'record'
  const id =
    body.key === undefined
      ? newDocumentId(entry.scope, type, entry.node, body.salt)
      : keyedDocumentId(entry.scope, type, body.key)
  return id === body.doc ? undefined : 'the id does not belong to its scope, key or author'
}

/**
 * What a row says of an open document, whatever the order in which its changes came. Undefined if it has none.
 * @param changes those that `before` does not count yet
 */
export function factsOf(
  document: OpenDocument,
  scope: ScopeAddress,
  changes: Iterable<DocumentChange>,
  before?: DocumentFacts,
): DocumentFacts | undefined {
  let facts = before
  for (const change of changes) facts = factsAfter(change, scope, facts)
  // Time never goes back along a chain of dependencies, so the newest change is a head.
  const heads = document.heads()
  const newest = heads.flatMap(head => document.change(head) ?? []).reduce(later)
  return facts && { ...facts, heads, updatedAt: newest.at, why: newest.body.why ?? null }
}

function later(a: DocumentChange, b: DocumentChange): DocumentChange {
  return (compareTime(a, b) || (a.entry < b.entry ? -1 : 1)) < 0 ? b : a
}

/** What a row says after a change that is its document's only one, or all that is known so far. */
export function factsAfter(
  { body, at, entry }: DocumentChange,
  scope: ScopeAddress,
  before: DocumentFacts | undefined,
): DocumentFacts {
  return {
    id: body.doc,
    type: before?.type ?? (body.type === 'block' ? 'block' : 'record'),
    scope,
    key: before?.key ?? body.key ?? null,
    heads: [entry],
    createdAt: Math.min(at, before?.createdAt ?? at),
    updatedAt: at,
    why: body.why ?? null,
  }
}

/** What is left of a document: of several scopes that erased it the first by name, so that any order gives one row. */
export function rowAfterErasure(
  id: DocumentId,
  { hash, at }: VerifiedEntry,
  scope: ScopeAddress,
  before: DocumentRow | undefined,
): DocumentRow {
  const known = before?.erased === true ? before : undefined
  return erasedRow({
    id,
    type: 'record',
    scope: known !== undefined && known.scope < scope ? known.scope : scope,
    key: null,
    heads: [hash, ...(known?.heads ?? [])].sort().slice(0, 1),
    createdAt: Math.min(at, known?.createdAt ?? at),
    updatedAt: Math.max(at, known?.updatedAt ?? at),
    why: null,
  })
}

export function isErasure({ status, entry }: StoredEntry): boolean {
  const { payload } = entry.bytes
  return status === 'applied' && payload !== null && decodeBody(payload).type === 'erase'
}

function placementOf(verdict: Verdict, document: DocumentId): Placement {
  const { status, reason } = verdict
  return reason === undefined ? { status, document } : { status, document, reason }
}
