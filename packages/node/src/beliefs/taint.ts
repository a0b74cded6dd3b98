/** What was derived from a memory, step by step. */
import { type DocumentId, type DocumentRow, newest } from '@folkmoot/core'
import { authorship, type Members } from '../present.ts'
import type { Sight } from '../sight.ts'
import { cautionFor } from './caution.ts'
import type { Tainted, TaintReport, TaintStep } from './reports.ts'

/**
 * Steps of a path that are spelled out, those next to the memory. Where everything is derived from the thing before it,
 * whole paths would grow with the square of their number; each memory before it has the rest of the way.
 */
const PATH_STEPS_MAX = 32

interface Eyes {
  readonly sight: Sight
  readonly members: Members
}

/** Nearest first. One pass over all that may be read; only what names a source is kept of it. */
export function taint(id: DocumentId, { sight, members }: Eyes): TaintReport {
  const root = sight.row(id)
  const ways = waysFrom(id, derivations(sight))
  const steps = new Map<DocumentId, TaintStep>()
  const distances = new Map([[id, 0]])
  for (const [record, from] of ways) {
    steps.set(record, { from, record, by: authorOf(from, record, { sight, members }) })
    distances.set(record, (distances.get(from) ?? 0) + 1)
  }
  const records = [...ways.keys()].flatMap((record): Tainted[] => {
    const row = sight.row(record)
    if (row === undefined || row.type === 'note') return []
    const { key, scope, type } = row
    const said = newest(row.registers.content ?? [])
    const caution = cautionFor(row, { members, agents: sight.agents })
    const what = { value: said?.value ?? null, caution, retracted: said?.ended === true }
    const path = pathTo(record, steps)
    return [{ id: record, key, scope, type, ...what, steps: distances.get(record) ?? path.length, path }]
  })
  return { id, status: root === undefined ? null : statusOf(root), records }
}

/** What each memory is a source of. */
export type Derivations = ReadonlyMap<DocumentId, readonly DocumentId[]>

function derivations(sight: Sight): Derivations {
  const derived = new Map<DocumentId, DocumentId[]>()
  for (const { id, sources } of sight.rows()) {
    for (const source of sources) {
      const known = derived.get(source)
      if (known === undefined) derived.set(source, [id])
      else known.push(id)
    }
  }
  return derived
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
function authorOf(from: DocumentId, record: DocumentId, { sight, members }: Eyes): TaintStep['by'] {
  const row = sight.row(record)
  const stored =
    row &&
    sight.entriesOf(row).find(item => sight.changeIn(item)?.body.why?.derivedFrom?.includes(from) === true)
      ?.entry
  return stored === undefined ? null : authorship(members, stored.node, stored.at, stored.hash)
}

function statusOf(row: DocumentRow): TaintReport['status'] {
  if (row.erased) return 'erased'
  return newest(row.registers.content ?? [])?.ended === true ? 'retracted' : 'standing'
}
