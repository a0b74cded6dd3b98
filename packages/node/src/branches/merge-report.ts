import { type DocumentId, type EntryHash, type LogId, MEMBERSHIP_SCOPE, type Replica } from '@folkmoot/core'
import type { ConflictReport } from '../api.ts'
import type { MergeReport, RefusedEntries } from '../reports.ts'
import { type Stretch, storedIn } from '../stored-in.ts'
import type { RefusedRest } from './carry.ts'
import type { Merged } from './carry-out.ts'

/** Destroyed, as it should be: here, or before it came. */
const DESTROYED: readonly string[] = ['erased', 'detached']

/** What a merge has to be told of to be judged. */
export interface MergeView {
  readonly replica: Replica
  readonly open: () => readonly ConflictReport[]
  /** Open conflicts before the merge, by id. */
  readonly before: ReadonlySet<string>
}

/**
 * What became of what was carried: how much of it counts, what it changed, and which disputes it has a part in. And
 * what does not count of all that was ever taken out of the branch, for as long as that is so.
 */
export function mergeReport(
  carried: Merged,
  { replica, open, before }: MergeView,
): Omit<MergeReport<ConflictReport>, 'branch' | 'kept'> {
  const records = new Set<DocumentId>()
  const merged = new Set<EntryHash>()
  let erased = 0
  for (const stretch of carried.taken) {
    for (const { entry, status, document } of storedIn(stretch, replica)) {
      if (DESTROYED.includes(status)) erased++
      if (status !== 'applied') continue
      merged.add(entry.hash)
      if (document !== undefined) records.add(document)
    }
  }
  const hasPart = ({ candidates }: ConflictReport) => candidates.some(({ entry }) => merged.has(entry))
  const conflicts = open().filter(
    conflict => records.has(conflict.record) && (!before.has(conflict.id) || hasPart(conflict)),
  )
  const refused = [
    ...carried.refused.map(rest => restOf(rest, replica)),
    ...uncountedIn(carried.logs, replica),
  ]
  return { entries: merged.size, erased, records: [...records], conflicts, refused }
}

/** What a replica has of these logs and does not count: neighbours of one fate together. */
export function uncountedIn(logs: readonly LogId[], replica: Replica): readonly RefusedEntries[] {
  const wanted = new Set(logs)
  const found: RefusedEntries[] = []
  for (const head of replica.heads()) {
    if (!wanted.has(head.log)) continue
    for (const { entry, status, reason = '' } of storedIn({ head, from: 0, below: head.seq + 1 }, replica)) {
      if (status === 'applied' || DESTROYED.includes(status)) continue
      const last = found.at(-1)
      const isNext = last?.log === head.log && last.seq + last.entries === entry.seq
      if (isNext && last.code === status && last.reason === reason) {
        found[found.length - 1] = { ...last, entries: last.entries + 1 }
      } else {
        found.push({ ...placeOf(head, replica), seq: entry.seq, entries: 1, code: status, reason })
      }
    }
  }
  return found
}

function restOf({ head, from: seq, code, reason }: RefusedRest, replica: Replica): RefusedEntries {
  return { ...placeOf(head, replica), seq, entries: head.seq + 1 - seq, code, reason }
}

function placeOf({ log, scope }: Stretch['head'], replica: Replica) {
  return {
    log,
    scope: scope === MEMBERSHIP_SCOPE ? ('membership' as const) : (replica.scopeName(scope) ?? null),
  }
}
