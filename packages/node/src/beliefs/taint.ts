/** What follows from a memory, step by step. */
import { type DocumentId, type DocumentRow, newest, type StoredEntry } from '@folkmoot/core'
import { authorship, type Members } from '../present.ts'
import type { Sight } from '../sight.ts'
import { cautionFor, listenerOf } from './caution.ts'
import type { Tainted, TaintReport, TaintStep } from './taint-report.ts'

/**
 * Steps of a path that are spelled out, those next to the memory. Where everything is derived from the thing before it,
 * whole paths would grow with the square of their number; each memory before it has the rest of the way.
 */
const PATH_STEPS_MAX = 32

interface Eyes {
  readonly sight: Sight
  readonly members: Members
}

/** What was derived from it before what only acted on it, the nearest first. */
export function taint(id: DocumentId, { sight, members }: Eyes): TaintReport {
  const root = sight.row(id)
  const links = linksIn(sight)
  const derived = waysFrom(id, links.derived)
  const ways = new Map([...waysFrom(id, links.all)].filter(([record]) => !derived.has(record)))
  const steps = new Map<DocumentId, TaintStep>()
  const distances = new Map([[id, 0]])
  for (const [record, from] of [...derived, ...ways]) {
    const link = links.derived.get(from)?.includes(record) === true ? 'derived' : 'acted'
    steps.set(record, { link, from, record, by: authorOf({ link, from, record }, { sight, members }) })
    distances.set(record, (distances.get(from) ?? 0) + 1)
  }
  const listener = listenerOf({ sight, members })
  const records = [...steps.keys()].flatMap((record): Tainted[] => {
    const row = sight.row(record)
    if (row === undefined || row.type === 'note') return []
    const { key, scope, type } = row
    const said = newest(row.registers.content ?? [])
    const caution = cautionFor(row, listener, said?.value ?? null)
    const what = { value: said?.value ?? null, caution, retracted: said?.ended === true }
    const link = derived.has(record) ? 'derived' : 'acted'
    const path = pathTo(record, steps)
    const way = { link, steps: distances.get(record) ?? path.length, path } as const
    return [{ id: record, key, scope, type, ...what, ...way }]
  })
  return { id, status: root === undefined ? null : statusOf(root), records }
}

/** What each memory is a source of. */
export type Derivations = ReadonlyMap<DocumentId, readonly DocumentId[]>

interface Links {
  readonly derived: Derivations
  /** With what was acted on. */
  readonly all: Derivations
}

/** One pass over all that may be read; only what names another memory is kept of it. */
function linksIn(sight: Sight): Links {
  const derived = new Map<DocumentId, DocumentId[]>()
  const all = new Map<DocumentId, DocumentId[]>()
  for (const row of sight.rows()) {
    for (const source of row.sources) {
      push(derived, source, row.id)
      push(all, source, row.id)
    }
    for (const source of actedOnBy(row, sight)) push(all, source, row.id)
  }
  return { derived, all }
}

function push(map: Map<DocumentId, DocumentId[]>, source: DocumentId, record: DocumentId): void {
  const known = map.get(source)
  if (known === undefined) map.set(source, [record])
  else known.push(record)
}

/** Memories that the author of what it says had read. Of a retracted one: that anybody had who said anything before. */
function actedOnBy(row: DocumentRow, sight: Sight): readonly DocumentId[] {
  const isEnded = newest(row.registers.content ?? [])?.ended === true
  const basis = isEnded
    ? sight.entriesOf(row).flatMap(stored => sight.changeIn(stored)?.body.why?.basedOn ?? [])
    : (row.why?.basedOn ?? [])
  const documents = basis.flatMap(entry => sight.entry(entry)?.document ?? [])
  return [...new Set(documents)].filter(id => id !== row.id)
}

/** Breadth first: for each memory that can be reached, the one before it on a shortest way. Without the first one. */
export function waysFrom(first: DocumentId, derived: Derivations): ReadonlyMap<DocumentId, DocumentId> {
  const before = new Map<DocumentId, DocumentId>()
  let edge: readonly DocumentId[] = [first]
  while (edge.length > 0) {
    const next: DocumentId[] = []
    for (const from of edge) {
      for (const record of (derived.get(from) ?? []).toSorted()) {
        if (record === first || before.has(record)) continue
        before.set(record, from)
        next.push(record)
      }
    }
    edge = next
  }
  return before
}

function pathTo(record: DocumentId, steps: ReadonlyMap<DocumentId, TaintStep>): readonly TaintStep[] {
  const path: TaintStep[] = []
  for (let step = steps.get(record); step !== undefined; step = steps.get(step.from)) {
    if (path.length === PATH_STEPS_MAX) break
    path.push(step)
  }
  return path.reverse()
}

/** Who said first that the one follows from the other. */
function authorOf(
  { link, from, record }: Pick<TaintStep, 'link' | 'from' | 'record'>,
  { sight, members }: Eyes,
): TaintStep['by'] {
  const row = sight.row(record)
  const saysSo = (item: StoredEntry) => {
    const { derivedFrom = [], basedOn = [] } = sight.changeIn(item)?.body.why ?? {}
    return link === 'derived'
      ? derivedFrom.includes(from)
      : basedOn.some(entry => sight.entry(entry)?.document === from)
  }
  const stored = row && sight.entriesOf(row).find(saysSo)?.entry
  return stored === undefined ? null : authorship(members, stored.node, stored.at, stored.hash)
}

function statusOf(row: DocumentRow): TaintReport['status'] {
  if (row.erased) return 'erased'
  return newest(row.registers.content ?? [])?.ended === true ? 'retracted' : 'standing'
}
