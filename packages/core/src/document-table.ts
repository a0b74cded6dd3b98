import { BlockDocument } from './block-document.ts'
import type { DocumentChange, Verdict } from './causal-order.ts'
import type { ReadChange } from './document-change.ts'
import { factsOf, rowAfterErasure } from './document-facts.ts'
import type { VerifiedEntry } from './entry.ts'
import { type DocumentId, type EntryHash, keyedDocumentId, newDocumentId } from './ids.ts'
import { OPEN_DOCUMENTS_MAX } from './limits.ts'
import { materialise } from './materialise.ts'
import type { OpenDocument } from './open-document.ts'
import { rowAfterPlain } from './plain-change.ts'
import type { Placement, Storage, StoredEntry } from './ports.ts'
import { RecordDocument } from './record-document.ts'
import type { DocumentRow } from './row.ts'
import type { ScopeAddress } from './scope.ts'

/** How a document's row changed. */
export interface RowChange {
  readonly before: DocumentRow | undefined
  readonly after: DocumentRow
}

/** What judging a document again gave; `entry` is one of its heads. */
export interface Restated {
  readonly before?: DocumentRow
  readonly after?: DocumentRow
  readonly entry?: VerifiedEntry
}

/**
 * Takes entries into their documents and keeps the rows true. Documents are opened only to merge, and the most
 * recently used stay open.
 */
export class DocumentTable {
  readonly #storage: Storage
  readonly #read: ReadChange
  /** In order of use, oldest first. */
  readonly #open = new Map<DocumentId, OpenDocument>()

  constructor(storage: Storage, read: ReadChange) {
    this.#storage = storage
    this.#read = read
  }

  /**
   * Applies a change to its document.
   * @param place puts its entry into the store, or says anew what became of one that is there
   */
  apply(
    entry: VerifiedEntry,
    change: DocumentChange,
    scope: ScopeAddress,
    place: (placement: Placement) => void,
  ): RowChange | undefined {
    const { entries, rows } = this.#storage
    const { body } = change
    const before = rows.get(body.doc)
    const misfit = bindingFault(entry, change)
    if (misfit !== undefined) {
      place({ status: 'rejected', reason: misfit })
      return undefined
    }
    if (body.type === 'erase') {
      place({ status: 'applied', document: body.doc })
      return this.#erase(entry, body.doc, scope, before)
    }
    if (before?.erased === true) {
      place({ status: 'applied', document: body.doc })
      entries.amend(entry.hash, { status: 'erased', document: body.doc })
      return undefined
    }
    const after = this.#afterPlain(change, scope, before)
    if (after === undefined) return this.#merge(entry, change, scope, before, place)
    place({ status: 'applied', document: body.doc })
    return this.#put(before, after)
  }

  /** Judges all of a document's changes again, after logs were cut or cuts were taken back. */
  restate(id: DocumentId, scope: ScopeAddress): Restated {
    const { entries, rows } = this.#storage
    const before = rows.get(id)
    this.#open.get(id)?.free()
    this.#open.delete(id)
    const stored = entries.ofDocument(id)
    if (before?.erased === true || stored.some(item => this.#isErasure(item))) {
      return this.#restateErased(stored, id, scope, before)
    }
    const changes = stored.flatMap(item => this.#read(item) ?? [])
    const { document, verdicts } = replay(changes)
    for (const { entry, status } of stored) {
      const verdict = verdicts.get(entry.hash)
      if (verdict !== undefined && verdict.status !== status)
        entries.amend(entry.hash, placementOf(verdict, id))
    }
    const content = document.read()
    const facts = factsOf(document, content, scope, document.changes())
    if (facts === undefined) {
      document.free()
      if (before === undefined) return {}
      rows.clear(id)
      return { before }
    }
    this.#open.set(id, document)
    const after = materialise(facts, content)
    rows.put(after)
    const newest = stored.findLast(({ entry }) => after.heads.includes(entry.hash))
    return { ...(before && { before }), after, ...(newest && { entry: newest.entry }) }
  }

  /** An erasure that was cut and is not any more is carried out; what comes back of an erased document is destroyed. */
  #restateErased(
    stored: readonly StoredEntry[],
    id: DocumentId,
    scope: ScopeAddress,
    before: DocumentRow | undefined,
  ): Restated {
    const { entries } = this.#storage
    const returned = stored.filter(({ status }) => status === 'waiting')
    const erasures = returned.filter(item => this.#isErasure(item))
    let after = before
    for (const { entry } of erasures) {
      entries.amend(entry.hash, { status: 'applied', document: id })
      after = this.#erase(entry, id, scope, after).after
    }
    for (const item of returned) {
      if (!erasures.includes(item)) entries.amend(item.entry.hash, { status: 'erased', document: id })
    }
    const last = erasures.at(-1)
    return last === undefined || after === undefined
      ? {}
      : { ...(before && { before }), after, entry: last.entry }
  }

  #isErasure(stored: StoredEntry): boolean {
    return this.#read(stored)?.body.type === 'erase'
  }

  /** Destroys what is here of a document whose erasure this node may not read. */
  forget(id: DocumentId, by: VerifiedEntry): RowChange | undefined {
    const before = this.#storage.rows.get(id)
    return before === undefined || before.erased ? undefined : this.#erase(by, id, before.scope, before)
  }

  /**
   * The document, open; built from its entries if it is not in use.
   * @param incoming a change about to be applied: only one without dependencies says of which type a document is
   */
  open(id: DocumentId, incoming?: DocumentChange): OpenDocument {
    const known = this.#open.get(id)
    const guessed = incoming?.isFirst === true && known?.heads().length === 0
    this.#open.delete(id)
    if (known !== undefined && !guessed) {
      this.#open.set(id, known)
      return known
    }
    known?.free()
    const stored = this.#storage.entries.ofDocument(id)
    const document = openDocument(
      stored.flatMap(item => this.#read(item) ?? []),
      incoming,
    )
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

  /** A document that is open is kept so: whoever opened it needs it again. */
  #afterPlain(
    change: DocumentChange,
    scope: ScopeAddress,
    before: DocumentRow | undefined,
  ): DocumentRow | undefined {
    const { doc } = change.body
    if (this.#open.has(doc)) return undefined
    return rowAfterPlain(change, this.#storage.entries.ofDocument(doc), this.#read, scope, before)
  }

  #merge(
    entry: VerifiedEntry,
    change: DocumentChange,
    scope: ScopeAddress,
    before: DocumentRow | undefined,
    place: (placement: Placement) => void,
  ): RowChange | undefined {
    const { entries } = this.#storage
    const document = this.open(change.body.doc, change)
    const verdicts = document.apply(change)
    for (const verdict of verdicts) {
      const placement = placementOf(verdict, change.body.doc)
      if (verdict.entry === entry.hash) place(placement)
      else entries.amend(verdict.entry, placement)
    }
    const applied = verdicts.flatMap(verdict => document.change(verdict.entry) ?? [])
    if (applied.length === 0) return undefined
    const content = document.read()
    const facts = factsOf(document, content, scope, applied, before)
    return facts && this.#put(before, materialise(facts, content))
  }

  #erase(
    entry: VerifiedEntry,
    document: DocumentId,
    scope: ScopeAddress,
    before: DocumentRow | undefined,
  ): RowChange {
    const { entries } = this.#storage
    // What is left of an erasure that was cut since is as if it had never been: others never got it.
    const isOver = before?.heads.some(head => entries.find(head)?.status === 'cut') === true
    for (const past of entries.ofDocument(document)) {
      if (!this.#isErasure(past)) entries.amend(past.entry.hash, { status: 'erased', document })
    }
    this.#open.get(document)?.free()
    this.#open.delete(document)
    return this.#put(before, rowAfterErasure(document, entry, scope, isOver ? undefined : before))
  }

  #put(before: DocumentRow | undefined, after: DocumentRow): RowChange {
    this.#storage.rows.put(after)
    return { before, after }
  }
}

/**
 * Builds a document from its changes.
 * @param incoming a change about to be applied, which may be the first to say whether this is a record or a block
 */
export function openDocument(changes: readonly DocumentChange[], incoming?: DocumentChange): OpenDocument {
  return replay(changes, incoming).document
}

function replay(changes: readonly DocumentChange[], incoming?: DocumentChange) {
  const all = incoming === undefined ? changes : [...changes, incoming]
  // Ids are bound to a type, so all first changes agree on it; others may lie.
  const first = all.find(({ isFirst, body }) => isFirst && body.type !== 'erase')
  const document = first?.body.type === 'block' ? new BlockDocument() : new RecordDocument()
  const verdicts = new Map<EntryHash, Verdict>()
  for (const change of changes) {
    for (const verdict of document.apply(change)) verdicts.set(verdict.entry, verdict)
  }
  return { document, verdicts }
}

/**
 * A document's first change fixes its id: by key and scope, or by author and salt. So ids cannot be taken over. A
 * later change need not repeat the key, and cannot give another.
 */
export function bindingFault(entry: VerifiedEntry, { body, isFirst }: DocumentChange): string | undefined {
  if (body.type === 'erase' || (!isFirst && body.key === undefined)) return undefined
  const type = body.type === 'block' ? 'block' : 'record'
  const id =
    body.key === undefined
      ? newDocumentId(entry.scope, type, entry.node, body.salt)
      : keyedDocumentId(entry.scope, type, body.key)
  return id === body.doc ? undefined : 'the id does not belong to its scope, key or author'
}

function placementOf(verdict: Verdict, document: DocumentId): Placement {
  const { status, reason } = verdict
  return reason === undefined ? { status, document } : { status, document, reason }
}
