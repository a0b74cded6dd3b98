import type { DocumentChange, Verdict } from './causal-order.ts'
import type { EntryHash } from './ids.ts'
import type { Sibling } from './row.ts'
import type { SettlementMark } from './settlement.ts'

/** What a document says, now or as of some heads. */
export interface DocumentContent {
  /** As if the verdicts that were taken back had never been given. */
  readonly registers: { readonly [register: string]: readonly Sibling[] }
  readonly sets: { readonly [set: string]: readonly string[] }
  readonly settlements: { readonly [register: string]: readonly SettlementMark[] }
  /** Of each register, who says to be settling it; one value for each claim that no other replaced. */
  readonly claims: { readonly [register: string]: readonly Sibling[] }
}

/** A record or block, open in memory. Derived: it can be dropped and built again from its entries at any time. */
export interface OpenDocument {
  /** Takes a change, in any order; gives a verdict for it and for every change it released. */
  apply(change: DocumentChange): readonly Verdict[]
  heads(): readonly EntryHash[]
  /** @param at read as of these entries and all they depend on */
  read(at?: readonly EntryHash[]): DocumentContent
  /** What an applied change gave to a register; a verdict on it with what it rests on. */
  sibling(entry: EntryHash, register: string): Sibling | undefined
  /** An applied change. */
  change(entry: EntryHash): DocumentChange | undefined
  /** Applied changes, each after those it depends on. */
  changes(): Iterable<DocumentChange>
  free(): void
}
