import {
  DEFAULT_SCOPE,
  type DocumentRow,
  FolkmootError,
  keyedDocumentId,
  NotFoundError,
  parseDocumentId,
  parseScope,
  type Replica,
  scopeId,
} from '@folkmoot/core'

const WHOLE_ID = /^[0-9a-f]{32}$/
/** Shorter prefixes are words more often than ids. */
const ID_PREFIX = /^[0-9a-f]{6,31}$/

/** A document by id, by key (in `scope`, in the default scope, or in the only scope that has it), or by id prefix. */
export function findRow(replica: Replica, idOrKey: string, scope?: string): DocumentRow | undefined {
  const { rows } = replica.storage
  if (WHOLE_ID.test(idOrKey)) {
    const row = rows.get(parseDocumentId(idOrKey))
    if (row !== undefined) return row
  }
  const address = scope === undefined ? DEFAULT_SCOPE : parseScope(scope)
  const space = scopeId(replica.mesh, address)
  const keyed =
    rows.get(keyedDocumentId(space, 'record', idOrKey)) ?? rows.get(keyedDocumentId(space, 'block', idOrKey))
  if (keyed !== undefined || scope !== undefined) return keyed
  return only(rows.list({ key: idOrKey, limit: 2 }), idOrKey) ?? byPrefix(replica, idOrKey)
}

/**
 * A register that can be disputed: `<record>.<register>` as conflicts are named, or the record alone for its content.
 * Keys may hold dots too, so the whole is tried first. @throws NotFoundError
 */
export function findRegister(
  replica: Replica,
  text: string,
  scope?: string,
): { readonly row: DocumentRow; readonly register: string } {
  const whole = findRow(replica, text, scope)
  if (whole !== undefined) return { row: whole, register: 'content' }
  const dot = text.lastIndexOf('.')
  const row = dot < 0 ? undefined : findRow(replica, text.slice(0, dot), scope)
  if (row === undefined) throw new NotFoundError(`memory ${text}`)
  return { row, register: text.slice(dot + 1) || 'content' }
}

function byPrefix(replica: Replica, text: string): DocumentRow | undefined {
  if (!ID_PREFIX.test(text)) return undefined
  return only(replica.storage.rows.list({ idPrefix: text, limit: 2 }), text)
}

function only(rows: readonly DocumentRow[], text: string): DocumentRow | undefined {
  if (rows.length > 1)
    throw new FolkmootError('ambiguous', `${text} names several memories: give the scope or the whole id`)
  return rows[0]
}
