/** What is told of what follows from a memory. */
import type { DocumentId, EntryHash, Json, ScopeAddress } from '@folkmoot/core'
import type { Authorship } from '../authorship.ts'

/** What follows from a memory, step by step. */
export interface TaintReport {
  readonly id: DocumentId
  /** Null if it is not here; then only what names it is. */
  readonly status: 'standing' | 'retracted' | 'erased' | null
  readonly records: readonly Tainted[]
}

export interface Tainted {
  readonly id: DocumentId
  readonly key: string | null
  readonly scope: ScopeAddress
  readonly type: 'record' | 'block'
  readonly value: Json
  /** Where it is a directive in which another agent had a hand; null otherwise. */
  readonly caution: string | null
  readonly retracted: boolean
  /** `acted`: at some step of every way to it somebody only acted on what was said, and derived nothing from it. */
  readonly link: 'derived' | 'acted'
  /** How many steps it is away from the memory in question. */
  readonly steps: number
  /** A shortest way to it; of a long one only the last steps. */
  readonly path: readonly TaintStep[]
}

/** `record` was derived from `from`, or its author acted on that. */
export interface TaintStep {
  readonly link: 'derived' | 'acted'
  readonly from: DocumentId
  readonly record: DocumentId
  /** Null if the entry that says so is not to be read here. */
  readonly by: Authorship | null
}

export interface RollBackReport {
  readonly id: DocumentId
  readonly retracted: readonly { readonly id: DocumentId; readonly entry: EntryHash }[]
  readonly skipped: readonly { readonly id: DocumentId; readonly why: string }[]
}
