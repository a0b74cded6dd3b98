/** Which settlements of a document were taken back, and by which entries. */
import {
  type EntryHash,
  type SettlementMark,
  type StoredEntry,
  SUSPICION,
  settlementsIn,
} from '@folkmoot/core'
import type { Sight } from '../sight.ts'

export interface Undone {
  /** Of an entry that takes back settlements: these. */
  readonly tookBack?: readonly EntryHash[]
  /** Of a settlement that was taken back: the entry that did. */
  readonly takenBackBy?: EntryHash
}

interface Mark {
  readonly register: string
  readonly mark: SettlementMark
}

/** As of these entries of one document: what others take back does not count. */
export function undoneAmong(stored: readonly StoredEntry[], sight: Sight): (entry: EntryHash) => Undone {
  const changes = stored.flatMap(item => (item.status === 'applied' ? (sight.changeIn(item) ?? []) : []))
  const byEntry = new Map(changes.map(change => [change.entry, change]))
  const tookBack = new Map<EntryHash, readonly EntryHash[]>()
  const takenBackBy = new Map<EntryHash, EntryHash>()
  const earlier: Mark[] = []
  for (const one of settlementsIn(changes, entry => byEntry.get(entry))) {
    const by = one.mark.by.entry
    const freed = one.mark.kind === 'undo' ? takenBack(one, earlier, takenBackBy) : []
    if (freed.length > 0) tookBack.set(by, [...(tookBack.get(by) ?? []), ...freed])
    for (const entry of freed) if (!takenBackBy.has(entry)) takenBackBy.set(entry, by)
    earlier.push(one)
  }
  return entry => {
    const freed = tookBack.get(entry)
    const by = takenBackBy.get(entry)
    return {
      ...(freed === undefined ? {} : { tookBack: freed }),
      ...(by === undefined ? {} : { takenBackBy: by }),
    }
  }
}

/** An undo names all that is undone by now, also by others before it. One that names nothing new ends the last mark. */
function takenBack(
  { register, mark }: Mark,
  earlier: readonly Mark[],
  known: ReadonlyMap<EntryHash, EntryHash>,
): readonly EntryHash[] {
  const fresh = mark.undoes.filter(entry => !known.has(entry))
  if (fresh.length > 0) return fresh
  const last = earlier.findLast(one => one.register === register)?.mark
  const isNamed = last?.kind === 'defer' || (register === SUSPICION && last?.kind !== 'undo')
  // Of two who take back one verdict apart, both did.
  return last !== undefined && isNamed ? [last.by.entry] : mark.undoes
}
