import type { RowQuery } from '@folkmoot/core'

type Value = string | number | Uint8Array

export interface ListSql {
  readonly sql: string
  readonly values: readonly Value[]
}

interface Term {
  readonly sql: string
  readonly values: readonly Value[]
}

/**
 * The SQL that lists the numbers of the documents a query asks for. The narrowest filter leads, by a named index:
 * SQLite knows nothing of how the values are spread and would have to guess.
 */
export function listSql(query: RowQuery): ListSql {
  const terms = termsOf(query)
  const where = terms.length === 0 ? '' : `WHERE ${terms.map(({ sql }) => sql).join(' AND ')}`
  return {
    sql: `SELECT rows.document FROM ${tablesOf(query)} ${where}
      ORDER BY rows.updated_at DESC, documents.id LIMIT ?`,
    values: [...terms.flatMap(({ values }) => values), Math.min(query.limit, Number.MAX_SAFE_INTEGER)],
  }
}

/** CROSS JOIN keeps the order in which the tables are written. */
function tablesOf(query: RowQuery): string {
  const ids = 'CROSS JOIN documents ON documents.number = rows.document'
  if (query.idPrefix !== undefined) return 'documents CROSS JOIN rows ON rows.document = documents.number'
  if (query.key !== undefined) return `rows INDEXED BY rows_by_key ${ids}`
  if (query.conflict !== undefined) return `rows INDEXED BY rows_by_conflict ${ids}`
  if (query.tag !== undefined) return `tags CROSS JOIN rows ON rows.document = tags.document ${ids}`
  if (query.scope !== undefined) return `rows INDEXED BY rows_by_place ${ids}`
  return `rows INDEXED BY rows_by_time ${ids}`
}

function termsOf(query: RowQuery): readonly Term[] {
  const terms: Term[] = []
  const add = (sql: string, ...values: Value[]) => terms.push({ sql, values })
  if (query.idPrefix !== undefined) add('documents.id BETWEEN ? AND ?', ...idRange(query.idPrefix))
  if (query.key !== undefined) add('rows.key = ?', query.key)
  if (query.conflict === 'open') add(`rows.conflict = 'open'`)
  if (query.conflict === 'any') add('rows.conflict IS NOT NULL')
  if (query.tag !== undefined) add(tagTerm(query), query.tag)
  if (query.scope !== undefined)
    add('rows.place = (SELECT number FROM places WHERE address = ?)', query.scope)
  if (query.type !== undefined) add('rows.type = ?', query.type)
  if (query.kind !== undefined) add('rows.kind = ?', query.kind)
  return terms
}

function tagTerm({ idPrefix, key, conflict }: RowQuery): string {
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
