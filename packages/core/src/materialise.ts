import type { Provenance } from './body.ts'
import { toHex, utf8 } from './bytes.ts'
import { findConflicts } from './conflict.ts'
import { sha256 } from './hash.ts'
import type { DocumentId, EntryHash } from './ids.ts'
import { canonicalJson, type Json } from './json.ts'
import type { DocumentContent } from './open-document.ts'
import type { DocumentRow } from './row.ts'
import type { ScopeAddress } from './scope.ts'
import { standingsOf } from './standing.ts'

/** What a row says of a document beside its content. */
export interface DocumentFacts {
  readonly id: DocumentId
  readonly type: DocumentRow['type']
  readonly scope: ScopeAddress
  readonly key: string | null
  readonly heads: readonly EntryHash[]
  readonly createdAt: number
  readonly updatedAt: number
  readonly why: Provenance | null
  readonly authors: DocumentRow['authors']
  readonly contributors: DocumentRow['contributors']
  readonly sources: DocumentRow['sources']
  readonly resources: DocumentRow['resources']
  readonly marked: boolean
}

export function materialise(facts: DocumentFacts, content: DocumentContent): DocumentRow {
  const { sets } = content
  const standings = standingsOf(content)
  const registers = registersOf(standings, content)
  const conflicts = findConflicts(facts.id, standings, content)
  return { ...facts, registers, sets, conflicts, erased: false, digest: digestOf(facts, content, false) }
}

/** Most memories have no settlements: then what stands is what was written. */
function registersOf(
  standings: ReturnType<typeof standingsOf>,
  { registers, settlements }: DocumentContent,
): DocumentRow['registers'] {
  if (Object.keys(settlements).length === 0) return registers
  const entries = Object.entries(standings).map(([register, { siblings }]) => [register, siblings])
  return Object.fromEntries(entries)
}

/** What is left of an erased document: that it was there. */
export function erasedRow(facts: DocumentFacts): DocumentRow {
  const empty: DocumentContent = { registers: {}, sets: {}, settlements: {}, claims: {} }
  return {
    ...facts,
    key: null,
    why: null,
    authors: [],
    contributors: [],
    sources: [],
    resources: [],
    marked: false,
    registers: {},
    sets: {},
    conflicts: [],
    erased: true,
    digest: digestOf(facts, empty, true),
  }
}

/** Covers everything a reader can see that does not depend on who reads when: values, who said them, sets. */
function digestOf(facts: DocumentFacts, content: DocumentContent, erased: boolean): string {
  const registers = Object.entries(content.registers).map(
    ([register, siblings]): Json => [
      register,
      ...siblings.map(({ value, ended, entry }): Json => [value, ended, entry]),
    ],
  )
  const marks = Object.entries(content.settlements).map(
    ([register, found]): Json => [register, ...found.map(mark => mark.by.entry)],
  )
  const claims = Object.entries(content.claims).map(
    ([register, found]): Json => [register, ...found.map(({ entry }) => entry)],
  )
  const sets = Object.entries(content.sets).map(([set, elements]): Json => [set, ...elements])
  const said = [byName(registers), byName(marks), byName(claims), byName(sets)]
  const state: Json = [facts.id, facts.scope, ...said, erased]
  return toHex(sha256(utf8(canonicalJson(state))))
}

function byName(entries: readonly Json[]): readonly Json[] {
  return [...entries].sort((a, b) =>
    ((a as readonly string[])[0] ?? '') < ((b as readonly string[])[0] ?? '') ? -1 : 1,
  )
}
