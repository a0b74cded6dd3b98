import type { DocumentChange, Verdict } from './causal-order.ts'
import type { EntryHash } from './ids.ts'
import type { Json } from './json.ts'
import type { Sibling } from './row.ts'

/** A mark that a writer left on a register's disagreement, and the siblings it had in view. */
export interface SettlementMark {
  readonly kind: 'pick' | 'value' | 'defer' | 'overwrite'
  /** Oldest first; only those that this document holds. */
  readonly superseded: readonly Sibling[]
  readonly reason: string | null
  /** What its author put into the register in the same change; null if nothing, or a tombstone. */
  readonly chosen: Json
  readonly by: Sibling
}

/** What a document says, now or as of some heads. */
export interface DocumentContent {
  readonly registers: { readonly [register: string]: readonly Sibling[] }
  readonly sets: { readonly [set: string]: readonly string[] }
  readonly settlements: { readonly [register: string]: readonly SettlementMark[] }
}

/** A record or block, open in memory. Derived: it can be dropped and built again from its entries at any time. */
export interface OpenDocument {
  /** Takes a change, in any order; gives a verdict for it and for every change it released. */
  apply(change: DocumentChange): readonly Verdict[]
  heads(): readonly EntryHash[]
  /** @param at read as of these entries and all they depend on */
  read(at?: readonly EntryHash[]): DocumentContent
  /** An applied change. */
  change(entry: EntryHash): DocumentChange | undefined
  /** Applied changes, each after those it depends on. */
  changes(): Iterable<DocumentChange>
  free(): void
}
