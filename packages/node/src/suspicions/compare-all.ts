/**
 * Compares the memories of each scope with each other, as far as they may speak of the same. Of all of them only an index
 * of numbers is held. Statements are held of one batch at a time, which is compared with itself and all that come after:
 *
 *   a b c d │ e f g h i j …      each later memory that some of the batch are compared with is read once for the batch,
 *   └─┴─┴─┴───┴─────┴───┘        compared with those, and dropped
 */
import { type Read, read, relateRead } from '@folkmoot/arbiter'
import type { DocumentId, ScopeAddress } from '@folkmoot/core'
import type { Progress } from '../api.ts'
import { comparable, statementOf, textOf } from './comparable.ts'
import { type Comparing, related } from './compare.ts'
import { featuresOf } from './features.ts'
import type { Match } from './finding.ts'
import { Matches } from './matches.ts'
import { subjectOf } from './neighbours.ts'
import { Pairs } from './pairs.ts'
import { ScopeIndex } from './scope-index.ts'

/** Memories that one scan reads: about 300 bytes are held of each. */
const RECORDS_MAX = 100_000
/**
 * UTF-16 units of the statements of a batch: of the usual length these are 20,000, so that few memories are read often.
 * With what the ladder reads in them they take about twenty times as many bytes.
 */
const BATCH_LENGTH_MAX = 2_000_000
/** What a statement takes beside its text, in units of it. */
const OWN_LENGTH = 32
/** Memories read, weighed or compared between two turns of the event loop: a few milliseconds. */
const MEMORIES_PER_TURN = 32
/** Memories between two reports of progress. */
const MEMORIES_PER_REPORT = 256

export interface Running {
  readonly signal: AbortSignal | undefined
  readonly onProgress: Progress
}

export interface Compared {
  readonly records: number
  readonly pairs: number
  readonly found: number
  /** The surest first; of very many only these. */
  readonly matches: readonly Match[]
  /** False if there are more memories than one scan reads. */
  readonly complete: boolean
}

interface Scan {
  readonly view: Comparing
  readonly nowMs: number
  readonly running: Running
  readonly matches: Matches
}

/** @throws the signal's reason, if it is aborted meanwhile */
export async function compareAll(
  view: Comparing,
  scope: ScopeAddress | undefined,
  running: Running,
  batchLength = BATCH_LENGTH_MAX,
): Promise<Compared> {
  const ids = view.sight.ids(scope)
  const scan: Scan = { view, nowMs: view.reader.now(), running, matches: new Matches() }
  const indexes = await indexed(scan, ids.slice(0, RECORDS_MAX))
  const records = [...indexes.values()].reduce((sum, { size }) => sum + size, 0)
  let pairs = 0
  let done = 0
  for (const [address, index] of indexes) {
    for (let from = 0; from < index.size; ) {
      const statements = await batchFrom(scan, index, from, batchLength)
      const before = done
      const onPart = (part: number) =>
        running.onProgress(before + Math.floor(part * statements.length), records)
      pairs += await compareBatch(scan, address, index, { from, statements, onPart })
      from += statements.length
      done += statements.length
    }
  }
  running.onProgress(records, records)
  const { count, surest } = scan.matches
  return { records, pairs, found: count, matches: surest, complete: ids.length <= RECORDS_MAX }
}

/** Lets others have their turn, before every so many memories. @throws the signal's reason */
export async function turn({ signal }: Running, done = 0): Promise<void> {
  if (done % MEMORIES_PER_TURN !== 0) return
  await new Promise<void>(resolve => setImmediate(resolve))
  signal?.throwIfAborted()
}

async function indexed(
  { view, nowMs, running }: Scan,
  ids: readonly DocumentId[],
): Promise<ReadonlyMap<ScopeAddress, ScopeIndex>> {
  const indexes = new Map<ScopeAddress, ScopeIndex>()
  running.onProgress(0, ids.length)
  for (const [i, id] of ids.entries()) {
    await turn(running, i)
    const row = view.sight.row(id)
    const content = row && comparable(row, nowMs)
    if (row === undefined || content === undefined) continue
    const index = indexes.get(row.scope) ?? new ScopeIndex()
    indexes.set(row.scope, index)
    index.add(id, featuresOf(subjectOf(row, textOf(content.value))))
  }
  return indexes
}

/** At least one, and as many as may be held. */
async function batchFrom(
  scan: Scan,
  index: ScopeIndex,
  from: number,
  lengthMax: number,
): Promise<readonly (Stated | undefined)[]> {
  const statements: (Stated | undefined)[] = []
  for (let place = from, length = 0; place < index.size && length < lengthMax; place++) {
    await turn(scan.running, place)
    const statement = statementAt(scan, index, place)
    statements.push(statement)
    length += OWN_LENGTH + (statement?.statement.text.length ?? 0)
  }
  return statements
}

interface Batch {
  readonly from: number
  readonly statements: readonly (Stated | undefined)[]
  /** @param part of it that is done, from 0 to 1 */
  readonly onPart: (part: number) => void
}

/** Gives how many pairs were compared. */
async function compareBatch(
  scan: Scan,
  scope: ScopeAddress,
  index: ScopeIndex,
  { from, statements, onPart }: Batch,
): Promise<number> {
  const pairs = new Pairs(index.size)
  for (let place = from; place < from + statements.length; place++) {
    await turn(scan.running, place)
    for (const other of index.later(place)) pairs.add(place, other)
  }
  let compared = 0
  for (let other = from; other < index.size; other++) {
    await turn(scan.running, other)
    if (other % MEMORIES_PER_REPORT === 0) onPart((other - from) / (index.size - from))
    if (!pairs.has(other)) continue
    const isHeld = other < from + statements.length
    const later = isHeld ? statements[other - from] : statementAt(scan, index, other)
    for (const place of pairs.of(other)) {
      const earlier = statements[place - from]
      if (earlier === undefined || later === undefined) continue
      compared += 1
      const match = matchOf(earlier, later, scope)
      if (match !== undefined) scan.matches.add(match)
    }
  }
  return compared
}

interface Stated extends Read {
  readonly id: DocumentId
}

function matchOf(one: Stated, other: Stated, scope: ScopeAddress): Match | undefined {
  const [a, b] = one.id < other.id ? [one, other] : [other, one]
  return related(relateRead(a, b), [
    { id: a.id, scope },
    { id: b.id, scope },
  ])
}

/** Undefined for what says nothing any more. */
function statementAt({ view, nowMs }: Scan, index: ScopeIndex, place: number): Stated | undefined {
  const id = index.idAt(place)
  const row = view.sight.row(id)
  const content = row && comparable(row, nowMs)
  if (row === undefined || content === undefined) return undefined
  const statement = statementOf(row, content, view.members)
  return { id, statement, reading: read(statement) }
}
