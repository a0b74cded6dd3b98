/** Disagreements and their ends, in the words of the API. */
import type {
  CandidateRef,
  Conflict,
  Context,
  DocumentId,
  EntryHash,
  Json,
  PolicyDecision,
  Resolution,
  ResolverName,
  ScopeAddress,
  Suspicion,
} from '@folkmoot/core'
import type { Authorship, Candidate } from './authorship.ts'

/** One side of a disagreement. */
export interface ConflictCandidate extends Candidate {
  /** The memory that says it: of a suspected contradiction each candidate is one. */
  readonly record: DocumentId
  /** How sure its author was, from 0 to 1. */
  readonly confidence: number | null
  /** How many different agents say so. */
  readonly support: number
}

export type SettledBy = Resolution & Authorship & Pick<Candidate, 'caution'>

export interface ConflictReport {
  readonly id: string
  /** The memory that holds it; of a suspected contradiction the note about the two. */
  readonly record: DocumentId
  readonly key: string | null
  readonly scope: ScopeAddress
  readonly register: string
  readonly cause: Conflict['cause']
  /** As of now: a claim that has run out is none. Resolved without a resolution: one of two suspects is gone. */
  readonly status: Conflict['status']
  /** 0 to 1 */
  readonly importance: number
  /** Milliseconds since 1970 */
  readonly since: number
  /** Who is settling it, until then (milliseconds since 1970). */
  readonly claimedBy: (Authorship & { readonly until: number }) | null
  readonly candidates: readonly ConflictCandidate[]
  readonly resolution: SettledBy | null
  /** Settlements made at the same time that do not hold. */
  readonly overruled: readonly SettledBy[]
  /** What had settled it before it was opened again. */
  readonly reopened: SettledBy | null
  /** Of a suspected contradiction: kinds of difference. */
  readonly evidence: Suspicion['evidence']
  /** People took a verdict back, or judged differently, and nothing new was said since: nobody else settles it unasked. */
  readonly leftToPeople: boolean
  /** How it is to be settled, and what readers act on meanwhile. */
  readonly policy: AppliedPolicy
}

export interface AppliedPolicy {
  readonly rule: PolicyDecision['rule']
  /** Place of the clause, from 1; null if none fits: then the node's own resolver chooses what is shown. */
  readonly clause: number | null
  /** Where the policy was found; null if there is none. */
  readonly scope: ScopeAddress | null
  readonly resolver: ResolverName
}

export interface ConflictOptions {
  readonly scope?: string
  /** Also those that are settled. */
  readonly all?: boolean
  /** Also of memories that have expired. */
  readonly expired?: boolean
  readonly status?: Conflict['status']
  readonly cause?: Conflict['cause']
}

interface SettledOnSight {
  readonly reason?: string
  /** The entries of all candidates that were looked at: if there are others by now, nothing is written. */
  readonly seen?: readonly EntryHash[]
}

/**
 * How a conflict is to end: with a candidate, another value, several that hold in turn, not yet; or not after all.
 * A candidate is named by its place (from 1) or by its entry: places are those at the time of writing, which are only
 * those that were looked at if `seen` says so.
 */
export type Settlement = SettledOnSight &
  (
    | { readonly pick: CandidateRef }
    | { readonly value: Json }
    | { readonly contexts: readonly Context[] }
    | { readonly defer: true }
    | { readonly undo: true }
  )
