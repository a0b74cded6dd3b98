/**
 * Storage in memory, for tests, the simulator and agents that are thrown away. Every table is a Map that is only
 * changed through Journal.set, so a transaction that throws, or one that a crash takes back, is undone in as many
 * steps as it took.
 */
import type { VerifiedEntry } from './entry.ts'
import { assert, FolkmootError } from './errors.ts'
import type { DocumentId, EntryHash, LogId, ScopeId } from './ids.ts'
import { Journal } from './journal.ts'
import { QUARANTINE_MAX } from './limits.ts'
import type { EntryStore, LogHead, NoteStore, Placement, Refusal, Storage, StoredEntry } from './ports.ts'
import type { DocumentRow } from './row.ts'
import type { ScopeAddress } from './scope.ts'
import { VolatileRows } from './volatile-rows.ts'

export interface VolatileStorage extends Storage {
  /** Trailing commits that a loss of power may take. */
  readonly losable: number
  /**
   * What is found after a loss of power; this storage is closed. Of the losable commits the first `kept`
   * survive (none by default): what is lost is always a suffix.
   */
  crash(kept?: number): VolatileStorage
}

export function createVolatileStorage(): VolatileStorage {
  return new InMemoryStorage(new Journal(), {
    entries: new Map(),
    logs: new Map(),
    documents: new Map(),
    arrivals: new Map(),
    rows: new Map(),
    scopes: new Map(),
    refusals: new Map(),
    barred: new Map(),
  })
}

interface Tables {
  readonly entries: Map<EntryHash, StoredEntry>
  /** Each log's entries by seq. */
  readonly logs: Map<LogId, Map<number, EntryHash>>
  /** Each document's entries, with their place in the order of arrival. */
  readonly documents: Map<DocumentId, Map<EntryHash, number>>
  /** Each entry's place in the order of arrival: one that was sealed gets its document later. */
  readonly arrivals: Map<EntryHash, number>
  readonly rows: Map<DocumentId, DocumentRow>
  readonly scopes: Map<ScopeId, ScopeAddress>
  /** Under ALL; newest first. */
  readonly refusals: Map<typeof ALL, readonly Refusal[]>
  readonly barred: Map<string, true>
}

const ALL = 'all'

class InMemoryStorage implements VolatileStorage {
  readonly entries: Entries
  readonly rows: VolatileRows
  readonly notes: Notes
  readonly #journal: Journal
  readonly #tables: Tables
  #closed = false

  constructor(journal: Journal, tables: Tables) {
    this.#journal = journal
    this.#tables = tables
    this.entries = new Entries(journal, tables)
    this.rows = new VolatileRows(journal, tables.rows)
    this.notes = new Notes(journal, tables)
  }

  get losable(): number {
    return this.#journal.losable
  }

  transact<T>(durable: boolean, work: () => T): T {
    if (this.#closed) throw new FolkmootError('closed', 'this storage is closed')
    return this.#journal.transact(durable, work)
  }

  discard(scope: ScopeId): void {
    const documents = this.entries.drop(scope)
    const address = this.notes.drop(scope)
    if (address === undefined) return
    for (const document of documents) this.rows.destroy(document, address)
  }

  close(): void {
    this.#closed = true
  }

  crash(kept = 0): VolatileStorage {
    this.close()
    this.#journal.lose(kept)
    return new InMemoryStorage(this.#journal, this.#tables)
  }
}

class Entries implements EntryStore {
  readonly #journal: Journal
  readonly #tables: Tables
  #arrivals = 0

  constructor(journal: Journal, tables: Tables) {
    this.#journal = journal
    this.#tables = tables
    for (const place of tables.arrivals.values()) this.#arrivals = Math.max(this.#arrivals, place + 1)
  }

  append(entry: VerifiedEntry, placement: Placement): void {
    const log = this.#tables.logs.get(entry.log) ?? new Map<number, EntryHash>()
    if (entry.seq !== log.size || entry.prev !== (log.get(log.size - 1) ?? '')) {
      throw new FolkmootError('gap', `log ${entry.log} goes on at ${log.size}, not with this ${entry.seq}`)
    }
    this.#journal.set(this.#tables.logs, entry.log, log)
    this.#journal.set(log, entry.seq, entry.hash)
    this.#journal.set(this.#tables.entries, entry.hash, { ...placement, entry })
    this.#journal.set(this.#tables.arrivals, entry.hash, this.#arrivals)
    this.#place(entry.hash, placement.document, this.#arrivals++)
  }

  *heads(): Iterable<LogHead> {
    for (const log of this.#tables.logs.values()) {
      const stored = this.find(log.get(log.size - 1) as EntryHash)
      if (stored !== undefined) yield stored.entry
    }
  }

  read(log: LogId, seq: number, bytesMax: number): readonly StoredEntry[] {
    const places = this.#tables.logs.get(log)
    const page: StoredEntry[] = []
    let bytes = 0
    for (let at = seq; at < (places?.size ?? 0); at++) {
      const stored = this.#get(places?.get(at) as EntryHash)
      bytes += sizeOf(stored.entry)
      if (page.length > 0 && bytes > bytesMax) break
      page.push(stored)
    }
    return page
  }

  find(hash: EntryHash): StoredEntry | undefined {
    return this.#tables.entries.get(hash)
  }

  documentsIn(log: LogId, from: number, to: number): Iterable<DocumentId> {
    const places = this.#tables.logs.get(log) ?? new Map<number, EntryHash>()
    const found = new Set<DocumentId>()
    for (let at = Math.max(0, from); at < Math.min(to, places.size); at++) {
      const { document } = this.#get(places.get(at) as EntryHash)
      if (document !== undefined) found.add(document)
    }
    return found
  }

  ofDocument(document: DocumentId): readonly StoredEntry[] {
    return [...(this.#tables.documents.get(document) ?? [])]
      .sort(([, a], [, b]) => a - b)
      .map(([hash]) => this.#get(hash))
  }

  amend(hash: EntryHash, placement: Placement): void {
    const { entry, document } = this.#get(hash)
    if (document !== placement.document) {
      if (document !== undefined) this.#journal.delete(this.#documentEntries(document), hash)
      this.#place(hash, placement.document, this.#tables.arrivals.get(hash) as number)
    }
    const kept = placement.status === 'erased' ? withoutPayload(entry) : entry
    this.#journal.set(this.#tables.entries, hash, { ...placement, entry: kept })
  }

  /** Destroys a scope's logs. Gives the documents that their entries named. */
  drop(scope: ScopeId): readonly DocumentId[] {
    const named = new Set<DocumentId>()
    for (const { log } of [...this.heads()].filter(head => head.scope === scope)) {
      for (const hash of this.#tables.logs.get(log)?.values() ?? []) {
        const { document } = this.#get(hash)
        if (document !== undefined) {
          named.add(document)
          this.#journal.delete(this.#documentEntries(document), hash)
        }
        this.#journal.delete(this.#tables.entries, hash)
        this.#journal.delete(this.#tables.arrivals, hash)
      }
      this.#journal.delete(this.#tables.logs, log)
    }
    return [...named]
  }

  #get(hash: EntryHash): StoredEntry {
    const stored = this.find(hash)
    assert(stored !== undefined, `no entry ${hash}`)
    return stored
  }

  #place(hash: EntryHash, document: DocumentId | undefined, place: number): void {
    if (document !== undefined) this.#journal.set(this.#documentEntries(document), hash, place)
  }

  #documentEntries(document: DocumentId): Map<EntryHash, number> {
    const known = this.#tables.documents.get(document)
    if (known !== undefined) return known
    const entries = new Map<EntryHash, number>()
    this.#journal.set(this.#tables.documents, document, entries)
    return entries
  }
}

function withoutPayload(entry: VerifiedEntry): VerifiedEntry {
  return { ...entry, bytes: { ...entry.bytes, payload: null } }
}

function sizeOf({ bytes }: VerifiedEntry): number {
  return bytes.header.length + (bytes.signature?.length ?? 0) + (bytes.payload?.length ?? 0)
}

class Notes implements NoteStore {
  readonly #journal: Journal
  readonly #tables: Tables

  constructor(journal: Journal, tables: Tables) {
    this.#journal = journal
    this.#tables = tables
  }

  nameScope(id: ScopeId, address: ScopeAddress): void {
    this.#journal.set(this.#tables.scopes, id, address)
  }

  *scopes(): Iterable<{ readonly id: ScopeId; readonly address: ScopeAddress }> {
    for (const [id, address] of this.#tables.scopes) yield { id, address }
  }

  /** Forgets a scope's name, and gives it. */
  drop(id: ScopeId): ScopeAddress | undefined {
    const address = this.#tables.scopes.get(id)
    this.#journal.delete(this.#tables.scopes, id)
    return address
  }

  refuse(refusal: Refusal): void {
    this.#journal.set(this.#tables.refusals, ALL, [refusal, ...this.refusals()].slice(0, QUARANTINE_MAX))
  }

  refusals(): readonly Refusal[] {
    return this.#tables.refusals.get(ALL) ?? []
  }

  bar(digest: string): void {
    this.#journal.set(this.#tables.barred, digest, true)
  }

  isBarred(digest: () => string): boolean {
    return this.#tables.barred.size > 0 && this.#tables.barred.has(digest())
  }
}
