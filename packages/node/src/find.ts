import {
  DEFAULT_SCOPE,
  type DocumentRow,
  FolkmootError,
  ID_DIGITS_MIN,
  idHint,
  keyedDocumentId,
  NotFoundError,
  parseDocumentId,
  parseScope,
  type ScopeAddress,
  type ScopeNames,
  scopeId,
} from '@folkmoot/core'
import type { Sight } from './sight.ts'

const WHOLE_ID = /^[0-9a-f]{32}$/
const ID_PREFIX = new RegExp(`^[0-9a-f]{${ID_DIGITS_MIN},31}$`)

/** Finds documents by what people call them, among those that may be read. */
export class Finder {
  readonly #sight: Sight
  readonly #at: { readonly names: ScopeNames }

  /** @param at what scope ids are made with, which a node may learn late */
  constructor(sight: Sight, at: { readonly names: ScopeNames }) {
    this.#sight = sight
    this.#at = at
  }

  /** By id, by key (in `scope`, in the default scope, or in the only scope that has it), or by id prefix (in `scope`). */
  find(idOrKey: string, scope?: string): DocumentRow | undefined {
    const whole = WHOLE_ID.test(idOrKey) ? this.#sight.row(parseDocumentId(idOrKey)) : undefined
    if (whole !== undefined) return whole
    const keyed = this.keyed('record', idOrKey, scope) ?? this.keyed('block', idOrKey, scope)
    if (keyed !== undefined) return keyed
    if (scope !== undefined) return this.#byPrefix(idOrKey, parseScope(scope))
    return only(this.#sight.list({ key: idOrKey, limit: 2 }), idOrKey) ?? this.#byPrefix(idOrKey)
  }

  keyed(type: 'record' | 'block', key: string, scope?: string): DocumentRow | undefined {
    const space = scopeId(this.#at.names, scope === undefined ? DEFAULT_SCOPE : parseScope(scope))
    return this.#sight.row(keyedDocumentId(space, type, key))
  }

  /** @throws NotFoundError */
  row(idOrKey: string, scope?: string): DocumentRow {
    const row = this.find(idOrKey, scope)
    if (row === undefined) throw new NotFoundError(`memory ${idOrKey}${idHint(idOrKey)}`)
    return row
  }

  /**
   * A register that can be disputed: `<record>.<register>` as conflicts are named, or the record alone for the one that
   * is. Keys may hold dots too, so the whole is tried first. @throws NotFoundError
   */
  register(text: string, scope?: string): { readonly row: DocumentRow; readonly register: string } {
    const whole = this.find(text, scope)
    if (whole !== undefined) return { row: whole, register: disputedIn(whole) }
    const dot = text.lastIndexOf('.')
    const name = dot < 0 ? text : text.slice(0, dot)
    const row = dot < 0 ? undefined : this.find(name, scope)
    if (row === undefined) throw new NotFoundError(`memory ${text}${idHint(name)}`)
    return { row, register: text.slice(dot + 1) || 'content' }
  }

  #byPrefix(text: string, scope?: ScopeAddress): DocumentRow | undefined {
    if (!ID_PREFIX.test(text)) return undefined
    return only(this.#sight.list({ idPrefix: text, limit: 2, ...(scope && { scope }) }), text)
  }
}

/** The content, before all others; else what is still open, before what was settled. */
function disputedIn({ conflicts }: DocumentRow): string {
  const found =
    conflicts.find(({ register }) => register === 'content') ??
    conflicts.find(({ status }) => status !== 'resolved') ??
    conflicts[0]
  return found?.register ?? 'content'
}

function only(rows: readonly DocumentRow[], text: string): DocumentRow | undefined {
  if (rows.length > 1)
    throw new FolkmootError('ambiguous', `${text} names several memories: give the scope or the whole id`)
  return rows[0]
}
