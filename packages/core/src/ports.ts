/**
 * What the core asks of the outside. Each port states its law; `@folkmoot/core/conformance` holds the suite that
 * every implementation runs.
 */
import type { LogRef, VerifiedEntry } from './entry.ts'
import type { DocumentId, EntryHash, LogId, NodeId, ScopeId } from './ids.ts'
import type { DocumentRow, RowAccess, RowQuery, SearchHit, SearchQuery } from './row.ts'
import type { ScopeAddress } from './scope.ts'

/** Milliseconds since 1970. Law: none; it may jump either way, and the hybrid clock above it copes. */
export interface Clock {
  now(): number
}

/** Law: unpredictable to peers. Ids and salts come from here; a predictable salt lets an erased value be guessed. */
export interface Random {
  bytes(length: number): Uint8Array
}

/** Law: deterministic Ed25519 (RFC 8032) by the key that `node` names; the private key never leaves. */
export interface Signer {
  readonly node: NodeId
  sign(message: Uint8Array): Uint8Array
}

/**
 * What became of an entry: `applied` counts; `waiting` lacks a dependency; `rejected` can never count, on any
 * node, and says why; `erased` and `detached` have no payload (erased here, or received without it); `cut` stands
 * after the end of its log, and counts if that end goes; `sealed` cannot be read here for want of a key.
 */
export type EntryStatus = 'applied' | 'waiting' | 'rejected' | 'erased' | 'detached' | 'cut' | 'sealed'

/** Where an entry belongs, as the gate decided. */
export interface Placement {
  readonly status: EntryStatus
  readonly document?: DocumentId
  readonly reason?: string
}

export interface StoredEntry extends Placement {
  readonly entry: VerifiedEntry
}

export interface LogHead extends LogRef {
  readonly log: LogId
  readonly seq: number
  readonly hash: EntryHash
  readonly at: number
  readonly tick: number
}

/**
 * The truth: entries in logs.
 * Law: a log is contiguous from seq 0; append of anything but head + 1 throws; what `transact` committed durably
 * is there after a crash, and after any crash a log holds a prefix of what was appended, never a gap.
 */
export interface EntryStore {
  append(entry: VerifiedEntry, placement: Placement): void
  /** All logs' heads, in no order. */
  heads(): Iterable<LogHead>
  /** Entries of one log from `seq` up, stopping before `bytesMax` is passed but giving at least one. */
  read(log: LogId, seq: number, bytesMax: number): readonly StoredEntry[]
  find(hash: EntryHash): StoredEntry | undefined
  /** The documents that entries of one log are about, from one seq up to another, each once and in no order. */
  documentsIn(log: LogId, from: number, to: number): Iterable<DocumentId>
  /** A document's entries in the order in which they were appended here. */
  ofDocument(document: DocumentId): readonly StoredEntry[]
  /** Changes what became of an entry; `erased` also destroys the stored payload. */
  amend(hash: EntryHash, placement: Placement): void
}

/**
 * Derived rows, one per document, with their full-text index.
 * Law: `put` replaces; after `clear` everything can be put again from the entries and reads the same.
 */
export interface RowStore {
  put(row: DocumentRow): void
  get(id: DocumentId): DocumentRow | undefined
  /**
   * Newest change first, of the same time by id.
   * Law: lists that each go on `after` the last row of the one before, put together, are the whole list, whatever the
   * filters. A row that changes in between may be in it once, twice or not at all; every other row is in it once.
   */
  list(query: RowQuery): readonly DocumentRow[]
  /**
   * Best first. Never throws on what a user typed.
   * Law: goes through what it finds once, however much is not wanted, and reads no more than fills the limit.
   */
  search(query: SearchQuery): readonly SearchHit[]
  /** The digest of every row's state, for state roots, with what decides who may read it. */
  digests(): Iterable<{ readonly id: DocumentId; readonly access: RowAccess; readonly digest: string }>
  /** One row, or all. */
  clear(id?: DocumentId): void
}

/** A refusal, kept so that `moot doctor` can explain it. */
export interface Refusal {
  readonly at: number
  readonly from: string
  readonly code: string
  readonly reason: string
  readonly log?: LogId
  readonly seq?: number
}

/** Small facts of this node: its scopes' names, refusals. Law: as EntryStore's for durability; refusals are bounded. */
export interface NoteStore {
  nameScope(id: ScopeId, address: ScopeAddress): void
  scopes(): Iterable<{ readonly id: ScopeId; readonly address: ScopeAddress }>
  refuse(refusal: Refusal): void
  /** Newest first. */
  refusals(): readonly Refusal[]
  /** Keeps the digest of a value that was erased. */
  bar(digest: string): void
  /** @param digest asked for only if anything is barred at all: it takes longer than looking it up */
  isBarred(digest: () => string): boolean
}

/**
 * One node's disk. Single-threaded: calls are synchronous and only made inside `transact`, or to read.
 * Law: `transact` is atomic (a throw leaves nothing behind); with `durable` it returns only when the change
 * survives loss of power, together with every change committed before it.
 */
export interface Storage {
  readonly entries: EntryStore
  readonly rows: RowStore
  readonly notes: NoteStore
  transact<T>(durable: boolean, work: () => T): T
  /** Destroys all that is stored of a scope that never left this node: its entries, rows and name. Inside `transact`. */
  discard(scope: ScopeId): void
  close(): void
}
