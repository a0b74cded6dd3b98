/** What is told of why something is believed, and by whom. */
import type {
  AsOf,
  DocumentId,
  EntryHash,
  Grounds,
  Json,
  NodeId,
  Resolution,
  ScopeAddress,
} from '@folkmoot/core'
import type { Authorship, Candidate } from '../authorship.ts'
import type { Decided } from '../reconcile/decision.ts'
import type { ClaimKind } from './claims.ts'
import type { DiffOptions, DiffSide, SideReport } from './diff-side.ts'
import type { RollBackReport, TaintReport } from './taint-report.ts'
import type { Undone } from './undone.ts'

/** Somebody checked a value. */
export interface Verification {
  readonly by: NodeId
  readonly name: string
  readonly agent: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly how: string
  readonly outcome: 'confirmed' | 'refuted'
  /** What says so. */
  readonly entry: EntryHash
  /** The entry whose value was checked. */
  readonly of: EntryHash
  /** False: an agent that says so itself checked it. */
  readonly independent: boolean
}

/** Something that is given out, with what is to be said beside it. */
export interface Cautioned {
  /** Where it is a directive in which another agent had a hand; null otherwise. */
  readonly caution: string | null
}

/** How far a memory is to be trusted. */
export interface Belief extends Cautioned {
  /** What the value that stands was said to be. */
  readonly claim: ClaimKind | null
  /** Of the value that stands, or of an equal one: the last of each agent, the newest first. */
  readonly checks: readonly Verification[]
  /** The first of them, a refutation before all others; of another value, if there is none. */
  readonly verification: Verification | null
  /** The value that stands now, or an equal one, was confirmed by another agent than its authors, and refuted by none. */
  readonly verified: boolean
  /**
   * Entries that its newest change acted on and that do not stand any more; of other memories than itself. Null where
   * it was not looked up: only `get` of the present does.
   */
  readonly stale: readonly Stale[] | null
}

/** What a reader may demand of memories. */
export interface Demand {
  /** Confirmed by another agent than said it: one's own check does not count. */
  readonly verified?: boolean
  /** 0 to 1; what does not say is left out. */
  readonly minConfidence?: number
  /** What is nothing but a directive of another agent is only given to those who ask for `directive`. */
  readonly claim?: ClaimKind
}

/** An entry that somebody acted on and that does not stand any more. */
export interface Stale extends Cautioned {
  readonly entry: EntryHash
  readonly status: 'superseded' | 'conflict' | 'retracted' | 'erased' | 'unknown'
  /** Not here, or not to be read by who asks: nothing can be said of it. */
  readonly unknown: boolean
  readonly record: DocumentId | null
  readonly key: string | null
  /** Who wrote what stands now. */
  readonly by: Authorship | null
  readonly value: Json
}

export interface Event extends Authorship, Cautioned, Undone {
  readonly op:
    | 'remember'
    | 'update'
    | 'retract'
    | 'tag'
    | 'resolve'
    | 'erase'
    | 'edit'
    /** Checked a value: the outcome. */
    | 'verify'
    /** Said what a memory says already. */
    | 'confirm'
    /** Said to be settling a disagreement. */
    | 'claim'
    /** Wrote other registers than the content: their names. */
    | 'set'
    /** What it did is not told: its content is destroyed, it does not count (its log was cut), or its key is missing. */
    | 'erased'
    | 'cut'
    | 'sealed'
  readonly value: Json
  readonly reason: string | null
  /** What became of the entry: only `applied` ones count. */
  readonly status: string
  readonly deps: readonly EntryHash[]
  /** Of a statement that was reconciled with what was remembered. */
  readonly decision?: Decided
  /** Of one that settled a disagreement. */
  readonly settlement?: Settled | null
}

/** An event that a belief rests on. */
export interface Reason extends Event {
  readonly record: DocumentId
  readonly key: string | null
  /** Steps from the memory that was asked about: 0 for its own events, 1 for those of what it was derived from. */
  readonly depth: number
  /** Memories that it was derived from. */
  readonly sources: readonly DocumentId[]
  /** Those of them that were not followed, because there are too many in all. */
  readonly unfollowed: readonly DocumentId[]
  /** Entries that its author says to have acted on. */
  readonly basedOn: readonly EntryHash[]
  /** Those of them that are of other memories and may be read. */
  readonly actedOn: readonly ActedOn[]
  readonly settlement: SettlementFacts | null
  /** Its memory says something else by now than at the time that was asked about. */
  readonly changedSince: boolean
}

/** What somebody had read in another memory when something was written. */
export interface ActedOn extends Authorship, Cautioned {
  readonly op: Event['op']
  readonly record: DocumentId
  readonly key: string | null
  readonly value: Json
}

/** What kind of settlement an entry is: `undo` takes one back, `defer` puts it off, `overwrite` is a new statement. */
export interface Settled {
  readonly kind: Resolution['kind']
  readonly register: string
}

/** A settlement as its author wrote it. */
export interface SettlementFacts extends Grounds, Settled {
  /** The place of the candidate that was picked, from 1. */
  readonly pick: number | null
  readonly rationale: string | null
  readonly superseded: readonly Superseded[]
}

export interface Superseded extends Cautioned {
  readonly entry: EntryHash
  readonly value: Json
  /** Null if it is not to be read here. */
  readonly by: Authorship | null
}

/** Who stands behind each part of a memory. */
export interface BlameReport {
  readonly id: DocumentId
  readonly key: string | null
  readonly scope: ScopeAddress
  readonly parts: readonly BlamePart[]
}

export interface BlamePart extends Authorship, Cautioned {
  /** A register's value, or an element of a set. Of a register in dispute each value is one. */
  readonly kind: 'register' | 'element'
  /** Of the register or set. */
  readonly place: string
  readonly value: Json
  readonly ended: boolean
  readonly reason: string | null
  readonly onBehalfOf: string | null
  readonly source: string | null
  /** How sure its author was, from 0 to 1. */
  readonly confidence: number | null
  /** Null if it was simply said. */
  readonly settlement: SettlementFacts | null
  /** Of a value that a verdict put there: whose statement it is. */
  readonly verdict?: NonNullable<Candidate['verdict']>
}

export interface DiffReport {
  readonly a: SideReport
  readonly b: SideReport
  readonly onlyInA: readonly Differing[]
  readonly onlyInB: readonly Differing[]
  readonly differing: readonly {
    readonly id: DocumentId
    readonly key: string | null
    readonly scope: ScopeAddress
    /** Registers and sets that differ. */
    readonly places: readonly string[]
    readonly a: Held
    readonly b: Held
  }[]
  /** Null if this is all; otherwise the memory after which to go on. */
  readonly next: DocumentId | null
}

export interface Differing extends Held {
  readonly id: DocumentId
  readonly key: string | null
  readonly scope: ScopeAddress
}

/** What one side has of a record. */
export interface Held extends Cautioned {
  readonly value: Json
  /** `unreadable`: it was there, and what it said has been erased since, or no key opens it. */
  readonly status:
    | 'settled'
    | 'conflict'
    | 'resolved'
    | 'superseded'
    | 'retracted'
    | 'expired'
    | 'erased'
    | 'unreadable'
  readonly by: Authorship | null
  readonly tags: readonly string[]
}

export interface VerifyClaimOptions {
  readonly scope?: string
  /** How it was checked. */
  readonly how: string
  /** It was found to be wrong. */
  readonly refuted?: boolean
  /** How sure one can be of it now, from 0 to 1. */
  readonly confidence?: number
  /** The entry whose value was checked; of a memory in dispute it must be said. */
  readonly of?: EntryHash
  readonly onBehalfOf?: string
  readonly source?: string
  /** Takes the signal that ends other writes; a local write does not wait. */
  readonly signal?: AbortSignal
}

export interface BeliefFunctions {
  /** The entries, settlements and sources behind the effective value as it was believed then, oldest first. */
  why(id: string, options?: { readonly scope?: string; readonly at?: AsOf }): Promise<Reason[]>
  /** Who stands behind each value and element of a memory as it is now. */
  blame(id: string, options?: { readonly scope?: string }): Promise<BlameReport>
  /**
   * What two states say differently, page by page.
   * @throws FolkmootError not-found for a node that is no member, unreachable for one that nothing is known of
   */
  diff(a: DiffSide, b: DiffSide, options?: DiffOptions): Promise<DiffReport>
  /**
   * All that was derived from a memory, whether it still stands, is retracted or is erased; and what was written because
   * of it, by those who say what they acted on.
   */
  taint(id: string, options?: { readonly scope?: string }): Promise<TaintReport>
  /**
   * Retracts what was derived from a memory; the memory itself stays as it is. What may not be retracted is skipped.
   * @param options `only`: these, of all that `taint` tells of; what merely acted on it is spared unless it is one of them
   */
  rollBack(
    id: string,
    options?: { readonly scope?: string; readonly only?: readonly string[]; readonly reason?: string },
  ): Promise<RollBackReport>
  /** Says that a value was checked, and how. @throws FolkmootError changed, if `of` does not stand any more */
  verifyClaim(
    id: string,
    options: VerifyClaimOptions,
  ): Promise<{
    readonly id: DocumentId
    readonly scope: ScopeAddress
    readonly entry: EntryHash
    readonly heads: readonly EntryHash[]
    readonly verification: Verification
  }>
}
