/** The one way to end a disagreement, for people and for arbiters. */
import {
  type DocumentRow,
  type EntryHash,
  FolkmootError,
  type Json,
  judgeAgainst,
  NotFoundError,
  newest,
  type Plan,
  type Right,
  type ScopeAddress,
  type Settlement,
  type SettleOptions,
  SUSPICION,
  settle,
  type WriteResult,
} from '@folkmoot/core'
import type { Written } from './api.ts'
import { SETTLING, type Sight } from './sight.ts'
import { suspectsOf } from './suspects.ts'
import { inPlaces, whileAsSeen } from './suspects-as-seen.ts'
import { written } from './written.ts'

/** What was settled, and the value that stands since. */
export type Settled = Written & {
  readonly conflict: string
  readonly value: Json
  /** What to say with it, where it is a directive in which another agent had a hand. */
  readonly caution: string | null
}

/** With the memory that says the value, if any does. */
export type Judged = Omit<Settled, 'caution'> & { readonly said: DocumentRow | undefined }

export interface Judgement extends SettleOptions {
  /** As `seen`, by the entries that reports show: of a suspicion not the note's, but the last of each memory. */
  readonly shown?: readonly EntryHash[] | undefined
}

/** Writes a plan if its principal may do that, as Writer does. */
interface Pen {
  change(scope: ScopeAddress, plan: Plan, anyOf: readonly Right[]): Promise<WriteResult>
}

/**
 * Writes a settlement; of two memories suspected of contradicting each other, also what becomes of the one that lost.
 * @throws NotFoundError if there is no such conflict, or one of two suspected memories is hidden from the principal
 * @throws FolkmootError forbidden | changed
 */
export async function settleConflict(
  writer: Pen,
  sight: Pick<Sight, 'row' | 'checkWrite'>,
  row: DocumentRow,
  register: string,
  settlement: Settlement,
  { shown, ...options }: Judgement = {},
): Promise<Judged> {
  const conflict = `${row.id}.${register}`
  if (register !== SUSPICION) {
    const seen = shown ?? options.seen
    const plan = settle(row.id, register, settlement, { ...options, ...(seen === undefined ? {} : { seen }) })
    const result = await writer.change(row.scope, plan, SETTLING)
    return {
      ...written(result),
      conflict,
      value: newest(result.row?.registers[register] ?? [])?.value ?? null,
      said: result.row,
    }
  }
  const suspects = suspectsOf(row, id => sight.row(id))
  if (suspects === undefined) throw new NotFoundError(`conflict ${conflict}`)
  const placed = inPlaces(settlement, suspects)
  const plan = whileAsSeen(settle(row.id, register, placed, options), suspects, settlement, shown)
  const place = 'pick' in placed ? Number(placed.pick) : undefined
  const result = await (place === undefined
    ? writer.change(row.scope, plan, SETTLING)
    : judge(writer, sight, row, plan, suspects[place === 1 ? 1 : 0]))
  const picked = place === undefined ? undefined : suspects[place - 1]
  return {
    ...written(result),
    conflict,
    value: newest(picked?.registers.content ?? [])?.value ?? null,
    said: picked,
  }
}

/**
 * The judgement and what follows from it are handed in together, so that one transaction holds both. What is noted on
 * the loser says nothing without the judgement, so that no harm is done if only one of them can be written.
 */
async function judge(
  writer: Pen,
  sight: Pick<Sight, 'checkWrite'>,
  { id, scope }: DocumentRow,
  plan: Plan,
  loser: DocumentRow,
) {
  sight.checkWrite(loser.scope, SETTLING)
  let isPlanned = false
  const mark: Plan = {
    ...plan,
    plan(view) {
      const planned = plan.plan(view)
      isPlanned = true
      return planned
    },
  }
  const against = judgeAgainst(loser.id, id)
  const consequence: Plan = {
    ...against,
    plan(view) {
      if (!isPlanned) throw new FolkmootError('changed', 'nothing was judged')
      return against.plan(view)
    },
  }
  const [judged, noted] = await Promise.allSettled([
    writer.change(scope, mark, SETTLING),
    writer.change(loser.scope, consequence, SETTLING),
  ])
  if (judged.status === 'rejected') throw judged.reason
  if (noted.status === 'rejected') throw noted.reason
  return judged.value
}
