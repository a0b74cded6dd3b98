import type { DocumentId } from './ids.ts'
import type { Journal } from './journal.ts'
import type { RowStore } from './ports.ts'
import type { DocumentRow, RowCursor, RowQuery, SearchHit, SearchQuery } from './row.ts'
import { facetsOf } from './row-facets.ts'
import type { ScopeAddress } from './scope.ts'

/** Rows in memory; every question reads them all, which does for the few that a test or a short life holds. */
export class VolatileRows implements RowStore {
  readonly #journal: Journal
  readonly #rows: Map<DocumentId, DocumentRow>

  constructor(journal: Journal, rows: Map<DocumentId, DocumentRow>) {
    this.#journal = journal
    this.#rows = rows
  }

  put(row: DocumentRow): void {
    this.#journal.set(this.#rows, row.id, row)
  }

  get(id: DocumentId): DocumentRow | undefined {
    return this.#rows.get(id)
  }

  list(query: RowQuery): readonly DocumentRow[] {
    return [...this.#rows.values()]
      .filter(row => matches(row, query))
      .sort(inOrder)
      .slice(0, query.limit)
  }

  search({ text, scope, visible, livingAt, wanted, limit }: SearchQuery): readonly SearchHit[] {
    const asked = new Set(wordsIn(text))
    const found = [...this.#rows.values()]
      .filter(row => mayShow(row, { scope, visible, livingAt }))
      .map(row => ({ row, score: wordsIn(facetsOf(row).words).filter(word => asked.has(word)).length }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score || (a.row.id < b.row.id ? -1 : 1))
    const hits: SearchHit[] = []
    for (const hit of found) {
      if (hits.length >= limit) break
      if (wanted === undefined || wanted(hit.row)) hits.push(hit)
    }
    return hits
  }

  *digests(): ReturnType<RowStore['digests']> {
    for (const row of this.#rows.values()) yield { id: row.id, access: row, digest: row.digest }
  }

  clear(id?: DocumentId): void {
    const ids = id === undefined ? [...this.#rows.keys()] : [id]
    for (const each of ids) this.#journal.delete(this.#rows, each)
  }

  /** Takes a row away, if it is of that scope. */
  destroy(id: DocumentId, scope: ScopeAddress): void {
    if (this.#rows.get(id)?.scope === scope) this.#journal.delete(this.#rows, id)
  }
}

function matches(row: DocumentRow, query: RowQuery): boolean {
  const { kind, tags, conflict } = facetsOf(row)
  return (
    mayShow(row, query) &&
    (query.type === undefined ? row.type !== 'note' || isNamed(query) : row.type === query.type) &&
    (query.kind === undefined || kind === query.kind) &&
    (query.tag === undefined || tags.includes(query.tag)) &&
    (query.key === undefined || row.key === query.key) &&
    (query.idPrefix === undefined || row.id.startsWith(query.idPrefix)) &&
    (query.conflict === undefined ||
      conflict === 'open' ||
      (query.conflict === 'any' && conflict !== 'none')) &&
    (query.after === undefined || inOrder(query.after, row) < 0)
  )
}

function inOrder(a: RowCursor, b: RowCursor): number {
  if (a.updatedAt !== b.updatedAt) return b.updatedAt - a.updatedAt
  return a.id === b.id ? 0 : a.id < b.id ? -1 : 1
}

/** Asked for by what it is called, or as something in dispute: then notes are meant, too. */
function isNamed({ key, idPrefix, conflict }: RowQuery): boolean {
  return key !== undefined || idPrefix !== undefined || conflict !== undefined
}

function mayShow(
  row: DocumentRow,
  { scope, visible, livingAt }: { [Field in 'scope' | 'visible' | 'livingAt']?: RowQuery[Field] | undefined },
): boolean {
  const expiresAt = livingAt === undefined ? null : facetsOf(row).expiresAt
  return (
    (scope === undefined || row.scope === scope) &&
    (visible === undefined || visible(row)) &&
    (livingAt === undefined || expiresAt === null || expiresAt > livingAt)
  )
}

/** Runs of letters and digits, without case and diacritics. */
function wordsIn(text: string): readonly string[] {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  return plain.match(/[\p{L}\p{N}]+/gu) ?? []
}
