import {
  type Access,
  type AccessReader,
  type AsOf,
  type DocumentChange,
  type DocumentId,
  type DocumentRow,
  type EntryHash,
  FolkmootError,
  type LogHead,
  NotFoundError,
  type OpenDocument,
  type Replica,
  type Right,
  type RowAccess,
  type RowCursor,
  type RowQuery,
  type ScopeAddress,
  type ScopeState,
  type SearchHit,
  type SearchQuery,
  type StoredEntry,
} from '@folkmoot/core'
import { limitCovers, limitCoversResource, type Principal } from './principal.ts'
import { Verdicts } from './verdicts.ts'

/** What settles a disagreement: core asks for one of these too. */
export const SETTLING: readonly Right[] = ['arbitrate', 'write']
const WRITING: readonly Right[] = ['write']

/** Rows held at once by a pass over many: about half a megabyte of them, if they are of the usual size. */
const PAGE_ROWS = 256

/**
 * The one way to merged state, for reading and for finding what to write to. What a principal may not read is not
 * there: not found, not listed, not counted. The rule (Collaborative Memory, arXiv 2505.18279): agent a, serving user
 * u, may read m if it may read m's scope, if every agent that contributed to m may serve u, if it may use every
 * resource that m draws on, and if m is not another user's own.
 */
export class Sight {
  readonly principal: Principal
  readonly #replica: Replica
  readonly #now: () => number
  readonly #verdicts: Verdicts

  constructor(replica: Replica, principal: Principal, now: () => number) {
    this.principal = principal
    this.#replica = replica
    this.#now = now
    this.#verdicts = new Verdicts(
      () => this.#access.version,
      now,
      (access, nowMs) => this.#judge(access, nowMs),
    )
  }

  /** May be passed on as a predicate. */
  readonly mayRead = (access: RowAccess): boolean => this.#verdicts.of(access)

  mayWrite(scope: ScopeAddress, anyOf: readonly Right[] = WRITING): boolean {
    return anyOf.some(right => this.#has(right, scope, this.#now()))
  }

  /** @throws FolkmootError forbidden */
  checkWrite(scope: ScopeAddress, anyOf: readonly Right[] = WRITING): void {
    if (this.mayWrite(scope, anyOf)) return
    throw new FolkmootError('forbidden', `without the right to ${anyOf.join(' or to ')} in ${scope}`)
  }

  mayUse(resource: string): boolean {
    return this.#mayUse(resource, this.#now())
  }

  row(id: DocumentId): DocumentRow | undefined {
    if (!this.#isStanding) return undefined
    const row = this.#replica.storage.rows.get(id)
    return row !== undefined && this.#verdicts.once(row) ? row : undefined
  }

  list(query: RowQuery): readonly DocumentRow[] {
    return this.#isStanding ? this.#replica.storage.rows.list({ ...query, visible: this.mayRead }) : []
  }

  search(query: SearchQuery): readonly SearchHit[] {
    return this.#isStanding ? this.#replica.storage.rows.search({ ...query, visible: this.mayRead }) : []
  }

  /** Ids of all documents, or of those of one scope. */
  ids(scope?: ScopeAddress): readonly DocumentId[] {
    const found: DocumentId[] = []
    for (const { id, access } of this.#replica.storage.rows.digests()) {
      if ((scope === undefined || access.scope === scope) && this.mayRead(access)) found.push(id)
    }
    return found
  }

  /**
   * The rows of a list one after the other, however many: one page of them is held. A row that changes meanwhile may
   * come twice or not at all.
   * @param count how many are wanted, as far as is known: the first page has no more
   */
  *each(query: Omit<RowQuery, 'limit' | 'after'>, count = PAGE_ROWS): Iterable<DocumentRow> {
    let after: RowCursor | undefined
    for (let limit = Math.max(1, Math.min(count, PAGE_ROWS)); ; limit = PAGE_ROWS) {
      const page = this.list({ ...query, ...(after && { after }), limit })
      yield* page
      after = page.at(-1)
      if (page.length < limit) return
    }
  }

  /** Every row, notes too. */
  *rows(): Iterable<DocumentRow> {
    yield* this.each({})
    yield* this.each({ type: 'note' })
  }

  scopes(): readonly ScopeState[] {
    return this.#replica.roots.scopes(this.mayRead)
  }

  root(scopes: readonly ScopeState[]): string {
    return this.#replica.roots.root(scopes)
  }

  /**
   * A document's entries in order of arrival. One that does not count may be of somebody whom the row does not name,
   * so each of those is judged by itself.
   */
  entriesOf(row: DocumentRow): readonly StoredEntry[] {
    if (!this.mayRead(row)) throw new NotFoundError(`memory ${row.id}`)
    const stored = this.#replica.storage.entries.ofDocument(row.id)
    return stored.filter(item => isNamedBy(row, item) || this.mayReadEntry(item))
  }

  mayReadEntry(stored: StoredEntry, change = this.changeIn(stored)): boolean {
    const { entry } = stored
    const scope = this.#replica.scopeName(entry.scope)
    const { contributors = [], resources = [] } = change?.body.why ?? {}
    return scope !== undefined && this.mayRead({ scope, authors: [entry.node], contributors, resources })
  }

  /** An entry that the caller knows the hash of, if its key is here and it may be read. */
  entry(hash: EntryHash): StoredEntry | undefined {
    const stored = this.#replica.storage.entries.find(hash)
    if (stored === undefined || stored.status === 'sealed') return undefined
    return this.mayReadEntry(stored) ? stored : undefined
  }

  /** Documents that entries of a log are about, from a place up to another; each may still be hidden. */
  documentsIn({ log }: LogHead, from: number, to: number): Iterable<DocumentId> {
    return this.#replica.storage.entries.documentsIn(log, from, to)
  }

  /** How many entries of a log were written up to then: time only goes forward in a log. */
  countUntil({ log, seq }: LogHead, atMs: number): number {
    let [low, high] = [0, seq + 1]
    while (low < high) {
      const middle = (low + high) >>> 1
      const [stored] = this.#replica.storage.entries.read(log, middle, 1)
      if (stored !== undefined && stored.entry.at <= atMs) low = middle + 1
      else high = middle
    }
    return low
  }

  changeIn(stored: StoredEntry): DocumentChange | undefined {
    return this.#replica.changeIn(stored)
  }

  /** What an entry says that the caller knows the hash of, if it counts and may be read. */
  changeAt(hash: EntryHash): DocumentChange | undefined {
    const stored = this.#replica.storage.entries.find(hash)
    const change = stored?.status === 'applied' ? this.changeIn(stored) : undefined
    return stored !== undefined && change !== undefined && this.mayReadEntry(stored, change)
      ? change
      : undefined
  }

  /** The row as it was believed then; what may be read of it now could be read then. */
  asOf(row: DocumentRow, at: AsOf): DocumentRow | undefined {
    return this.mayRead(row) ? this.#replica.rowAsOf(row.id, row.scope, at) : undefined
  }

  /** @throws NotFoundError */
  open(row: DocumentRow): OpenDocument {
    if (!this.mayRead(row)) throw new NotFoundError(`memory ${row.id}`)
    return this.#replica.openDocument(row.id)
  }

  /** Whether an entry that the caller knows the hash of has come here, and its key with it. */
  holds(entry: EntryHash): boolean {
    const stored = this.#replica.storage.entries.find(entry)
    return stored !== undefined && stored.status !== 'sealed'
  }

  /** Where the logs stand whose scope may be read; all of them for the owner, the membership log too. */
  *heads(): Iterable<LogHead> {
    for (const head of this.#replica.heads()) {
      const scope = this.#replica.scopeName(head.scope)
      if (this.principal.isOwner || (scope !== undefined && this.mayReadScope(scope))) yield head
    }
  }

  /** Verdicts on rows are kept for a moment; a token that was revoked is not, and asking once for a question is cheap. */
  get #isStanding(): boolean {
    return this.principal.limits.every(({ holds }) => holds?.() !== false)
  }

  get #access(): Access {
    return this.#replica.membership
  }

  mayReadScope(scope: ScopeAddress): boolean {
    return this.#has('read', scope, this.#now())
  }

  #judge({ scope, authors, contributors, resources }: RowAccess, nowMs: number): boolean {
    return (
      this.#has('read', scope, nowMs) &&
      authors.every(node => this.#mayHear(this.#access.member(node)?.agent, nowMs)) &&
      contributors.every(agent => this.#mayHear(agent, nowMs)) &&
      resources.every(resource => this.#mayUse(resource, nowMs))
    )
  }

  #has(right: Right, scope: ScopeAddress, nowMs: number): boolean {
    const { reader, limits, user } = this.principal
    return (
      this.#everyAgent(reader => this.#access.can(reader, right, scope, nowMs)) &&
      limits.every(limit => limitCovers(limit, reader, right, scope, nowMs)) &&
      (user === undefined || (this.#serves(user, nowMs) && isOpenTo(user, scope)))
    )
  }

  /** The agent itself, and those whose names its tokens bear. */
  get agents(): readonly string[] {
    const { reader, limits } = this.principal
    return [reader.agent, ...limits.flatMap(({ agent }) => agent ?? [])]
  }

  /** True if the agent itself may, and each other one could on some node of its own: a node speaks for one agent. */
  #everyAgent(may: (reader: AccessReader) => boolean): boolean {
    const { reader } = this.principal
    return this.agents.every(agent =>
      agent === reader.agent
        ? may(reader)
        : [...this.#access.members()].some(({ node, agent: its }) => its === agent && may({ node, agent })),
    )
  }

  #serves(user: string, nowMs: number): boolean {
    return this.agents.every(agent => this.#access.mayServe(agent, user, nowMs))
  }

  /** A contributor, when a user is served; an author whom nobody knows may serve nobody. */
  #mayHear(agent: string | undefined, nowMs: number): boolean {
    const { user } = this.principal
    return user === undefined || (agent !== undefined && this.#access.mayServe(agent, user, nowMs))
  }

  #mayUse(resource: string, nowMs: number): boolean {
    return (
      this.#everyAgent(reader => this.#access.mayUse(reader, resource, nowMs)) &&
      this.principal.limits.every(limit => limitCoversResource(limit, resource, nowMs))
    )
  }
}

/** A row has the author, contributors and resources of every change that counts in it; of an erased one none are left. */
function isNamedBy(row: DocumentRow, { status }: StoredEntry): boolean {
  return !row.erased && status === 'applied'
}

/** What is one user's own is for that user. */
function isOpenTo(user: string, scope: ScopeAddress): boolean {
  const owner = scope.split(',').find(part => part.startsWith('user='))
  return owner === undefined || owner === `user=${user}`
}
