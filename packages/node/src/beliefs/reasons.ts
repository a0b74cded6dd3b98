/** Why something is, or was, believed. */
import {
  type AsOf,
  compareTime,
  type DocumentChange,
  type DocumentId,
  type DocumentRow,
  type EntryHash,
  type StoredEntry,
} from '@folkmoot/core'
import type { Members } from '../present.ts'
import type { Sight } from '../sight.ts'
import { eventOf } from '../timeline.ts'
import { type CautionAt, pastCautions } from './past-cautions.ts'
import type { ActedOn, Reason } from './reports.ts'
import { settlementIn } from './settlement-facts.ts'
import { undoneAmong } from './undone.ts'
import { sayingOf } from './verification.ts'

/** Memories that one belief is followed through: what rests on more, nobody reads through. */
const RECORDS_MAX = 1000

interface Eyes {
  readonly sight: Sight
  readonly members: Members
}

interface Belief {
  readonly row: DocumentRow
  readonly depth: number
  readonly entries: readonly StoredEntry[]
  readonly changedSince: boolean
}

/** The entries behind the effective value as of then, and those of what it was derived from, oldest first. */
export function reasons(row: DocumentRow, at: AsOf | undefined, eyes: Eyes): Reason[] {
  const beliefs = follow(row, at, eyes)
  const followed = new Set(beliefs.map(belief => belief.row.id))
  const cautionsOf = cautionsOfEach(eyes)
  return beliefs
    .flatMap(belief => {
      const undone = undoneAmong(belief.entries, eyes.sight)
      return belief.entries.map(stored => ({ stored, belief, undone: undone(stored.entry.hash) }))
    })
    .sort((a, b) => compareTime(a.stored.entry, b.stored.entry) || (byHash(a.stored, b.stored) ? -1 : 1))
    .map(({ stored, belief, undone }) => ({
      ...reasonOf(stored, belief, followed, eyes, cautionsOf),
      ...undone,
    }))
}

type CautionsOf = (row: DocumentRow) => CautionAt

/** Each memory is looked through once, however often it is acted on. */
function cautionsOfEach(eyes: Eyes): CautionsOf {
  const known = new Map<DocumentId, CautionAt>()
  return row => {
    const found = known.get(row.id) ?? pastCautions(row, eyes)
    known.set(row.id, found)
    return found
  }
}

function byHash(a: StoredEntry, b: StoredEntry): boolean {
  return a.entry.hash < b.entry.hash
}

/** Breadth first, each memory once, so that loops end and every depth is the least there is. */
function follow(root: DocumentRow, at: AsOf | undefined, eyes: Eyes): readonly Belief[] {
  const timeMs = at === undefined ? undefined : timeOf(at, eyes)
  const known = new Set([root.id])
  const found: Belief[] = []
  const open: { readonly row: DocumentRow; readonly depth: number }[] = [{ row: root, depth: 0 }]
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const belief = beliefIn(next.row, next.depth, next.depth === 0 ? at : timeMs, eyes)
    found.push(belief)
    for (const source of belief.entries.flatMap(stored => sourcesOf(eyes.sight.changeIn(stored)))) {
      const row = known.has(source) || known.size >= RECORDS_MAX ? undefined : eyes.sight.row(source)
      if (row === undefined) continue
      known.add(source)
      open.push({ row, depth: next.depth + 1 })
    }
  }
  return found
}

/** Entries stand for the time of the last of them: what another memory said when they were written. */
function timeOf(at: AsOf, { sight }: Eyes): number {
  if (typeof at === 'number') return at
  return Math.max(0, ...at.map(hash => sight.entry(hash)?.entry.at ?? 0))
}

function beliefIn(row: DocumentRow, depth: number, at: AsOf | undefined, eyes: Eyes): Belief {
  const past = at === undefined ? row : eyes.sight.asOf(row, at)
  const stored = eyes.sight.entriesOf(row)
  // Of what was erased since nothing can be shown but the erasure.
  const changedSince = saying(past) !== saying(row)
  if (row.erased)
    return { row, depth, entries: stored.filter(isErasure(eyes.sight)), changedSince: at !== undefined }
  return { row, depth, entries: past === undefined ? [] : behind(past, stored, eyes.sight), changedSince }
}

function isErasure(sight: Sight): (stored: StoredEntry) => boolean {
  return stored => sight.changeIn(stored)?.body.type === 'erase'
}

function saying(row: DocumentRow | undefined): string {
  return [...new Set((row?.registers.content ?? []).map(sayingOf))].sort().join('\n')
}

/** The entries that gave the content its value, or derived it from something, and all that those had in view. */
function behind(row: DocumentRow, stored: readonly StoredEntry[], sight: Sight): readonly StoredEntry[] {
  const byHash = new Map(stored.map(item => [item.entry.hash, item]))
  const found = new Map<EntryHash, StoredEntry>()
  const resolutions = row.conflicts.flatMap(({ resolution }) => resolution?.entry ?? [])
  const open = [...(row.registers.content ?? []).map(({ entry }) => entry), ...resolutions]
  for (let hash = open.pop(); hash !== undefined; hash = open.pop()) {
    const item = byHash.get(hash)
    if (item === undefined || found.has(hash)) continue
    found.set(hash, item)
    open.push(...(sight.changeIn(item)?.body.deps ?? []))
  }
  return [...found.values()].filter(item => {
    const change = sight.changeIn(item)
    return statesContent(change) || sourcesOf(change).length > 0
  })
}

function statesContent(change: DocumentChange | undefined): boolean {
  if (change === undefined || change.body.type !== 'change') return true
  return change.body.ops.some(([, register]) => register === 'content')
}

function sourcesOf(change: DocumentChange | undefined): readonly DocumentId[] {
  return change?.body.why?.derivedFrom ?? []
}

function reasonOf(
  stored: StoredEntry,
  { row, depth, changedSince }: Belief,
  followed: ReadonlySet<DocumentId>,
  eyes: Eyes,
  cautionsOf: CautionsOf,
): Reason {
  const { sight, members } = eyes
  const cautionAt = cautionsOf(row)
  const change = sight.changeIn(stored)
  const basedOn = change?.body.why?.basedOn ?? []
  const sources = sourcesOf(change).filter(source => sight.row(source) !== undefined)
  return {
    ...eventOf(sight, members, stored, cautionAt),
    ...{ record: row.id, key: row.key, depth, changedSince, sources },
    unfollowed: sources.filter(source => !followed.has(source)),
    basedOn,
    actedOn: basedOn.flatMap(entry => actedOn(entry, row, eyes, cautionsOf) ?? []),
    settlement: change === undefined ? null : settlementIn(change, { sight, members }, cautionAt),
  }
}

/** What an entry of another memory says; undefined if it is of this one, or not to be read here. */
function actedOn(
  entry: EntryHash,
  { id }: DocumentRow,
  { sight, members }: Eyes,
  cautionsOf: CautionsOf,
): ActedOn | undefined {
  const stored = sight.entry(entry)
  const row = stored?.document === undefined ? undefined : sight.row(stored.document)
  if (stored === undefined || row === undefined || row.id === id) return undefined
  const { op, value, caution, ...event } = eventOf(sight, members, stored, cautionsOf(row))
  const { node, name, agent, at } = event
  return { record: row.id, key: row.key, op, value, caution, node, name, agent, at, entry }
}
