import {
  canonicalJson,
  type DocumentId,
  type DocumentRow,
  NotFoundError,
  newest,
  parseScope,
  type ResolverName,
  type ScopeAddress,
} from '@folkmoot/core'
import type { Event, ExpiredToo, Exported, ListOptions, Memory, ReadOptions } from './api.ts'
import { staleSince } from './beliefs/basis.ts'
import { cautionBeside, cautionThen } from './beliefs/caution.ts'
import { checkDemand, firstWanted, isOffered, meets } from './beliefs/demand.ts'
import { pastCautionsByEntry } from './beliefs/past-cautions.ts'
import type { Demand } from './beliefs/reports.ts'
import { conflictReports, conflictStatus } from './conflict-report.ts'
import type { ConflictOptions, ConflictReport } from './conflict-reports.ts'
import { exported } from './exported.ts'
import type { Finder } from './find.ts'
import { checkKnown } from './known-past.ts'
import type { Policies } from './policies.ts'
import { hasExpired, type Members, memoryOf, type Presenter } from './present.ts'
import type { StateReport } from './reports.ts'
import type { Sight } from './sight.ts'
import { sourcesFirst } from './sources-first.ts'
import { timeline } from './timeline.ts'

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
  readonly #policies: Policies
  readonly #options: ReaderOptions

  constructor(sight: Sight, finder: Finder, members: Members, policies: Policies, options: ReaderOptions) {
    this.#sight = sight
    this.#finder = finder
    this.#members = members
    this.#policies = policies
    this.#options = options
  }

  get(
    idOrKey: string,
    { scope, at, resolver, ...demand }: Pick<ReadOptions, 'scope' | 'at' | 'resolver'> & Demand,
  ): Memory | undefined {
    checkDemand(demand)
    const row = this.#finder.find(idOrKey, scope)
    // A note of the mesh's own is no memory: `conflict` and `policy` tell of these.
    if (row === undefined || row.type === 'note') return undefined
    checkKnown(at, row, this.#sight)
    const past = at === undefined ? row : this.#sight.asOf(row, at)
    const staleOf = () => staleSince(row, { sight: this.#sight, members: this.#members })
    const presenter = this.presenter(resolver, typeof at === 'number' ? at : undefined)
    const memory =
      at === undefined ? memoryOf(row, { ...presenter, staleOf }) : past && memoryThen(past, row, presenter)
    return memory !== undefined && meets(memory, demand) ? memory : undefined
  }

  list({
    scope,
    type,
    kind,
    tag,
    limit = LIST_LIMIT,
    expired,
    superseded,
    ...demand
  }: ListOptions): Memory[] {
    checkDemand(demand)
    const query = {
      ...this.#living(expired),
      ...(scope === undefined ? {} : { scope: parseScope(scope) }),
      ...(type === undefined ? {} : { type }),
      ...(kind === undefined ? {} : { kind }),
      ...(tag === undefined ? {} : { tag }),
    }
    const memories = this.#memories(this.#sight.each(query, limit))
    return firstWanted(limit, memories, memory => holds(memory, superseded) && isOffered(memory, demand))
  }

  search(
    text: string,
    {
      scope,
      limit = SEARCH_LIMIT,
      expired,
      superseded,
      ...demand
    }: Pick<ListOptions, 'scope' | 'limit' | 'expired' | 'superseded'> & Demand,
  ) {
    checkDemand(demand)
    const query = {
      text,
      ...this.#living(expired),
      ...(scope === undefined ? {} : { scope: parseScope(scope) }),
    }
    const presenter = this.presenter()
    const wanted = (row: DocumentRow) => {
      const memory = memoryOf(row, presenter)
      return holds(memory, superseded) && isOffered(memory, demand)
    }
    return this.#sight
      .search({ ...query, limit, wanted })
      .map(({ row, score }) => ({ memory: memoryOf(row, presenter), score }))
  }

  history(id: string, scope?: string): Event[] {
    return timeline(this.#sight, this.#members, this.#finder.row(id, scope))
  }

  /** The most important first, of equals the oldest. */
  conflicts({ scope, all = false, expired, status, cause }: ConflictOptions): ConflictReport[] {
    const isWanted = (report: ConflictReport) =>
      (status === undefined ? all || report.status !== 'resolved' : report.status === status) &&
      (cause === undefined || report.cause === cause)
    const rows = this.#sight.each({
      // Of two suspects one may be gone: then the suspicion is as good as settled, and its row does not say so.
      conflict: all || status === 'resolved' ? 'any' : 'open',
      ...this.#living(expired),
      ...(scope === undefined ? {} : { scope: parseScope(scope) }),
    })
    const presenter = this.presenter()
    const found: ConflictReport[] = []
    for (const row of rows) found.push(...conflictReports(row, presenter).filter(isWanted))
    return found.sort((a, b) => b.importance - a.importance || a.since - b.since || (a.id < b.id ? -1 : 1))
  }

  /** How many `conflicts` would give, all scopes together. */
  countConflicts(): number {
    const { nowMs, rowOf } = this.presenter()
    let count = 0
    for (const row of this.#sight.each({ conflict: 'open', livingAt: nowMs })) {
      const statuses = row.conflicts.map(conflict => conflictStatus(row, conflict, { nowMs, rowOf }))
      count += statuses.filter(status => status !== undefined && status !== 'resolved').length
    }
    return count
  }

  conflict(id: string, scope?: string): ConflictReport {
    const { row, register } = this.#finder.register(id, scope)
    const found = this.conflictsOf(row).find(one => one.register === register)
    if (found === undefined) throw new NotFoundError(`conflict ${id}`)
    return found
  }

  conflictsOf(row: DocumentRow): readonly ConflictReport[] {
    return conflictReports(row, this.presenter())
  }

  state(scope?: string): StateReport {
    const wanted: ScopeAddress | undefined = scope === undefined ? undefined : parseScope(scope)
    const scopes = this.#sight.scopes().filter(state => wanted === undefined || state.scope === wanted)
    return { root: this.#sight.root(scopes), scopes }
  }

  *export({ scope, expired = false }: { scope?: string } & ExpiredToo): Iterable<Exported> {
    const presenter = this.presenter()
    const ids = this.#sight.ids(scope === undefined ? undefined : parseScope(scope))
    for (const id of sourcesFirst(ids, one => this.#sight.row(one)?.sources ?? [])) {
      const row = this.#sight.row(id)
      if (row === undefined || row.type !== 'record' || !isStanding(row)) continue
      if (expired || !hasExpired(row, this.#options.now())) yield exported(row, presenter)
    }
  }

  memory(row: DocumentRow): Memory {
    return memoryOf(row, this.presenter())
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.#options.now()
  }

  /** A scope address in canonical form. @throws UsageError */
  scope(text: string): ScopeAddress {
    return parseScope(text)
  }

  /** @param resolver chosen by the reader: then no policy is asked. @param at milliseconds since 1970; now by default */
  presenter(resolver?: ResolverName, at?: number): Presenter {
    const { authority, now, resolver: own } = this.#options
    return {
      ...{ members: this.#members, resolver: resolver ?? own, authority, nowMs: at ?? now() },
      policyOf: resolver === undefined ? this.#policies.lookup(at) : () => undefined,
      rowOf: id => this.#rowOf(id, at),
      agents: this.#sight.agents,
      changeAt: entry => this.#sight.changeAt(entry),
      pastCautions: row => pastCautionsByEntry(row, { sight: this.#sight, members: this.#members }),
      // Each entry may take opening its memory: that does for one, not for a list that peers have written.
      staleOf: () => null,
    }
  }

  *#memories(rows: Iterable<DocumentRow>): Iterable<Memory> {
    const presenter = this.presenter()
    for (const row of rows) yield memoryOf(row, presenter)
  }

  /** As of then, if it is asked about the past. */
  #rowOf(id: DocumentId, at: number | undefined): DocumentRow | undefined {
    const row = this.#sight.row(id)
    return row === undefined || at === undefined ? row : this.#sight.asOf(row, at)
  }

  #living(expired = false): { readonly livingAt?: number } {
    return expired ? {} : { livingAt: this.#options.now() }
  }
}

/** As it was then, with the cautions of now beside what is still said. */
function memoryThen(past: DocumentRow, row: DocumentRow, by: Presenter): Memory {
  const memory = memoryOf(past, by)
  const texts = new Set((row.registers.content ?? []).map(({ value }) => canonicalJson(value)))
  const siblings = memory.siblings.map(said => {
    const isSaidNow = texts.has(canonicalJson(said.value))
    return { ...said, caution: said.caution ?? (isSaidNow ? cautionBeside(row, 'content', said, by) : null) }
  })
  return { ...memory, siblings, caution: cautionThen(past, row, by, memory.value) }
}

/** What was judged to hold no more is left out unless it is asked for. */
function holds({ status }: Memory, superseded = false): boolean {
  // What is left of something erased does not even say whether it was a memory.
  return superseded || (status !== 'superseded' && status !== 'erased')
}

/** Neither erased nor retracted: something to remember again elsewhere. */
function isStanding(row: DocumentRow): boolean {
  return !row.erased && newest(row.registers.content ?? [])?.ended === false
}
