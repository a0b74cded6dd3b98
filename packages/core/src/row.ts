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
  /** Of a value that a verdict put there. */
  readonly verdict?: SiblingVerdict
}

/** A verdict says which statement holds; it is still the statement of whoever made it. */
export interface SiblingVerdict {
  readonly judge: Grounds['judge']
  /**
   * What others said that it rests on, oldest first: of a pick, who had said the same; of a verdict by rule, all that it
   * went by. Empty, if the judge found words of its own.
   */
  readonly on: readonly Sibling[]
}

/**
 * Siblings that differ, or did until somebody settled them; or two memories suspected of contradicting each other.
 *
 *   open ──▶ claimed ──▶ resolved | deferred ──▶ open again, by a value that the settlement had not seen
 */
export interface Conflict {
  /** `<document id>.<register>`: the same on every node. */
  readonly id: string
  readonly register: string
  readonly cause: 'concurrent-values' | 'update-versus-retract' | 'suspected-contradiction'
  /** `claimed` only until the claims have run out: see `statusAt`. */
  readonly status: 'open' | 'claimed' | 'deferred' | 'resolved'
  /** While open, the siblings; afterwards, those that the settlement superseded. Oldest first. */
  readonly candidates: readonly Sibling[]
  /** 0 to 1: what the memory says of itself, or `IMPORTANCE`. */
  readonly importance: number
  /** Milliseconds since 1970: when the first sibling met one that differs. */
  readonly since: number
  /** Who says to be settling it, whoever goes first in front. */
  readonly claims: readonly Claim[]
  readonly resolution: Resolution | null
  /** Settlements made at the same time by others, which do not hold. */
  readonly overruled: readonly Resolution[]
  /** What settled it before it was opened again; also an `undo`. */
  readonly reopened: Resolution | null
}

export interface Claim {
  readonly node: NodeId
  readonly at: number
  readonly entry: EntryHash
  /** Milliseconds since 1970. */
  readonly until: number
}

/** On whose judgement something was settled, as its author says. */
export interface Grounds {
  readonly judge: 'person' | 'model' | 'rule'
  /** Of the policy. */
  readonly rule: string | null
  readonly model: string | null
  /** SHA-256 of what the model was sent, 64 hex digits. */
  readonly promptHash: string | null
  /** 0 to 1. */
  readonly confidence: number | null
}

export interface Resolution extends Grounds {
  readonly kind: 'pick' | 'value' | 'context' | 'defer' | 'overwrite' | 'undo'
  readonly value: Json
  /** The place of the candidate that was picked, from 1. */
  readonly pick: number | null
  /** Of two memories that both hold: which of them when. Anywhere else the value says so itself. */
  readonly contexts: readonly { readonly pick: number; readonly when: string }[]
  readonly node: NodeId
  readonly at: number
  readonly entry: EntryHash
  readonly reason: string | null
  /** Entries of the siblings that its author had in view. */
  readonly supersedes: readonly EntryHash[]
  /** Verdicts that it takes back, and the entries whose values these had superseded. */
  readonly undoes: readonly EntryHash[]
  readonly restores: readonly EntryHash[]
}

export interface DocumentRow {
  readonly id: DocumentId
  /** A `note` is a record of the mesh's own: a policy, a suspicion. */
  readonly type: 'record' | 'block' | 'note'
  readonly scope: ScopeAddress
  readonly key: string | null
  /** Every register with its siblings, oldest first. Equal siblings are corroboration. */
  readonly registers: { readonly [register: string]: readonly Sibling[] }
  /** Observed-remove sets, sorted. */
  readonly sets: { readonly [set: string]: readonly string[] }
  readonly conflicts: readonly Conflict[]
  /**
   * Whether a settlement or a claim was ever written in it: then its entries say more than the row does.
   * Rows of earlier versions lack it, which is to be taken for true.
   */
  readonly marked: boolean
  readonly erased: boolean
  /** Entries that no other entry of this document depends on. */
  readonly heads: readonly EntryHash[]
  readonly createdAt: number
  readonly updatedAt: number
  /** Provenance of the newest statement; of the newest change, if it states nothing. */
  readonly why: Provenance | null
  /** Nodes whose changes are in it, sorted. */
  readonly authors: readonly NodeId[]
  /** Agents who contributed to what it was derived from, sorted. */
  readonly contributors: readonly string[]
  /** Memories that any of its changes was derived from, sorted. */
  readonly sources: readonly DocumentId[]
  /** Resources that it or its sources draw on, sorted. */
  readonly resources: readonly string[]
  /** SHA-256 of the readable state (values, authors' entries, sets), 64 hex digits. */
  readonly digest: string
}

/** All that decides who may read a row. Many rows share one. */
export type RowAccess = Pick<DocumentRow, 'scope' | 'authors' | 'contributors' | 'resources'>

/** A place in the order of lists: that of the row of this id when it had last changed then. */
export type RowCursor = Pick<DocumentRow, 'updatedAt' | 'id'>

export interface RowQuery {
  readonly scope?: ScopeAddress
  /** Notes are left out unless they are asked for: by this, by key, by id or as conflicts. */
  readonly type?: 'record' | 'block' | 'note'
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
  /** Rows that stand after this place: to go on where a list ended. No row needs to be there. */
  readonly after?: RowCursor
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
  /** Rows that it refuses are left out, and do not count towards the limit. It may read rows, but not search. */
  readonly wanted?: (row: DocumentRow) => boolean
  readonly limit: number
}

export interface SearchHit {
  readonly row: DocumentRow
  /** Higher is better. */
  readonly score: number
}
