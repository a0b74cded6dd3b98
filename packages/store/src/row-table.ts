import {
  type DocumentId,
  type DocumentRow,
  facetsOf,
  fromHex,
  type RowFacets,
  type RowQuery,
  type RowStore,
  type ScopeAddress,
  type SearchHit,
  type SearchQuery,
} from '@folkmoot/core'
import type { Database, Statement } from './database.ts'
import type { DocumentNumbers } from './document-numbers.ts'
import { PlaceTable } from './place-table.ts'
import { RowFinder } from './row-finder.ts'
import { WordIndex } from './word-index.ts'

/** The rows of documents, with what they are filtered by beside them and their words in the full-text index. */
export class RowTable implements RowStore {
  readonly #database: Database
  readonly #documents: DocumentNumbers
  readonly #words: WordIndex
  readonly #places: PlaceTable
  readonly #finder: RowFinder
  readonly #past: Statement
  readonly #state: Statement
  readonly #putRow: Statement
  readonly #putState: Statement
  readonly #dropRow: Statement
  readonly #dropState: Statement
  readonly #addTag: Statement
  readonly #dropTag: Statement
  readonly #digests: Statement
  /** The row last read or put: a change reads a row before it puts it. */
  #last: { readonly id: DocumentId; readonly row: DocumentRow | undefined } | undefined

  constructor(database: Database, documents: DocumentNumbers) {
    this.#database = database
    this.#documents = documents
    this.#words = new WordIndex(database)
    this.#places = new PlaceTable(database)
    this.#finder = new RowFinder(database, this.#places, this.#words)
    this.#past = database.prepare('SELECT place, rewritten FROM rows WHERE document = ?')
    this.#state = database.prepare('SELECT state FROM states WHERE document = ?')
    this.#putRow = database.prepare(`
      INSERT INTO rows (document, place, type, kind, key, conflict, updated_at, expires_at, rewritten, digest)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (document) DO UPDATE SET
        place = excluded.place, type = excluded.type, kind = excluded.kind, key = excluded.key,
        conflict = excluded.conflict, updated_at = excluded.updated_at, expires_at = excluded.expires_at,
        rewritten = excluded.rewritten, digest = excluded.digest`)
    this.#putState = database.prepare(`
      INSERT INTO states (document, state) VALUES (?, ?)
      ON CONFLICT (document) DO UPDATE SET state = excluded.state`)
    this.#dropRow = database.prepare('DELETE FROM rows WHERE document = ?')
    this.#dropState = database.prepare('DELETE FROM states WHERE document = ?')
    this.#addTag = database.prepare('INSERT OR IGNORE INTO tags (tag, document) VALUES (?, ?)')
    this.#dropTag = database.prepare('DELETE FROM tags WHERE tag = ? AND document = ?')
    this.#digests = database.prepare(`
      SELECT lower(hex(documents.id)) AS id, rows.place, lower(hex(rows.digest)) AS digest FROM rows
      CROSS JOIN documents ON documents.number = rows.document`)
    database.hook({ afterRollback: () => this.#forget() })
  }

  put(row: DocumentRow): void {
    this.#database.assertRunning()
    const document = this.#documents.give(row.id)
    const facets = facetsOf(row)
    const past = this.#past.get(document)
    const rewritten = this.#putWords(document, row, facets, past?.rewritten === 1)
    const place = this.#places.give(row)
    this.#putRow.run(
      document,
      place,
      row.type,
      facets.kind,
      row.key,
      facets.conflict === 'none' ? null : facets.conflict,
      row.updatedAt,
      facets.expiresAt,
      rewritten ? 1 : 0,
      fromHex(row.digest),
    )
    if (past !== undefined && past.place !== place) this.#places.leave(past.place as number)
    this.#putState.run(document, JSON.stringify(row))
    this.#last = { id: row.id, row }
  }

  get(id: DocumentId): DocumentRow | undefined {
    const document = this.#documents.find(id)
    const row = document === undefined ? undefined : this.#read(document)
    this.#last = { id, row }
    return row
  }

  list(query: RowQuery): readonly DocumentRow[] {
    return this.#finder.list(query).flatMap(document => this.#read(document) ?? [])
  }

  search(query: SearchQuery): readonly SearchHit[] {
    const { limit, wanted } = query
    const hits: SearchHit[] = []
    if (limit <= 0) return hits
    for (const { document, score } of this.#finder.search(query)) {
      const row = this.#read(document)
      if (row === undefined || wanted?.(row) === false) continue
      hits.push({ row, score })
      if (hits.length >= limit) break
    }
    return hits
  }

  *digests(): ReturnType<RowStore['digests']> {
    // SQLite writes the hex: for a whole memory that is twice as fast as carrying the bytes over first.
    for (const { id, place, digest } of this.#digests.iterate()) {
      yield { id: id as DocumentId, access: this.#places.access(place as number), digest: digest as string }
    }
  }

  clear(id?: DocumentId): void {
    this.#database.assertRunning()
    if (id !== undefined) {
      const document = this.#documents.find(id)
      const row = document === undefined ? undefined : this.#read(document)
      if (document !== undefined && row !== undefined) this.#takeAway(document, row)
      this.#forget()
      return
    }
    this.#words.clear()
    for (const table of ['rows', 'states', 'tags', 'places']) this.#database.exec(`DELETE FROM ${table}`)
    this.#places.forgetAll()
    this.#forget()
  }

  /** Takes the rows of these documents away, if they are of that scope, and all that they can be found by. */
  destroy(documents: Iterable<number>, scope: ScopeAddress): void {
    this.#database.assertRunning()
    for (const document of documents) {
      const row = this.#read(document)
      if (row?.scope !== scope) continue
      this.#takeAway(document, row)
    }
    this.#places.leaveScope(scope)
    this.#forget()
  }

  #takeAway(document: number, row: DocumentRow): void {
    const { tags, words } = facetsOf(row)
    this.#words.destroy(document, words, this.#past.get(document)?.rewritten === 1)
    for (const tag of tags) this.#dropTag.run(tag, document)
    this.#dropState.run(document)
    this.#dropRow.run(document)
  }

  #forget(): void {
    this.#last = undefined
  }

  /** Brings tags and full-text index up to date. Gives whether the index may hold words of an earlier text. */
  #putWords(document: number, row: DocumentRow, facets: RowFacets, rewritten: boolean): boolean {
    const { words, tags } = facets
    const before = this.#last?.id === row.id ? this.#last.row : this.#read(document)
    if (before === undefined) {
      if (words !== '') this.#words.change(document, '', words)
      for (const tag of tags) this.#addTag.run(tag, document)
      return false
    }
    const past = facetsOf(before)
    for (const tag of past.tags) if (!tags.includes(tag)) this.#dropTag.run(tag, document)
    for (const tag of tags) if (!past.tags.includes(tag)) this.#addTag.run(tag, document)
    if (row.erased) {
      this.#words.destroy(document, past.words, rewritten)
      return false
    }
    if (words === past.words) return rewritten
    this.#words.change(document, past.words, words)
    return rewritten || past.words !== ''
  }

  #read(document: number): DocumentRow | undefined {
    const state = this.#state.get(document)?.state
    return typeof state === 'string' ? JSON.parse(state) : undefined
  }
}
