import { FolkmootError, type RowQuery, type SearchQuery } from '@folkmoot/core'
import type { Database, Statement } from './database.ts'
import { hasNarrowLead, listSql, livingTerm, type PlacedQuery, placeTerm } from './list-query.ts'
import type { PlaceTable } from './place-table.ts'
import { matchAny } from './search-query.ts'
import type { WordIndex } from './word-index.ts'

/**
 * Up to so many places are listed one by one and merged: each gives its newest rows straight from an index. Beyond,
 * rows are read newest first and those of other places passed over, which ends soon since most places are wanted then.
 */
const PLACES_MERGED_MAX = 64

interface Listed {
  readonly document: number
  readonly updatedAt: number
  readonly id: Uint8Array
}

export interface Found {
  readonly document: number
  readonly score: number
}

/** Finds the numbers of documents, by what their rows are filtered by and by their words. */
export class RowFinder {
  readonly #database: Database
  readonly #places: PlaceTable
  readonly #words: WordIndex
  /** By SQL: one for each choice of filters that was asked for. */
  readonly #statements = new Map<string, Statement>()

  constructor(database: Database, places: PlaceTable, words: WordIndex) {
    this.#database = database
    this.#places = places
    this.#words = words
  }

  list({ scope, visible, ...query }: RowQuery): readonly number[] {
    const places = this.#places.select(scope, visible)
    if (places.length === 0) return []
    const merging = places !== 'all' && places.length <= PLACES_MERGED_MAX && !hasNarrowLead(query)
    if (!merging) return this.#list({ ...query, places }).map(({ document }) => document)
    return places
      .flatMap(place => this.#list({ ...query, places: [place] }))
      .sort((a, b) => b.updatedAt - a.updatedAt || Buffer.compare(a.id, b.id))
      .slice(0, query.limit)
      .map(({ document }) => document)
  }

  search({ text, scope, visible, livingAt, limit }: SearchQuery): readonly Found[] {
    const match = matchAny(text)
    const places = this.#places.select(scope, visible)
    if (match === undefined || places.length === 0) return []
    this.#catchUp()
    const terms = [
      ...(places === 'all' ? [] : [placeTerm(places)]),
      ...(livingAt === undefined ? [] : [livingTerm(livingAt)]),
    ]
    const joined = terms.length === 0 ? '' : 'CROSS JOIN rows ON rows.document = words.rowid'
    const statement = this.#prepared(`
      SELECT words.rowid AS document, -words.rank AS score FROM words ${joined}
      WHERE ${['words MATCH ?', ...terms.map(({ sql }) => sql)].join(' AND ')} ORDER BY words.rank LIMIT ?`)
    const found = statement.all(match, ...terms.flatMap(({ values }) => values), limit)
    return found.map(({ document, score }) => ({ document: document as number, score: score as number }))
  }

  #list(query: PlacedQuery): readonly Listed[] {
    const { sql, values } = listSql(query)
    return this.#prepared(sql)
      .all(...values)
      .map(({ document, updated_at, id }) => ({
        document: document as number,
        updatedAt: updated_at as number,
        id: id as Uint8Array,
      }))
  }

  #prepared(sql: string): Statement {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.#database.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
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
