/**
 * What the rest of the program asks of the membership log. Everything here is a function of the set of membership
 * entries that are stored: two nodes that hold the same ones answer the same, in whatever order they came.
 */
import type { LogRef } from '../entry.ts'
import type { HybridTime } from '../hlc.ts'
import type { EntryHash, LogId, NodeId, ScopeId } from '../ids.ts'
import type { Permission, Subject } from '../membership-body.ts'
import type { ScopeAddress } from '../scope.ts'
import type { Right } from './right.ts'

export interface Member extends HybridTime {
  readonly node: NodeId
  readonly name: string
  readonly agent: string
  /** The entry that admitted it. */
  readonly entry: EntryHash
  /** Milliseconds since 1970; null for ever. */
  readonly notAfter: number | null
}

/** An invitation, known by the hash of its secret. */
export interface Invitation {
  readonly ticket: EntryHash
  readonly agent: string
  readonly expiresAt: number
  readonly uses: number
  readonly used: number
  readonly grants: readonly Permission[]
  readonly notAfter: number | null
}

/** What an entry's header says of its right to be there. */
export interface Claim {
  readonly node: NodeId
  readonly authority: readonly EntryHash[]
  readonly at: number
}

/** A log that entries were cut from: those from `below` on do not count, and `why` says so to people. */
export interface LogEnd {
  readonly below: number
  readonly why: string
}

/** One edge of the graphs, for people: from when to when, and by whom. */
export interface AccessEdge {
  readonly to: Subject
  readonly permission: Permission
  readonly from: number
  /** Null: still there. Otherwise when it expired or was revoked. */
  readonly until: number | null
  readonly by: NodeId
  readonly entry: EntryHash
}

/** A key of a scope, as its maker handed it out. */
export interface EpochKeys {
  readonly scope: ScopeId
  readonly epoch: number
  readonly by: NodeId
  readonly entry: EntryHash
  readonly at: number
  readonly wraps: ReadonlyMap<NodeId, Uint8Array>
}

/** An erasure, as all nodes are told of it. */
export interface Erasure {
  readonly erasure: EntryHash
  readonly scope: ScopeId
  readonly entries: readonly (readonly [LogId, number])[]
  readonly by: NodeId
  readonly at: number
}

/** Who reads: an agent, as the node that it runs on. */
export interface Reader {
  readonly node: NodeId
  readonly agent: string
}

export interface Access {
  readonly name: string
  /** Payloads are encrypted in this mesh. */
  readonly sealed: boolean
  /** Goes up with every change of any answer below. */
  readonly version: number
  /** Goes up whenever `endOf` may answer differently for a log that is already there. */
  readonly endsVersion: number

  // Who.

  /** True while the node is certified: admitted (or an admin), not removed, rotated away or past its time. */
  isMember(node: NodeId, nowMs?: number): boolean
  /** Somebody once let in and since removed or rotated away. */
  wasMember(node: NodeId): boolean
  /** May admit, and grant over everything. */
  isAdmin(node: NodeId, nowMs?: number): boolean
  /** May grant and revoke this: it is an admin over a pattern that holds it. @throws UsageError for no pattern. */
  mayGrant(node: NodeId, permission: Permission, atMs: number): boolean
  /** An admin that stands above the other node: it may remove it, and give it admin or take that away. */
  isSenior(node: NodeId, to: NodeId): boolean
  /** Also of nodes that are no members any more: their writes have an author. */
  member(node: NodeId): Member | undefined
  /** Present members. */
  members(): Iterable<Member>
  invitation(ticket: EntryHash): Invitation | undefined
  expectsJoins(nowMs: number): boolean

  // Writing: judged by what the author knew, and by what was cut since.

  /** True if this is a membership entry that is stored here: an authority that can be followed. */
  knows(entry: EntryHash): boolean
  /** What a writer names as its authority now: the newest entries that bear on rights, sorted, few. */
  authorityHeads(): readonly EntryHash[]
  /** Why its author was no member by what it knew, or nothing. The same answer for ever, but for `version`. */
  memberObjection(claim: Claim): string | undefined
  /** Why its author had none of these rights there by what it knew, or nothing. */
  rightObjection(claim: Claim, scope: ScopeAddress, anyOf: readonly Right[]): string | undefined
  /**
   * Where a log ends, if anything cut it: a removal, a revocation of `write` in its scope, a rotation, a proven fork.
   * @param opening authority of its first entry: what its author knew already has not cut it
   * @param scope undefined if the name is not known here
   */
  endOf(
    log: LogRef & { readonly log: LogId },
    opening: readonly EntryHash[],
    scope?: ScopeAddress,
  ): LogEnd | undefined
  /** False if nothing can have ended this log, whatever its first entry knew: for nearly all, cheap to say. */
  mayHaveEnded(log: LogRef & { readonly log: LogId }): boolean
  /**
   * Why a stored membership entry does not count, or nothing. Nor is anything said of one whose pattern is hidden from
   * this node and whose author is an admin over some scopes only: whether it was over these, others can tell.
   */
  voided(entry: EntryHash): string | undefined

  // Reading: judged now, or as of a time.

  /** The rights of a reader in a scope at a time. An agent's own tier and a node's own runs need no grant. */
  can(reader: Reader, right: Right, scope: ScopeAddress, atMs: number): boolean
  mayUse(reader: Reader, resource: string, atMs: number): boolean
  /** A(u,t): whether an agent (as any of its nodes) may serve a user. */
  mayServe(agent: string, user: string, atMs: number): boolean
  /** True if the node relays: it may hold what it cannot read. */
  relays(node: NodeId, atMs: number): boolean
  /** False if a node may do what its agent may, and nothing of its own. */
  hasOwnGrants(node: NodeId): boolean
  /** Every edge there ever was, oldest first. */
  edges(): readonly AccessEdge[]

  // Housekeeping: carried by the membership log because every node has it.

  /** Keys of a scope that were handed out, oldest first (by time, then entry). */
  keysOf(scope: ScopeId): readonly EpochKeys[]
  /** Scopes that keys were handed out for. */
  keyedScopes(): Iterable<ScopeId>
  /** The erasure for which this entry's payload has to go, if any. */
  forgotten(log: LogId, seq: number): EntryHash | undefined
  /** What has to be destroyed, as it was announced: one erasure may be announced in several parts. */
  erasures(): Iterable<Erasure>
  /** Who has confirmed an erasure, and when by its own clock. */
  receipts(erasure: EntryHash): ReadonlyMap<NodeId, number>
  /** Position at which a log's author is proven to have written two histories. */
  forkOf(log: LogId): { readonly seq: number; readonly entry: EntryHash; readonly by: NodeId } | undefined
  forks(): Iterable<LogRef & { readonly log: LogId; readonly seq: number }>
}
