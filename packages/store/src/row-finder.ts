import { FolkmootError, fromHex, type RowCursor, type RowQuery, type SearchQuery } from '@folkmoot/core'
import type { Database, Statement } from './database.ts'
import { type ListCursor, leadOf, listSql, livingTerm, type PlacedQuery, placeTerm } from './list-query.ts'
import { mergeLists } from './merge-lists.ts'
import type { PlaceTable } from './place-table.ts'
import { matchAny } from './search-query.ts'
import type { WordIndex } from './word-index.ts'

/**
 * Up to so many places are listed one by one and merged: each gives its newest rows straight from an index. Beyond,
 * rows are read newest first and those of other places passed over, which ends soon since most places are wanted then.
 */
const PLACES_MERGED_MAX = 64

/**
 * Up to so many rows that bear a tag are looked up for each page of a list. Beyond, a page goes through the rows that
 * are left, newest first, until it is full, so that all pages together go through them once.
 */
const TAGGED_MAX = 4096

interface Listed extends ListCursor {
  readonly document: number
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

  list({ scope, visible, after, ...filters }: RowQuery): readonly number[] {
    const places = this.#places.select(scope, visible)
    if (places.length === 0) return []
    const parts = partsOf({ ...filters, places, ...this.#from(after, filters.tag) })
    return this.#listAll(parts, filters.limit).map(({ document }) => document)
  }

  /** All that there is, best first: how many of them are wanted is known when they are read. */
  *search({ text, scope, visible, livingAt }: Omit<SearchQuery, 'limit'>): Iterable<Found> {
    const match = matchAny(text)
    const places = this.#places.select(scope, visible)
    if (match === undefined || places.length === 0) return
    this.#catchUp()
    const terms = [
      ...(places === 'all' ? [] : [placeTerm(places)]),
      ...(livingAt === undefined ? [] : [livingTerm(livingAt)]),
    ]
    const joined = terms.length === 0 ? '' : 'CROSS JOIN rows ON rows.document = words.rowid'
    const statement = this.#prepared(`
      SELECT words.rowid AS document, -words.rank AS score FROM words ${joined}
      WHERE ${['words MATCH ?', ...terms.map(({ sql }) => sql)].join(' AND ')} ORDER BY words.rank`)
    const found = statement.iterate(match, ...terms.flatMap(({ values }) => values))
    for (const { document, score } of found) yield { document: document as number, score: score as number }
  }

  #from(after: RowCursor | undefined, tag: string | undefined): Pick<PlacedQuery, 'after' | 'isTagCommon'> {
    if (after === undefined) return {}
    return {
      after: { updatedAt: after.updatedAt, id: fromHex(after.id) },
      isTagCommon: tag !== undefined && this.#isCommon(tag),
    }
  }

  #isCommon(tag: string): boolean {
    const statement = this.#prepared('SELECT 1 FROM tags WHERE tag = ? LIMIT 1 OFFSET ?')
    return statement.get(tag, TAGGED_MAX) !== undefined
  }

  #listAll(parts: readonly PlacedQuery[], limit: number): readonly Listed[] {
    const [only, ...others] = parts
    if (only !== undefined && others.length === 0) return this.#list(only)
    return mergeLists<PlacedQuery, Listed>(parts, limit, (part, count, last) =>
      this.#list({ ...part, limit: count, ...(last && { after: last }) }),
    )
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

/** Queries that an index answers in order, and that together give what is asked for. */
function partsOf(query: PlacedQuery): readonly PlacedQuery[] {
  const { places, conflict } = query
  const lead = leadOf(query)
  if (lead === 'conflict' && conflict === 'any')
    return (['open', 'settled'] as const).map(status => ({ ...query, conflict: status }))
  if (lead !== 'time' || places === 'all' || places.length > PLACES_MERGED_MAX) return [query]
  return places.map(place => ({ ...query, places: [place] }))
}
