/** The materialised state of a document: what reads see without opening it. */
import type { Provenance } from './body.ts'
import type { DocumentId, EntryHash, NodeId } from './ids.ts'
import type { Json } from './json.ts'
import type { ScopeAddress } from './scope.ts'

/** One of the concurrent values of a register. */
export interface Sibling {
  /** Null when `ended`. */
  readonly value: Json
  /** True for a tombstone: the author said that it is no longer true. */
  readonly ended: boolean
  readonly node: NodeId
  readonly at: number
  readonly tick: number
  readonly entry: EntryHash
  /** The confidence its author gave in the same change. */
  readonly confidence: number | null
}

/** Siblings that differ, or did until somebody settled them. */
export interface Conflict {
  /** `<document id>.<register>`: the same on every node. */
  readonly id: string
  readonly register: string
  readonly status: 'open' | 'deferred' | 'resolved'
  /** While open, the siblings; afterwards, those that the settlement superseded. Oldest first. */
  readonly candidates: readonly Sibling[]
  readonly resolution: Resolution | null
}

export interface Resolution {
  readonly kind: 'pick' | 'value' | 'defer' | 'overwrite'
  readonly value: Json
  readonly node: NodeId
  readonly at: number
  readonly entry: EntryHash
  readonly reason: string | null
}

export interface DocumentRow {
  readonly id: DocumentId
  readonly type: 'record' | 'block'
  readonly scope: ScopeAddress
  readonly key: string | null
  /** Every register with its siblings, oldest first. Equal siblings are corroboration. */
  readonly registers: { readonly [register: string]: readonly Sibling[] }
  /** Observed-remove sets, sorted. */
  readonly sets: { readonly [set: string]: readonly string[] }
  readonly conflicts: readonly Conflict[]
  readonly erased: boolean
  /** Entries that no other entry of this document depends on. */
  readonly heads: readonly EntryHash[]
  readonly createdAt: number
  readonly updatedAt: number
  /** Provenance of the newest change. */
  readonly why: Provenance | null
  /** Nodes whose changes are in it, sorted. */
  readonly authors: readonly NodeId[]
  /** Agents who contributed to what it was derived from, sorted. */
  readonly contributors: readonly string[]
  /** Resources that it or its sources draw on, sorted. */
  readonly resources: readonly string[]
  /** SHA-256 of the readable state (values, authors' entries, sets), 64 hex digits. */
  readonly digest: string
}

/** All that decides who may read a row. Many rows share one. */
export type RowAccess = Pick<DocumentRow, 'scope' | 'authors' | 'contributors' | 'resources'>

export interface RowQuery {
  readonly scope?: ScopeAddress
  readonly type?: 'record' | 'block'
  readonly kind?: string
  readonly tag?: string
  readonly key?: string
  /** Rows whose id begins so. */
  readonly idPrefix?: string
  /** Rows with an open or deferred conflict, or that ever had one. */
  readonly conflict?: 'open' | 'any'
  /** Rows that it refuses are left out, and do not count towards the limit. */
  readonly visible?: (access: RowAccess) => boolean
  /** Rows that have expired by then are left out, and do not count towards the limit. */
  readonly livingAt?: number
  readonly limit: number
}

export interface SearchQuery {
  /** What a user typed; words, not a query language. */
  readonly text: string
  readonly scope?: ScopeAddress
  /** As in RowQuery. */
  readonly visible?: (access: RowAccess) => boolean
  /** As in RowQuery. */
  readonly livingAt?: number
  readonly limit: number
}

export interface SearchHit {
  readonly row: DocumentRow
  /** Higher is better. */
  readonly score: number
}
