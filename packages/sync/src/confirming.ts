/** What a peer waits to hear of: that a log is stored here up to some entry. Nothing is said of what it may not hold. */
import { CONFIRMS_MAX } from './limits.ts'
import type { ConfirmItem } from './messages.ts'
import type { Effect, Open, Step, View } from './session-state.ts'

/** Says at once what is stored, and owes the rest. Null: that is more than anybody is owed. */
export function oweAll(state: Open, items: readonly ConfirmItem[], view: View): Step<Open> | null {
  const owed = new Map(state.owed)
  for (const item of items) if (!isStored(item, view)) owed.set(item.log, item.seq)
  if (owed.size > CONFIRMS_MAX) return null
  return [{ ...state, owed }, confirmed(items.filter(item => isStored(item, view)))]
}

/** Says what was owed and is stored by now. */
export function tellStored(state: Open, view: View): Step<Open> {
  const debts = [...state.owed].map(([log, seq]) => ({ log, seq }))
  const stored = debts.filter(item => isStored(item, view))
  if (stored.length === 0) return [state, []]
  const owed = new Map(state.owed)
  for (const { log } of stored) owed.delete(log)
  return [{ ...state, owed }, confirmed(stored)]
}

function isStored({ log, seq }: ConfirmItem, view: View): boolean {
  return (view.position(log)?.seq ?? -1) >= seq
}

function confirmed(items: readonly ConfirmItem[]): readonly Effect[] {
  return items.length === 0 ? [] : [{ kind: 'send', message: { kind: 'confirmed', items } }]
}
