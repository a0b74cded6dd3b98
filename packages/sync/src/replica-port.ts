/** What replication asks of the node: to read its logs, and to take in what others wrote. */
import type { EntryBytes, ErrorCode, LogHead, LogId, MeshId, NodeId, ScopeId } from '@folkmoot/core'

/** Contiguous entries of one log; the last one is signed, and its signature covers those before it. */
export interface Run {
  readonly entries: readonly EntryBytes[]
}

/** What became of a run: how many entries were new and are stored, and why the rest was not. */
export interface RunOutcome {
  readonly accepted: number
  readonly refusal?: { readonly code: ErrorCode; readonly reason: string }
}

/** How a scope travels: `push` at once, `pull` now and then, `local` never. */
export type Replication = 'push' | 'pull' | 'local'

/**
 * One node's logs, as its peers see them.
 * Law: `heads` and `readRun` show only what is committed, and what was written here only once it is durable. A run
 * is stored whole or not at all, in the order of its log; a run may begin before the head, and what is stored
 * already is skipped. A log that was cut is shown by `heads`, and told of by `appended`, up to its end, and `readRun`
 * stops at the first signed entry from there on. Every commit is told to the replicator by `appended` before `done` is
 * called for it; `done` is called exactly once for each offer that returned true, never from inside `offer`.
 */
export interface SyncReplica {
  readonly node: NodeId
  readonly mesh: MeshId
  /**
   * All logs' heads, each at most at the end of its log; those of local scopes included: sync leaves them out. A head
   * may go back when membership changes.
   */
  heads(): Iterable<LogHead>
  /** Entries of one log from `seq` up to a signed one, about `bytesMax` but at least one run; none if there are none. */
  readRun(log: LogId, seq: number, bytesMax: number): readonly EntryBytes[]
  /** False: the inbox is full, offer it again later. */
  offer(run: Run, from: NodeId, done: (outcome: RunOutcome) => void): boolean
  /**
   * Makes all that `heads` shows durable: called before a peer is told that it is. @throws if the disk refuses
   */
  flush(): void
  isMember(node: NodeId): boolean
  /**
   * Whether a node may be told of a scope and given its logs. Law: for a member and the membership scope true; for a
   * scope held here the same answer on every node with the same membership, and no other one until the replicator
   * was told of it by `accessChanged`, be it that an entry came or that a grant ran out, or of a new log in it.
   */
  mayHold(node: NodeId, scope: ScopeId): boolean
  /** Whether every present member may hold the scope. Law: as of `mayHold`, of which it speaks for all. */
  isOpen(scope: ScopeId): boolean
  replication(scope: ScopeId): Replication
}
