/**
 * Two memories suspected of contradicting each other, named by what they said last. The note about them knows only their
 * places, and does not change when one of them does.
 */
import {
  type CandidateRef,
  type DocumentRow,
  type EntryHash,
  FolkmootError,
  newest,
  type Plan,
  type Settlement,
  UsageError,
} from '@folkmoot/core'

type Suspects = readonly [DocumentRow, DocumentRow]

function lastEntry(row: DocumentRow | undefined): EntryHash | undefined {
  return newest(row?.registers.content ?? [])?.entry
}

/** With places for entries. @throws UsageError if an entry is not the last of either memory */
export function inPlaces(settlement: Settlement, suspects: Suspects): Settlement {
  const place = (pick: CandidateRef) => {
    if (typeof pick === 'number') return pick
    const found = suspects.findIndex(row => lastEntry(row) === pick) + 1
    if (found === 0) throw new UsageError(`the entry ${pick} is what neither of the two memories says`)
    return found
  }
  if ('pick' in settlement) return { pick: place(settlement.pick) }
  if (!('contexts' in settlement)) return settlement
  return { contexts: settlement.contexts.map(({ pick, when }) => ({ pick: place(pick), when })) }
}

/** Fails with `changed` if the memories say something else by then than what was looked at or is named. */
export function whileAsSeen(
  plan: Plan,
  suspects: Suspects,
  settlement: Settlement,
  seen: readonly EntryHash[] | undefined,
): Plan {
  const named = entriesNamed(settlement)
  if (seen === undefined && named.length === 0) return plan
  return {
    ...plan,
    plan(view) {
      const entries = suspects.map(({ id }) => lastEntry(view.row(id)))
      const isSame = (all: readonly EntryHash[]) =>
        all.length === entries.length && entries.every(entry => entry !== undefined && all.includes(entry))
      if (!named.every(entry => entries.includes(entry)) || !(seen === undefined || isSame(seen)))
        throw new FolkmootError('changed', 'the memories say something else by now')
      return plan.plan(view)
    },
  }
}

function entriesNamed(settlement: Settlement): readonly EntryHash[] {
  const picks = 'pick' in settlement ? [settlement] : 'contexts' in settlement ? settlement.contexts : []
  return picks.flatMap(({ pick }) => (typeof pick === 'number' ? [] : pick))
}
