/** What there is to say of policies, in the words of the API. */
import type { DocumentId, Json, Policy, PolicyDecision, Resolution, ScopeAddress } from '@folkmoot/core'
import type { Authorship } from './authorship.ts'
import type { ConflictCandidate } from './conflict-reports.ts'
import type { Written } from './write-options.ts'

export interface PolicyReport {
  /** Where it was found: the scope itself, or the default scope; null if there is none. */
  readonly scope: ScopeAddress | null
  readonly policy: Policy | null
  readonly setBy: Authorship | null
  /** Two were set at the same time: the newer holds until somebody settles it. */
  readonly conflict: boolean
}

/** What was set; null if it was taken away. */
export interface PolicySet extends Written {
  readonly policy: Policy | null
  /** What it says that can never come to anything, a line each. */
  readonly warnings: readonly string[]
}

/** What a policy makes of one disagreement that there was or is. */
export interface PolicyTrial {
  readonly conflict: string
  readonly record: DocumentId
  readonly key: string | null
  readonly scope: ScopeAddress
  readonly candidates: readonly ConflictCandidate[]
  /** Null while nobody has settled it. */
  readonly was: {
    readonly kind: Resolution['kind']
    readonly value: Json
    readonly caution: string | null
    readonly judge: Resolution['judge']
    readonly by: Authorship
  } | null
  readonly would: {
    readonly rule: PolicyDecision['rule']
    /** Null if no clause fits: then nobody settles it unasked. */
    readonly clause: number | null
    /** Null when somebody has to judge; also what a retraction says. */
    readonly value: Json
    readonly caution: string | null
  }
  /** True if nothing would come out otherwise: the same value, or left to the same kind of judge. */
  readonly agrees: boolean
}

export interface PolicyTest {
  /** As of what was set. */
  readonly warnings: readonly string[]
  readonly trials: readonly PolicyTrial[]
  readonly total: number
  /** How many would have come out otherwise. */
  readonly changes: number
  /** By the rule that would decide; `none` where no clause fits. */
  readonly rules: { readonly [rule: string]: { readonly total: number; readonly changes: number } }
}
