/** What a replica is given to do, and what it gives back. */
import type { Member } from './access/access.ts'
import type { Body } from './body.ts'
import type { EntryBytes, VerifiedEntry } from './entry.ts'
import type { ErrorCode, FolkmootError } from './errors.ts'
import type { DocumentId, EntryHash, LogId, NodeId, ScopeId } from './ids.ts'
import type { Json } from './json.ts'
import type { WirePermission } from './membership-body.ts'
import type { OpenDocument } from './open-document.ts'
import type { LogHead } from './ports.ts'
import type { DocumentRow } from './row.ts'
import type { ScopeAddress } from './scope.ts'

/** Contiguous entries of one log, as they travel; the last is signed. */
export interface Run {
  readonly entries: readonly EntryBytes[]
}

export interface RunOutcome {
  /** Entries that were new here and are now stored. */
  readonly accepted: number
  readonly refusal?: { readonly code: ErrorCode; readonly reason: string }
}

/** What a change is planned on: state as of the writes before it. */
export interface PlanView {
  /** Whose changes are planned. */
  readonly node: NodeId
  row(id: DocumentId): DocumentRow | undefined
  /** The document itself, open. A plan only reads it. */
  document(id: DocumentId): OpenDocument
  /** Where a stored entry stands. */
  place(entry: EntryHash): [LogId, number]
  /** What an erasure keeps of a value. */
  barredDigest(scope: ScopeAddress, value: Json): string
  /** True of a value that was erased in that scope. */
  isBarred(scope: ScopeAddress, value: Json): boolean
  salt(): Uint8Array
  /** As it is written in the log: in a sealed mesh without the names of scopes. */
  readonly hidden: (permission: WirePermission) => WirePermission
}

/** Where a change goes and what it says. The membership log has no scope address. */
export interface Planned {
  readonly scope: ScopeAddress | null
  readonly body: Body
}

export interface LocalWork {
  readonly kind: 'local'
  /** What the plan reads, if anything: a document's id, or a ticket. Plans that touch one thing see each other. */
  readonly touches?: string
  /** @throws FolkmootError if the change cannot be made. */
  plan(view: PlanView): Planned
  done(result: WriteResult | FolkmootError): void
}

export interface RemoteWork {
  readonly kind: 'remote'
  readonly run: Run
  readonly from: NodeId
  done(outcome: RunOutcome): void
}

/** A key came: what was stored sealed and can be read now is applied. */
export interface UnsealWork {
  readonly kind: 'unseal'
  readonly scope: ScopeId
  done(failure?: FolkmootError): void
}

export type Work = LocalWork | RemoteWork | UnsealWork

export interface WriteResult {
  readonly entry: EntryHash
  readonly row: DocumentRow | undefined
}

/** A run that was stored: what sync passes on. */
export interface Appended {
  /** Where the log stands as others may see it: not after its end. */
  readonly head: LogHead
  readonly run: readonly VerifiedEntry[]
  /** Null for our own. */
  readonly from: NodeId | null
}

export interface Changed {
  readonly before: DocumentRow | undefined
  readonly after: DocumentRow
  readonly entry: VerifiedEntry
}

/** What a batch of work brought, once it is committed. */
export interface News {
  readonly appended: readonly Appended[]
  readonly changed: readonly Changed[]
  readonly admitted: readonly Member[]
  /** Who may do what has changed, or where logs end. */
  readonly accessChanged: boolean
  /** An erasure was announced, which every node confirms. */
  readonly toForget: boolean
}
