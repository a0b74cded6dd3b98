import type { RowQuery } from '@folkmoot/core'
import type { Selection } from './place-table.ts'

type Value = string | number | Uint8Array

export interface ListSql {
  readonly sql: string
  readonly values: readonly Value[]
}

interface Term {
  readonly sql: string
  readonly values: readonly Value[]
}

/** The place of a row in the order of lists. */
export interface ListCursor {
  readonly updatedAt: number
  readonly id: Uint8Array
}

/** What is asked of one statement: the filters, and the places it may look in. */
export interface PlacedQuery extends Omit<RowQuery, 'scope' | 'visible' | 'conflict' | 'after'> {
  readonly places: Selection
  readonly conflict?: 'open' | 'settled' | 'any'
  readonly after?: ListCursor
  /** The tag is not looked up, but asked of the rows that the rest leaves: for one that many rows bear. */
  readonly isTagCommon?: boolean
}

/** What the rows are found by; everything else is then asked of each. */
type Lead = 'id' | 'key' | 'conflict' | 'tag' | 'place' | 'time'

/** The narrowest filter leads, by a named index: SQLite knows nothing of how the values are spread and would have to guess. */
export function leadOf(query: PlacedQuery): Lead {
  if (query.idPrefix !== undefined) return 'id'
  if (query.key !== undefined) return 'key'
  if (query.conflict !== undefined) return 'conflict'
  if (query.tag !== undefined && query.isTagCommon !== true) return 'tag'
  return query.places !== 'all' && query.places.length === 1 ? 'place' : 'time'
}

/** The SQL that lists the numbers of the documents a query asks for. */
export function listSql(query: PlacedQuery): ListSql {
  const terms = termsOf(query)
  const where = terms.length === 0 ? '' : `WHERE ${terms.map(({ sql }) => sql).join(' AND ')}`
  return {
    sql: `SELECT rows.document, rows.updated_at, documents.id FROM ${TABLES[leadOf(query)]} ${where}
      ORDER BY rows.updated_at DESC, documents.id LIMIT ?`,
    values: [...terms.flatMap(({ values }) => values), Math.min(query.limit, Number.MAX_SAFE_INTEGER)],
  }
}

const IDS = 'CROSS JOIN documents ON documents.number = rows.document'

/** CROSS JOIN keeps the order in which the tables are written. */
const TABLES: { readonly [lead in Lead]: string } = {
  id: 'documents CROSS JOIN rows ON rows.document = documents.number',
  key: `rows INDEXED BY rows_by_key ${IDS}`,
  conflict: `rows INDEXED BY rows_by_conflict ${IDS}`,
  tag: `tags CROSS JOIN rows ON rows.document = tags.document ${IDS}`,
  place: `rows INDEXED BY rows_by_place ${IDS}`,
  time: `rows INDEXED BY rows_by_time ${IDS}`,
}

function termsOf(query: PlacedQuery): readonly Term[] {
  const terms: Term[] = []
  const add = (sql: string, ...values: Value[]) => terms.push({ sql, values })
  if (query.idPrefix !== undefined) add('documents.id BETWEEN ? AND ?', ...idRange(query.idPrefix))
  if (query.key !== undefined) add('rows.key = ?', query.key)
  if (query.conflict === 'any') add('rows.conflict IS NOT NULL')
  else if (query.conflict !== undefined) add('rows.conflict = ?', query.conflict)
  if (query.tag !== undefined) add(leadOf(query) === 'tag' ? 'tags.tag = ?' : BEARS_TAG, query.tag)
  if (query.places !== 'all') terms.push(placeTerm(query.places))
  if (query.type !== undefined) add('rows.type = ?', query.type)
  else if (!isNamed(query)) add(`rows.type <> 'note'`)
  if (query.kind !== undefined) add('rows.kind = ?', query.kind)
  if (query.livingAt !== undefined) terms.push(livingTerm(query.livingAt))
  if (query.after !== undefined) terms.push(afterTerm(query.after))
  return terms
}

export function placeTerm(places: readonly number[]): Term {
  const [only, ...others] = places
  if (only !== undefined && others.length === 0) return { sql: 'rows.place = ?', values: [only] }
  // One parameter whatever their number: SQLite builds the set once for a statement.
  return { sql: 'rows.place IN (SELECT value FROM json_each(?))', values: [JSON.stringify(places)] }
}

export function livingTerm(atMs: number): Term {
  return { sql: '(rows.expires_at IS NULL OR rows.expires_at > ?)', values: [atMs] }
}

/** The first half is for the index, which then begins where the list ended. */
function afterTerm({ updatedAt, id }: ListCursor): Term {
  return {
    sql: 'rows.updated_at <= ? AND (rows.updated_at < ? OR documents.id > ?)',
    values: [updatedAt, updatedAt, id],
  }
}

/** Asked for by what it is called, or as something in dispute: then notes are meant, too. */
function isNamed({ key, idPrefix, conflict }: PlacedQuery): boolean {
  return key !== undefined || idPrefix !== undefined || conflict !== undefined
}

const BEARS_TAG = 'EXISTS (SELECT 1 FROM tags WHERE tags.tag = ? AND tags.document = rows.document)'

const ID_DIGITS = 32

/** The first and the last id that begin so; an empty range if none can. */
function idRange(prefix: string): [Uint8Array, Uint8Array] {
  if (prefix.length > ID_DIGITS || !/^[0-9a-f]*$/.test(prefix))
    return [new Uint8Array([1]), new Uint8Array([0])]
  return [
    Buffer.from(prefix.padEnd(ID_DIGITS, '0'), 'hex'),
    Buffer.from(prefix.padEnd(ID_DIGITS, 'f'), 'hex'),
  ]
}
