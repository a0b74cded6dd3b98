import type { AsOf } from '@folkmoot/core'
import {
  type DocumentRow,
  NotFoundError,
  newest,
  parseScope,
  type Replica,
  type ResolverName,
  rowAsOf,
  type ScopeAddress,
} from '@folkmoot/core'
import type { ConflictReport, Event, ListOptions, Memory, ReadOptions } from './api.ts'
import { findRegister, findRow } from './find.ts'
import { conflictsOf, memoryOf, type Presenter } from './present.ts'
import { REGISTERS } from './registers.ts'
import type { StateReport } from './reports.ts'
import { reasons, timeline } from './timeline.ts'
import type { Remembered } from './writer.ts'

/** What a listing gives when nobody says how much. */
const LIST_LIMIT = 100
const SEARCH_LIMIT = 10

export interface ReaderOptions {
  readonly resolver: ResolverName
  readonly authority: readonly string[]
  readonly now: () => number
}

/** Every read of merged state. Rows answer all but questions about the past. */
export class Reader {
  readonly #replica: Replica
  readonly #options: ReaderOptions

  constructor(replica: Replica, options: ReaderOptions) {
    this.#replica = replica
    this.#options = options
  }

  get(
    idOrKey: string,
    { scope, at, resolver }: Pick<ReadOptions, 'scope' | 'at' | 'resolver'>,
  ): Memory | undefined {
    const row = findRow(this.#replica, idOrKey, scope)
    if (row === undefined) return undefined
    if (at === undefined) return memoryOf(row, this.#presenter(resolver))
    const past = this.#rowAsOf(row, at)
    const presenter = this.#presenter(resolver)
    return past && memoryOf(past, typeof at === 'number' ? { ...presenter, nowMs: at } : presenter)
  }

  list({ scope, type, kind, tag, limit = LIST_LIMIT }: ListOptions): Memory[] {
    const rows = this.#replica.storage.rows.list({
      limit,
      ...(scope === undefined ? {} : { scope: parseScope(scope) }),
      ...(type === undefined ? {} : { type }),
      ...(kind === undefined ? {} : { kind }),
      ...(tag === undefined ? {} : { tag }),
    })
    return rows.map(row => memoryOf(row, this.#presenter()))
  }

  search(text: string, { scope, limit = SEARCH_LIMIT }: { scope?: string; limit?: number }) {
    const query = { text, limit, ...(scope === undefined ? {} : { scope: parseScope(scope) }) }
    const hits = this.#replica.storage.rows.search(query)
    return hits.map(({ row, score }) => ({ memory: memoryOf(row, this.#presenter()), score }))
  }

  history(id: string): Event[] {
    return timeline(this.#replica, this.row(id).id)
  }

  why(id: string, at?: AsOf): Event[] {
    const row = this.row(id)
    const seen = at === undefined ? row : this.#rowAsOf(row, at)
    return seen === undefined ? [] : reasons(this.#replica, seen)
  }

  conflicts({ scope, all = false }: { scope?: string; all?: boolean }): ConflictReport[] {
    const rows = this.#replica.storage.rows.list({
      conflict: all ? 'any' : 'open',
      limit: Number.MAX_SAFE_INTEGER,
      ...(scope === undefined ? {} : { scope: parseScope(scope) }),
    })
    const found = rows.flatMap(row => conflictsOf(row, this.#replica.membership))
    return all ? found : found.filter(({ status }) => status !== 'resolved')
  }

  conflict(id: string): ConflictReport {
    const { row, register } = findRegister(this.#replica, id)
    const found = conflictsOf(row, this.#replica.membership).find(one => one.register === register)
    if (found === undefined) throw new NotFoundError(`conflict ${id}`)
    return found
  }

  state(scope?: string): StateReport {
    const wanted: ScopeAddress | undefined = scope === undefined ? undefined : parseScope(scope)
    const scopes = this.#replica.roots
      .scopes()
      .filter(state => wanted === undefined || state.scope === wanted)
    return { root: this.#replica.roots.root(scopes), scopes }
  }

  *export(scope?: string): Iterable<Remembered & { id: string }> {
    const wanted = scope === undefined ? undefined : parseScope(scope)
    const ids = [...this.#replica.storage.rows.digests()].flatMap(row =>
      wanted === undefined || row.scope === wanted ? row.id : [],
    )
    for (const id of ids) {
      const row = this.#replica.storage.rows.get(id)
      if (row !== undefined && row.type === 'record' && isStanding(row))
        yield exported(row, this.#presenter())
    }
  }

  memory(row: DocumentRow): Memory {
    return memoryOf(row, this.#presenter())
  }

  /** A scope address in canonical form. @throws UsageError */
  scope(text: string): ScopeAddress {
    return parseScope(text)
  }

  /** @throws NotFoundError */
  row(idOrKey: string, scope?: string): DocumentRow {
    const row = findRow(this.#replica, idOrKey, scope)
    if (row === undefined) throw new NotFoundError(`memory ${idOrKey}`)
    return row
  }

  #rowAsOf(row: DocumentRow, at: AsOf): DocumentRow | undefined {
    return rowAsOf(this.#replica.storage.entries, row.id, row.scope, at)
  }

  #presenter(resolver: ResolverName = this.#options.resolver): Presenter {
    const { authority, now } = this.#options
    return { membership: this.#replica.membership, resolver, authority, nowMs: now() }
  }
}

/** Neither erased nor retracted: something to remember again elsewhere. */
function isStanding(row: DocumentRow): boolean {
  return !row.erased && newest(row.registers.content ?? [])?.ended === false
}

/** A record as `rememberMany` takes it back: the effective values, not their history. */
function exported(row: DocumentRow, by: Presenter): Remembered & { id: string } {
  const memory = memoryOf(row, by)
  const extra = REGISTERS.flatMap(register => {
    const value = newest(row.registers[register] ?? [])
    return value === undefined || value.ended ? [] : [[register, value.value] as const]
  })
  return {
    id: row.id,
    value: memory.value,
    scope: row.scope,
    kind: memory.kind,
    ...(row.key === null ? {} : { key: row.key }),
    ...(memory.tags.length === 0 ? {} : { tags: memory.tags }),
    ...Object.fromEntries(extra),
  }
}
