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

/** What is asked of one statement: the filters, and the places it may look in. */
export interface PlacedQuery extends Omit<RowQuery, 'scope' | 'visible'> {
  readonly places: Selection
}

/** True if a filter leads that is narrower than any place. */
export function hasNarrowLead({ idPrefix, key, conflict, tag }: Omit<PlacedQuery, 'places'>): boolean {
  return idPrefix !== undefined || key !== undefined || conflict !== undefined || tag !== undefined
}

/**
 * The SQL that lists the numbers of the documents a query asks for. The narrowest filter leads, by a named index:
 * SQLite knows nothing of how the values are spread and would have to guess.
 */
export function listSql(query: PlacedQuery): ListSql {
  const terms = termsOf(query)
  const where = terms.length === 0 ? '' : `WHERE ${terms.map(({ sql }) => sql).join(' AND ')}`
  return {
    sql: `SELECT rows.document, rows.updated_at, documents.id FROM ${tablesOf(query)} ${where}
      ORDER BY rows.updated_at DESC, documents.id LIMIT ?`,
    values: [...terms.flatMap(({ values }) => values), Math.min(query.limit, Number.MAX_SAFE_INTEGER)],
  }
}

/** CROSS JOIN keeps the order in which the tables are written. */
function tablesOf(query: PlacedQuery): string {
  const ids = 'CROSS JOIN documents ON documents.number = rows.document'
  if (query.idPrefix !== undefined) return 'documents CROSS JOIN rows ON rows.document = documents.number'
  if (query.key !== undefined) return `rows INDEXED BY rows_by_key ${ids}`
  if (query.conflict !== undefined) return `rows INDEXED BY rows_by_conflict ${ids}`
  if (query.tag !== undefined) return `tags CROSS JOIN rows ON rows.document = tags.document ${ids}`
  if (query.places !== 'all' && query.places.length === 1) return `rows INDEXED BY rows_by_place ${ids}`
  return `rows INDEXED BY rows_by_time ${ids}`
}

function termsOf(query: PlacedQuery): readonly Term[] {
  const terms: Term[] = []
  const add = (sql: string, ...values: Value[]) => terms.push({ sql, values })
  if (query.idPrefix !== undefined) add('documents.id BETWEEN ? AND ?', ...idRange(query.idPrefix))
  if (query.key !== undefined) add('rows.key = ?', query.key)
  if (query.conflict === 'open') add(`rows.conflict = 'open'`)
  if (query.conflict === 'any') add('rows.conflict IS NOT NULL')
  if (query.tag !== undefined) add(tagTerm(query), query.tag)
  if (query.places !== 'all') terms.push(placeTerm(query.places))
  if (query.type !== undefined) add('rows.type = ?', query.type)
  if (query.kind !== undefined) add('rows.kind = ?', query.kind)
  if (query.livingAt !== undefined) terms.push(livingTerm(query.livingAt))
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

function tagTerm({ idPrefix, key, conflict }: PlacedQuery): string {
  const leads = idPrefix === undefined && key === undefined && conflict === undefined
  if (leads) return 'tags.tag = ?'
  return 'EXISTS (SELECT 1 FROM tags WHERE tags.tag = ? AND tags.document = rows.document)'
}

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
