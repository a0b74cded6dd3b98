import { type DocumentId, type EntryHash, MEMBERSHIP_SCOPE, type Replica } from '@folkmoot/core'
import type { ConflictReport } from '../api.ts'
import type { MergeReport, RefusedEntries } from '../reports.ts'
import type { Carried, RefusedRest, Stretch } from './carry.ts'

const PAGE_BYTES = 256 * 1024
/** Counts, or has been destroyed as it should be. */
const IN_ORDER: readonly string[] = ['applied', 'erased', 'detached']

/** What a merge has to be told of to be judged. */
export interface MergeView {
  readonly replica: Replica
  readonly open: () => readonly ConflictReport[]
  /** Open conflicts before the merge, by id. */
  readonly before: ReadonlySet<string>
}

/** What became of what was carried: how much of it counts, what it changed, and which disputes it has a part in. */
export function mergeReport(
  carried: Carried,
  { replica, open, before }: MergeView,
): Omit<MergeReport<ConflictReport>, 'branch' | 'kept'> {
  const records = new Set<DocumentId>()
  const merged = new Set<EntryHash>()
  const refused = carried.refused.map(rest => restOf(rest, replica))
  for (const stretch of carried.taken) {
    for (const { entry, status, reason, document } of storedIn(stretch, replica)) {
      if (IN_ORDER.includes(status)) {
        merged.add(entry.hash)
        if (document !== undefined) records.add(document)
        continue
      }
      const why = { code: status, reason: reason ?? '' }
      refused.push({ ...placeOf(stretch, replica), seq: entry.seq, entries: 1, ...why })
    }
  }
  const hasPart = ({ candidates }: ConflictReport) => candidates.some(({ entry }) => merged.has(entry))
  const conflicts = open().filter(
    conflict => records.has(conflict.record) && (!before.has(conflict.id) || hasPart(conflict)),
  )
  return { entries: merged.size, records: [...records], conflicts, refused }
}

function* storedIn({ head, from, below }: Stretch, { storage }: Replica) {
  for (let seq = from; seq < below; ) {
    const page = storage.entries.read(head.log, seq, PAGE_BYTES)
    if (page.length === 0) return
    for (const stored of page) if (stored.entry.seq < below) yield stored
    seq += page.length
  }
}

function restOf(rest: RefusedRest, replica: Replica): RefusedEntries {
  const { head, from: seq, code, reason } = rest
  return { ...placeOf(rest, replica), seq, entries: head.seq + 1 - seq, code, reason }
}

function placeOf({ head: { log, scope } }: { readonly head: Stretch['head'] }, replica: Replica) {
  return {
    log,
    scope: scope === MEMBERSHIP_SCOPE ? ('membership' as const) : (replica.scopeName(scope) ?? null),
  }
}
