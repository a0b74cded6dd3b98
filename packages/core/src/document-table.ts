import { BlockDocument } from './block-document.ts'
import { type DocumentBody, decodeBody } from './body.ts'
import type { DocumentChange, Verdict } from './causal-order.ts'
import type { VerifiedEntry } from './entry.ts'
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
    const misfit = body.deps.length === 0 ? bindingFault(entry, body) : undefined
    if (misfit !== undefined) {
      entries.append(entry, { status: 'rejected', reason: misfit })
      return undefined
    }
    if (body.type === 'erase') return this.#erase(entry, body, scope, before)
    if (before?.erased === true) {
      entries.append(entry, { status: 'applied', document: body.doc })
      entries.amend(entry.hash, { status: 'erased', document: body.doc })
      return undefined
    }
    const change = changeOf(entry, body)
    if (before === undefined && body.type === 'change' && this.#isFirst(body)) {
      entries.append(entry, { status: 'applied', document: body.doc })
      const facts = { ...factsAfter(change, scope, before), heads: [entry.hash] }
      return this.#put(before, materialise(facts, contentOfFirst(change, body)))
    }
    return this.#merge(entry, change, scope, before)
  }

  /** The document, open; built from its entries if it is not in use. */
  open(id: DocumentId): OpenDocument {
    const known = this.#open.get(id)
    if (known !== undefined) {
      this.#open.delete(id)
      this.#open.set(id, known)
      return known
    }
    const document = openDocument(this.#storage.entries.ofDocument(id))
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
    let facts: Facts | undefined = before
    const document = this.open(change.body.doc)
    const verdicts = document.apply(change)
    for (const verdict of verdicts) {
      const placement = placementOf(verdict, change.body.doc)
      if (verdict.entry === entry.hash) entries.append(entry, placement)
      else entries.amend(verdict.entry, placement)
      const applied = document.change(verdict.entry)
      if (applied !== undefined) facts = factsAfter(applied, scope, facts)
    }
    if (facts === undefined || verdicts.every(verdict => verdict.status === 'waiting')) return undefined
    return this.#put(before, materialise({ ...facts, heads: document.heads() }, document.read()))
  }

  #erase(
    entry: VerifiedEntry,
    body: DocumentBody,
    scope: ScopeAddress,
    before: DocumentRow | undefined,
  ): RowChange {
    const { entries } = this.#storage
    for (const { entry: past } of entries.ofDocument(body.doc)) {
      entries.amend(past.hash, { status: 'erased', document: body.doc })
    }
    entries.append(entry, { status: 'applied', document: body.doc })
    this.#open.get(body.doc)?.free()
    this.#open.delete(body.doc)
    const facts = factsAfter(changeOf(entry, body), scope, before)
    return this.#put(before, erasedRow({ ...facts, heads: [entry.hash] }))
  }

  #put(before: DocumentRow | undefined, after: DocumentRow): RowChange {
    this.#storage.rows.put(after)
    return { before, after }
  }
}

/** Builds a document from stored entries, leaving out those whose payload is gone. */
export function openDocument(stored: readonly StoredEntry[]): OpenDocument {
  const changes = stored.flatMap(({ entry }) => {
    const { payload } = entry.bytes
    return payload === null ? [] : changeOf(entry, decodeBody(payload) as DocumentBody)
  })
  const document = changes[0]?.body.type === 'block' ? new BlockDocument() : new RecordDocument()
  for (const change of changes) document.apply(change)
  return document
}

export function changeOf(entry: VerifiedEntry, body: DocumentBody): DocumentChange {
  const { scope, node, incarnation, at, tick, hash } = entry
  return { entry: hash, scope, node, incarnation, at, tick, body }
}

/** A document's first change fixes its id: by key and scope, or by author and salt. So ids cannot be taken over. */
function bindingFault(entry: VerifiedEntry, body: DocumentBody): string | undefined {
  if (body.type === 'erase') return undefined
  const type = body.type === 'block' ? 'block' : 'record'
  const id =
    body.key === undefined
      ? newDocumentId(entry.scope, entry.node, body.salt)
      : keyedDocumentId(entry.scope, type, body.key)
  return id === body.doc ? undefined : 'the id does not belong to its scope, key or author'
}

type Facts = Omit<DocumentFacts, 'heads'>

export function factsAfter(change: DocumentChange, scope: ScopeAddress, before: Facts | undefined): Facts {
  const { body, at } = change
  const isNewest = before === undefined || at >= before.updatedAt
  return {
    id: body.doc,
    type: before?.type ?? (body.type === 'block' ? 'block' : 'record'),
    scope,
    key: before?.key ?? body.key ?? null,
    createdAt: Math.min(at, before?.createdAt ?? at),
    updatedAt: Math.max(at, before?.updatedAt ?? at),
    why: (isNewest ? body.why : before?.why) ?? null,
  }
}

function placementOf(verdict: Verdict, document: DocumentId): Placement {
  const { status, reason } = verdict
  return reason === undefined ? { status, document } : { status, document, reason }
}
