/** What is said with a write, and what is told of it. */
import type { DocumentId, EntryHash, Json, ScopeAddress } from '@folkmoot/core'
import type { Authorship, Candidate } from './authorship.ts'
import type { ClaimKind } from './beliefs/claims.ts'
import type { Stale } from './beliefs/reports.ts'
import type { ReconcileBy } from './reconcile/decide.ts'
import type { Decided } from './reconcile/decision.ts'

export interface WriteOptions {
  readonly scope?: string
  readonly reason?: string
  readonly onBehalfOf?: string
  readonly source?: string
  /** Memories that this rests on, each as `get` takes it. Whoever may not read them may not read this. */
  readonly derivedFrom?: readonly string[]
  /** What it draws on, by name: readable by those who may use all of it. */
  readonly resources?: readonly string[]
  /** How many nodes must hold the write before it is acknowledged; `local` (1) by default. */
  readonly ack?: 'local' | 'majority' | number
  readonly signal?: AbortSignal
}

/** Of a write that acts on what its author has read. */
export interface BasedOptions extends WriteOptions {
  /**
   * Entries whose values it acts on: of siblings, of `provenance`, or the heads that a read gave. Of the memory that is
   * written they are what is replaced: a value that came here meanwhile stays beside the new one, and is in dispute.
   */
  readonly basedOn?: readonly string[]
  /** Nothing is written if one of them does not stand any more as far as is known here. @throws FolkmootError changed */
  readonly strict?: boolean
}

export interface RememberOptions extends BasedOptions {
  readonly key?: string
  readonly kind?: string
  readonly tags?: readonly string[]
  readonly confidence?: number
  readonly claim?: ClaimKind
  /** As `export` gives it: what another agent wants done is kept as a report that quotes it, not as a directive. */
  readonly caution?: string
  readonly importance?: number
  readonly pinned?: boolean
  /** Milliseconds since 1970. */
  readonly expiresAt?: number
  readonly validFrom?: number
  readonly validUntil?: number
  readonly thread?: string
  readonly position?: number
  readonly entities?: readonly string[]
  readonly metadata?: { readonly [key: string]: Json }
  /**
   * Decides first whether it is new, replaces or ends a memory, or says nothing new; by a model if there is one. It
   * does not when left out or false.
   */
  readonly reconcile?: ReconcileBy | false
}

/**
 * A memory as `rememberMany` takes it back. What is not in it is not carried: who checked it and how, for whom it was
 * said, who else agreed, and all that it said before.
 */
export interface Exported extends RememberOptions {
  /** Whoever takes it in gives it another one, but for memories with a key in the same mesh. */
  readonly id: string
  readonly value: Json
  /** Who says so, and when. It informs: whoever takes it in says it anew, in their own name. */
  readonly by?: Omit<Authorship, 'entry'>
  /** If it is in dispute: what else is said, newest first, as much as fits on a line. It informs, too. */
  readonly others?: readonly ExportedValue[]
}

/** A value that competes with the one in effect; `ended` says that the memory was retracted. */
export type ExportedValue = Omit<Candidate, 'entry' | 'verdict' | 'caution'> & { readonly caution?: string }

/** A memory to remember, also as `export` gives it. */
export type Remembered = Partial<Exported> & Pick<Exported, 'value'>

export interface Written {
  readonly id: DocumentId
  readonly scope: ScopeAddress
  readonly entry: EntryHash
  readonly heads: readonly EntryHash[]
  /** If it was said what the write is based on: what of that did not stand any more. The write was made all the same. */
  readonly stale?: readonly Stale[]
  /** It was another agent's directive: what was written is a report that quotes it. */
  readonly quoted?: true
  /** If it was to be reconciled first: what was decided. `id` is the memory that was changed. */
  readonly decision?: Decided
}
