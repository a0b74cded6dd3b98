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
    const row = this.#replica.storage.rows.get(id)
    return row !== undefined && this.mayRead(row) ? row : undefined
  }

  list(query: RowQuery): readonly DocumentRow[] {
    return this.#replica.storage.rows.list({ ...query, visible: this.mayRead })
  }

  search(query: SearchQuery): readonly SearchHit[] {
    return this.#replica.storage.rows.search({ ...query, visible: this.mayRead })
  }

  /** Ids of all documents, or of those of one scope. */
  ids(scope?: ScopeAddress): readonly DocumentId[] {
    const found: DocumentId[] = []
    for (const { id, access } of this.#replica.storage.rows.digests()) {
      if ((scope === undefined || access.scope === scope) && this.mayRead(access)) found.push(id)
    }
    return found
  }

  scopes(): readonly ScopeState[] {
    return this.#replica.roots.scopes(this.mayRead)
  }

  root(scopes: readonly ScopeState[]): string {
    return this.#replica.roots.root(scopes)
  }

  /**
   * A document's entries in order of arrival. One that does not count may be of somebody whom the row does not name,
   * so each is judged by itself.
   */
  entriesOf(row: DocumentRow): readonly StoredEntry[] {
    if (!this.mayRead(row)) throw new NotFoundError(`memory ${row.id}`)
    return this.#replica.storage.entries.ofDocument(row.id).filter(stored => this.mayReadEntry(stored))
  }

  mayReadEntry(stored: StoredEntry): boolean {
    const { entry } = stored
    const scope = this.#replica.scopeName(entry.scope)
    const { contributors = [], resources = [] } = this.changeIn(stored)?.body.why ?? {}
    return scope !== undefined && this.mayRead({ scope, authors: [entry.node], contributors, resources })
  }

  changeIn(stored: StoredEntry): DocumentChange | undefined {
    return this.#replica.changeIn(stored)
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
  #agents(): readonly string[] {
    const { reader, limits } = this.principal
    return [reader.agent, ...limits.flatMap(({ agent }) => agent ?? [])]
  }

  /** True if the agent itself may, and each other one could on some node of its own: a node speaks for one agent. */
  #everyAgent(may: (reader: AccessReader) => boolean): boolean {
    const { reader } = this.principal
    return this.#agents().every(agent =>
      agent === reader.agent
        ? may(reader)
        : [...this.#access.members()].some(({ node, agent: its }) => its === agent && may({ node, agent })),
    )
  }

  #serves(user: string, nowMs: number): boolean {
    return this.#agents().every(agent => this.#access.mayServe(agent, user, nowMs))
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

/** What is one user's own is for that user. */
function isOpenTo(user: string, scope: ScopeAddress): boolean {
  const owner = scope.split(',').find(part => part.startsWith('user='))
  return owner === undefined || owner === `user=${user}`
}
