import {
  type DocumentId,
  type DocumentRow,
  FolkmootError,
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
import { listSql } from './list-query.ts'
import { matchAny } from './search-query.ts'
import { WordIndex } from './word-index.ts'

const SEARCH = `SELECT words.rowid AS document, -words.rank AS score FROM words`

/** The rows of documents, with what they are filtered by beside them and their words in the full-text index. */
export class RowTable implements RowStore {
  readonly #database: Database
  readonly #documents: DocumentNumbers
  readonly #words: WordIndex
  readonly #rewritten: Statement
  readonly #state: Statement
  readonly #place: Statement
  readonly #addPlace: Statement
  readonly #putRow: Statement
  readonly #putState: Statement
  readonly #addTag: Statement
  readonly #dropTag: Statement
  readonly #search: Statement
  readonly #searchPlace: Statement
  readonly #digests: Statement
  /** By SQL: one for each choice of filters that was asked for. */
  readonly #lists = new Map<string, Statement>()
  /** Numbers of scope addresses. */
  readonly #places = new Map<ScopeAddress, number>()
  /** The row last read or put: a change reads a row before it puts it. */
  #last: { readonly id: DocumentId; readonly row: DocumentRow | undefined } | undefined

  constructor(database: Database, documents: DocumentNumbers) {
    this.#database = database
    this.#documents = documents
    this.#words = new WordIndex(database)
    this.#rewritten = database.prepare('SELECT rewritten FROM rows WHERE document = ?')
    this.#state = database.prepare('SELECT state FROM states WHERE document = ?')
    this.#place = database.prepare('SELECT number FROM places WHERE address = ?')
    this.#addPlace = database.prepare('INSERT INTO places (address) VALUES (?)')
    this.#putRow = database.prepare(`
      INSERT INTO rows (document, place, type, kind, key, conflict, updated_at, rewritten, digest)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (document) DO UPDATE SET
        place = excluded.place, type = excluded.type, kind = excluded.kind, key = excluded.key,
        conflict = excluded.conflict, updated_at = excluded.updated_at,
        rewritten = excluded.rewritten, digest = excluded.digest`)
    this.#putState = database.prepare(`
      INSERT INTO states (document, state) VALUES (?, ?)
      ON CONFLICT (document) DO UPDATE SET state = excluded.state`)
    this.#addTag = database.prepare('INSERT OR IGNORE INTO tags (tag, document) VALUES (?, ?)')
    this.#dropTag = database.prepare('DELETE FROM tags WHERE tag = ? AND document = ?')
    this.#search = database.prepare(`${SEARCH} WHERE words MATCH ? ORDER BY rank LIMIT ?`)
    this.#searchPlace = database.prepare(`
      ${SEARCH} CROSS JOIN rows ON rows.document = words.rowid
      WHERE words MATCH ? AND rows.place = (SELECT number FROM places WHERE address = ?)
      ORDER BY words.rank LIMIT ?`)
    this.#digests = database.prepare(`
      SELECT lower(hex(documents.id)) AS id, places.address AS scope, lower(hex(rows.digest)) AS digest FROM rows
      CROSS JOIN documents ON documents.number = rows.document
      CROSS JOIN places ON places.number = rows.place`)
    database.hook({ afterRollback: () => this.#forget() })
  }

  put(row: DocumentRow): void {
    this.#database.assertRunning()
    const document = this.#documents.give(row.id)
    const facets = facetsOf(row)
    const rewritten = this.#putWords(document, row, facets)
    this.#putRow.run(
      document,
      this.#placeNumber(row.scope),
      row.type,
      facets.kind,
      row.key,
      facets.conflict === 'none' ? null : facets.conflict,
      row.updatedAt,
      rewritten ? 1 : 0,
      fromHex(row.digest),
    )
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
    const { sql, values } = listSql(query)
    let statement = this.#lists.get(sql)
    if (statement === undefined) {
      statement = this.#database.prepare(sql)
      this.#lists.set(sql, statement)
    }
    return statement.all(...values).flatMap(({ document }) => this.#read(document as number) ?? [])
  }

  search({ text, scope, limit }: SearchQuery): readonly SearchHit[] {
    const match = matchAny(text)
    if (match === undefined) return []
    this.#catchUp()
    const found =
      scope === undefined ? this.#search.all(match, limit) : this.#searchPlace.all(match, scope, limit)
    return found.flatMap(({ document, score }) => {
      const row = this.#read(document as number)
      return row === undefined ? [] : { row, score: score as number }
    })
  }

  digests(): ReturnType<RowStore['digests']> {
    // SQLite writes the hex: for a whole memory that is twice as fast as carrying the bytes over first.
    return this.#digests.iterate() as unknown as ReturnType<RowStore['digests']>
  }

  clear(): void {
    this.#database.assertRunning()
    this.#words.clear()
    for (const table of ['rows', 'states', 'tags', 'places']) this.#database.exec(`DELETE FROM ${table}`)
    this.#forget()
  }

  #forget(): void {
    this.#places.clear()
    this.#last = undefined
  }

  /** Brings tags and full-text index up to date. Gives whether the index may hold words of an earlier text. */
  #putWords(document: number, row: DocumentRow, { words, tags }: RowFacets): boolean {
    const before = this.#last?.id === row.id ? this.#last.row : this.#read(document)
    if (before === undefined) {
      if (words !== '') this.#words.change(document, '', words)
      for (const tag of tags) this.#addTag.run(tag, document)
      return false
    }
    const past = facetsOf(before)
    const rewritten = this.#rewritten.get(document)?.rewritten === 1
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

  #placeNumber(address: ScopeAddress): number {
    const known = this.#places.get(address)
    if (known !== undefined) return known
    const number = (this.#place.get(address)?.number as number | undefined) ?? this.#addPlace.run(address)
    this.#places.set(address, number)
    return number
  }

  /** A full disk stops writing, not searching: what waits is then not found yet. */
  #catchUp(): void {
    try {
      this.#words.catchUp()
    } catch (error) {
      if (!(error instanceof FolkmootError) || error.code !== 'disk' || this.#database.running) throw error
    }
  }
}
