/** What two states say differently. */
import {
  canonicalJson,
  type DocumentBody,
  type DocumentId,
  type DocumentRow,
  type EntryHash,
  JUDGED,
  type LogHead,
  type LogId,
  newest,
  type ScopeAddress,
  type StoredEntry,
} from '@folkmoot/core'
import { authorship, hasExpired, type Members } from '../present.ts'
import type { Sight } from '../sight.ts'
import { type RowOf, supersededBy } from '../suspicions/superseded.ts'
import { cautionThen, listenerOf } from './caution.ts'
import { type Acquaintance, cutAt } from './cut.ts'
import type { OwnSide } from './diff-side.ts'
import type { Differing, DiffReport, Held } from './reports.ts'
import { sayingOf } from './verification.ts'

interface Eyes {
  readonly sight: Sight
  readonly members: Members
  readonly nowMs: number
}

/** Memories compared between two turns of the event loop: a few milliseconds. */
const COMPARED_PER_TURN = 32

/** Which part of what differs is wanted. */
export interface DiffPage {
  readonly scope?: ScopeAddress | undefined
  readonly after?: DocumentId | undefined
  readonly limit: number
}

/**
 * Looks only at entries that one state has and the other lacks, and at the memories that they are about, in the order of
 * their ids, until the page is full. Entries that come meanwhile are in neither state.
 */
export async function diff(
  a: OwnSide,
  b: OwnSide,
  page: DiffPage,
  eyes: Eyes,
  others: Acquaintance,
): Promise<DiffReport> {
  const cuts = { a: cutAt(a, eyes.sight, others), b: cutAt(b, eyes.sight, others) }
  const heads = [...eyes.sight.heads()].map(head => ({ head, a: cuts.a.count(head), b: cuts.b.count(head) }))
  const extents = {
    a: new Map(heads.map(({ head, a }) => [head.log, a])),
    b: new Map(heads.map(({ head, b }) => [head.log, b])),
  }
  const sides = {
    a: { extent: extents.a, atMs: timeOf(a, eyes), rowOf: rowsIn(extents.a, eyes) },
    b: { extent: extents.b, atMs: timeOf(b, eyes), rowOf: rowsIn(extents.b, eyes) },
  }
  const compared = await pageOf(documentsOf(heads, page.after, eyes), page.limit, document =>
    compare(document, page.scope, sides, eyes),
  )
  return { a: cuts.a.side, b: cuts.b.side, ...compared }
}

/** Compares one after the other until the page is full, and lets others have their turn in between. */
export async function pageOf(
  documents: readonly DocumentId[],
  limit: number,
  comparing: (document: DocumentId) => Compared | undefined,
): Promise<Omit<DiffReport, 'a' | 'b'>> {
  const found: Compared[] = []
  let next: DocumentId | null = null
  for (const [i, document] of documents.entries()) {
    if (i % COMPARED_PER_TURN === COMPARED_PER_TURN - 1)
      await new Promise<void>(resolve => setImmediate(resolve))
    const one = comparing(document)
    if (one === undefined) continue
    if (found.length >= limit) {
      next = found.at(-1)?.id ?? null
      break
    }
    found.push(one)
  }
  return { ...parted(found), next }
}

/** Sorted. */
function documentsOf(
  heads: readonly { readonly head: LogHead; readonly a: number; readonly b: number }[],
  after: DocumentId | undefined,
  { sight }: Eyes,
): readonly DocumentId[] {
  const documents = new Set<DocumentId>()
  for (const { head, a, b } of heads) {
    for (const document of sight.documentsIn(head, Math.min(a, b), Math.max(a, b)))
      if (after === undefined || document > after) documents.add(document)
  }
  return [...documents].sort()
}

function parted(found: readonly Compared[]): Pick<DiffReport, 'onlyInA' | 'onlyInB' | 'differing'> {
  const onlyInA: Differing[] = []
  const onlyInB: Differing[] = []
  const differing: DiffReport['differing'][number][] = []
  for (const { places, a, b, ...what } of found) {
    if (a && b) differing.push({ ...what, places, a, b })
    else if (a) onlyInA.push({ ...what, ...a })
    else if (b) onlyInB.push({ ...what, ...b })
  }
  return { onlyInA, onlyInB, differing }
}

type Extent = ReadonlyMap<LogId, number>

interface Beholder {
  /** What had expired by then has. */
  readonly atMs: number
  /** Finds what other memories were in the same state. */
  readonly rowOf: RowOf
}

interface Side extends Beholder {
  readonly extent: Extent
}

function timeOf(side: OwnSide, { nowMs }: Eyes): number {
  return side !== 'here' && 'at' in side ? side.at : nowMs
}

export interface Compared extends Pick<Differing, 'id' | 'key' | 'scope'> {
  readonly places: readonly string[]
  readonly a: Held | undefined
  readonly b: Held | undefined
}

/** Undefined if both say the same. */
function compare(
  id: DocumentId,
  scope: ScopeAddress | undefined,
  sides: { readonly a: Side; readonly b: Side },
  eyes: Eyes,
): Compared | undefined {
  const row = eyes.sight.row(id)
  if (row === undefined || row.type === 'note' || (scope !== undefined && row.scope !== scope))
    return undefined
  const document = enteredOf(row, eyes.sight)
  const a = stateIn(document, sides.a.extent, eyes.sight)
  const b = stateIn(document, sides.b.extent, eyes.sight)
  return comparedStates(row, { a, b }, sides, eyes)
}

/** @param row as it is now */
export function comparedStates(
  row: DocumentRow,
  { a, b }: { readonly a: State | undefined; readonly b: State | undefined },
  sides: { readonly a: Beholder; readonly b: Beholder },
  eyes: Eyes,
): Compared | undefined {
  const places = a && b ? placesThatDiffer(a, b) : []
  if (a === undefined ? b === undefined : b !== undefined && places.length === 0) return undefined
  const held = (state: State | undefined, side: Beholder) => state && heldIn(state, row, side, eyes)
  const both = { a: held(a, sides.a), b: held(b, sides.b) }
  // That it was looked at is a note of the mesh's own: what counts is what came of it.
  const isSame = places.length === 1 && places[0] === JUDGED && both.a?.status === both.b?.status
  return isSame ? undefined : { ...{ id: row.id, key: row.key, scope: row.scope, places }, ...both }
}

function rowsIn(extent: Extent, { sight }: Eyes): RowOf {
  return id => {
    const row = sight.row(id)
    return row && stateIn(enteredOf(row, sight), extent, sight)?.row
  }
}

function enteredOf(row: DocumentRow, sight: Sight): Entered {
  return { row, stored: sight.entriesOf(row), opened: new Map() }
}

/** A memory in one state; without a row its entries are there and cannot be read. */
export interface State {
  readonly row: DocumentRow | undefined
  readonly erasure: StoredEntry | undefined
  readonly last: StoredEntry
}

/** A memory with all its entries; those that had to be opened are kept open, since that takes longer than all else. */
interface Entered {
  readonly row: DocumentRow
  readonly stored: readonly StoredEntry[]
  readonly opened: Map<EntryHash, DocumentBody | undefined>
}

function stateIn(document: Entered, extent: Extent, sight: Sight): State | undefined {
  const { row, stored } = document
  const within = stored.filter(({ entry }) => entry.seq < (extent.get(entry.log) ?? 0))
  const newestHere = within.at(-1)
  if (newestHere === undefined) return undefined
  // Where all are there and all count, what is stored already is the state.
  if (within.length === stored.length && !row.erased && within.every(isApplied))
    return { row, erasure: undefined, last: newestHere }
  const held = closed(within.map(item => ({ stored: item, body: bodyOf(item, document, sight) })))
  const last = held.at(-1)?.stored
  if (last === undefined) return undefined
  const erasure = held.find(({ body }) => body?.type === 'erase')?.stored
  if (erasure !== undefined) return { row: undefined, erasure, last }
  if (row.erased) return { row: undefined, erasure, last }
  const applied = held.filter(({ stored }) => isApplied(stored))
  // Entries that never counted are no state.
  if (applied.length === 0) return undefined
  // All there is gives what is stored already.
  const isWhole = held.length === stored.length
  const past = isWhole
    ? row
    : sight.asOf(
        row,
        applied.map(({ stored: { entry } }) => entry.hash),
      )
  return past && { row: past, erasure, last }
}

function isApplied({ status }: StoredEntry): boolean {
  return status === 'applied'
}

function bodyOf(item: StoredEntry, { opened }: Entered, sight: Sight): DocumentBody | undefined {
  const { hash } = item.entry
  if (!opened.has(hash)) opened.set(hash, sight.changeIn(item)?.body)
  return opened.get(hash)
}

/** An entry and what it says. */
interface Known {
  readonly stored: StoredEntry
  readonly body: DocumentBody | undefined
}

/**
 * Of the entries that a state holds those that count in it: an entry waits for all that it depends on. A cut by time
 * is closed in this sense; what a node is known to hold need not be.
 */
function closed(known: readonly Known[]): readonly Known[] {
  const held = new Map<EntryHash, Known>(known.map(item => [item.stored.entry.hash, item]))
  for (let size = -1; size !== held.size; ) {
    size = held.size
    for (const [hash, { body }] of [...held]) if (body?.deps.some(dep => !held.has(dep))) held.delete(hash)
  }
  return [...held.values()]
}

/** By what is said, not by who said it: equal values of two authors are no difference. */
function placesThatDiffer(a: State, b: State): readonly string[] {
  const [inA, inB] = [placesOf(a), placesOf(b)]
  return [...new Set([...inA.keys(), ...inB.keys()])]
    .filter(place => inA.get(place) !== inB.get(place))
    .sort((one, other) => Number(other === 'content') - Number(one === 'content') || (one < other ? -1 : 1))
}

function placesOf({ row, erasure }: State): ReadonlyMap<string, string> {
  if (row === undefined) return new Map([['content', erasure === undefined ? 'unreadable' : 'erased']])
  const registers = Object.entries(row.registers).map(
    ([place, siblings]) => [place, canonicalJson([...new Set(siblings.map(sayingOf))].sort())] as const,
  )
  const sets = Object.entries(row.sets).map(([place, elements]) => [place, canonicalJson(elements)] as const)
  return new Map([...registers, ...sets])
}

function heldIn(state: State, now: DocumentRow, side: Beholder, eyes: Eyes): Held {
  const { row, erasure, last } = state
  const { members } = eyes
  const by = listenerOf(eyes)
  const content = row?.registers.content ?? []
  const said = newest(content)
  const { node, at, hash } = (erasure ?? last).entry
  return {
    value: said?.value ?? null,
    caution: row === undefined ? null : cautionThen(row, now, by),
    status: statusOf(state, side),
    by:
      said === undefined
        ? authorship(members, node, at, hash)
        : authorship(members, said.node, said.at, said.entry),
    tags: row?.sets.tags ?? [],
  }
}

function statusOf({ row, erasure }: State, side: Beholder): Held['status'] {
  if (row === undefined) return erasure === undefined ? 'unreadable' : 'erased'
  if (hasExpired(row, side.atMs)) return 'expired'
  if (row.conflicts.some(({ status }) => status !== 'resolved')) return 'conflict'
  if (newest(row.registers.content ?? [])?.ended === true) return 'retracted'
  if (supersededBy(side.rowOf, row) !== undefined) return 'superseded'
  return row.conflicts.length > 0 ? 'resolved' : 'settled'
}
