import {
  type AsOf,
  type DocumentRow,
  NotFoundError,
  newest,
  parseScope,
  type ResolverName,
  type ScopeAddress,
} from '@folkmoot/core'
import type { ConflictReport, Event, ExpiredToo, ListOptions, Memory, ReadOptions } from './api.ts'
import type { Finder } from './find.ts'
import { conflictsOf, hasExpired, type Members, memoryOf, type Presenter } from './present.ts'
import { REGISTERS } from './registers.ts'
import type { StateReport } from './reports.ts'
import type { Sight } from './sight.ts'
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

/** Every read of merged state, in the words of the API. Rows answer all but questions about the past. */
export class Reader {
  readonly #sight: Sight
  readonly #finder: Finder
  readonly #members: Members
  readonly #options: ReaderOptions

  constructor(sight: Sight, finder: Finder, members: Members, options: ReaderOptions) {
    this.#sight = sight
    this.#finder = finder
    this.#members = members
    this.#options = options
  }

  get(
    idOrKey: string,
    { scope, at, resolver }: Pick<ReadOptions, 'scope' | 'at' | 'resolver'>,
  ): Memory | undefined {
    const row = this.#finder.find(idOrKey, scope)
    if (row === undefined) return undefined
    if (at === undefined) return memoryOf(row, this.#presenter(resolver))
    const past = this.#sight.asOf(row, at)
    const presenter = this.#presenter(resolver)
    return past && memoryOf(past, typeof at === 'number' ? { ...presenter, nowMs: at } : presenter)
  }

  list({ scope, type, kind, tag, limit = LIST_LIMIT, expired }: ListOptions): Memory[] {
    const rows = this.#sight.list({
      limit,
      ...this.#living(expired),
      ...(scope === undefined ? {} : { scope: parseScope(scope) }),
      ...(type === undefined ? {} : { type }),
      ...(kind === undefined ? {} : { kind }),
      ...(tag === undefined ? {} : { tag }),
    })
    return rows.map(row => memoryOf(row, this.#presenter()))
  }

  search(
    text: string,
    { scope, limit = SEARCH_LIMIT, expired }: Pick<ListOptions, 'scope' | 'limit' | 'expired'>,
  ) {
    const where = scope === undefined ? {} : { scope: parseScope(scope) }
    const hits = this.#sight.search({ text, limit, ...this.#living(expired), ...where })
    return hits.map(({ row, score }) => ({ memory: memoryOf(row, this.#presenter()), score }))
  }

  history(id: string): Event[] {
    return timeline(this.#sight, this.#members, this.#finder.row(id))
  }

  why(id: string, at?: AsOf): Event[] {
    const row = this.#finder.row(id)
    const seen = at === undefined ? row : this.#sight.asOf(row, at)
    return seen === undefined ? [] : reasons(this.#sight, this.#members, seen)
  }

  conflicts({
    scope,
    all = false,
    expired,
  }: { scope?: string; all?: boolean } & ExpiredToo): ConflictReport[] {
    const rows = this.#sight.list({
      conflict: all ? 'any' : 'open',
      limit: Number.MAX_SAFE_INTEGER,
      ...this.#living(expired),
      ...(scope === undefined ? {} : { scope: parseScope(scope) }),
    })
    const found = rows.flatMap(row => conflictsOf(row, this.#members))
    return all ? found : found.filter(({ status }) => status !== 'resolved')
  }

  conflict(id: string): ConflictReport {
    const { row, register } = this.#finder.register(id)
    const found = conflictsOf(row, this.#members).find(one => one.register === register)
    if (found === undefined) throw new NotFoundError(`conflict ${id}`)
    return found
  }

  state(scope?: string): StateReport {
    const wanted: ScopeAddress | undefined = scope === undefined ? undefined : parseScope(scope)
    const scopes = this.#sight.scopes().filter(state => wanted === undefined || state.scope === wanted)
    return { root: this.#sight.root(scopes), scopes }
  }

  *export({
    scope,
    expired = false,
  }: { scope?: string } & ExpiredToo): Iterable<Remembered & { id: string }> {
    for (const id of this.#sight.ids(scope === undefined ? undefined : parseScope(scope))) {
      const row = this.#sight.row(id)
      if (row === undefined || row.type !== 'record' || !isStanding(row)) continue
      if (expired || !hasExpired(row, this.#options.now())) yield exported(row, this.#presenter())
    }
  }

  memory(row: DocumentRow): Memory {
    return memoryOf(row, this.#presenter())
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.#options.now()
  }

  /** A scope address in canonical form. @throws UsageError */
  scope(text: string): ScopeAddress {
    return parseScope(text)
  }

  #living(expired = false): { readonly livingAt?: number } {
    return expired ? {} : { livingAt: this.#options.now() }
  }

  #presenter(resolver: ResolverName = this.#options.resolver): Presenter {
    const { authority, now } = this.#options
    return { members: this.#members, resolver, authority, nowMs: now() }
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
    ...(row.resources.length === 0 ? {} : { resources: row.resources }),
    ...Object.fromEntries(extra),
  }
}
