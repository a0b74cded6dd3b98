/** A settlement in an entry, as its author wrote it. */
import { type DocumentChange, type EntryHash, type Json, type Op, settlementsIn } from '@folkmoot/core'
import { authorship, type Members } from '../present.ts'
import type { Sight } from '../sight.ts'
import type { CautionAt } from './past-cautions.ts'
import type { Settled, SettlementFacts, Superseded } from './reports.ts'

interface Eyes {
  readonly sight: Sight
  readonly members: Members
}

/** Null if the change settles nothing; of several registers the content comes first. */
export function settlementIn(
  change: DocumentChange,
  eyes: Eyes,
  cautionAt: CautionAt,
  register?: string,
): SettlementFacts | null {
  const found = markIn(change, register)
  if (found === undefined) return null
  const { kind, pick, judge, rule, model, promptHash, confidence, reason, seen } = found.mark
  return {
    ...{ kind, register: found.register, pick, judge, rule, model, promptHash, confidence },
    rationale: reason,
    superseded: seen.map(entry => supersededBy(entry, found.register, eyes, cautionAt)),
  }
}

/** What kind of settlement it is, and of what. Undefined if the change settles nothing. */
export function settledIn(change: DocumentChange): Settled | undefined {
  const found = markIn(change)
  return found && { kind: found.mark.kind, register: found.register }
}

function markIn(change: DocumentChange, register?: string) {
  const marks = settlementsIn([change], () => undefined).filter(
    one => one.register === (register ?? one.register),
  )
  return marks.find(one => one.register === 'content') ?? marks[0]
}

function supersededBy(
  entry: EntryHash,
  register: string,
  { sight, members }: Eyes,
  cautionAt: CautionAt,
): Superseded {
  const stored = sight.entry(entry)
  if (stored === undefined) return { entry, value: null, by: null, caution: null }
  const { node, at } = stored.entry
  const change = sight.changeIn(stored)
  return {
    ...{ entry, value: valueIn(change, register), by: authorship(members, node, at, entry) },
    caution: change === undefined ? null : cautionAt(change),
  }
}

/** What a change put into a register; null if nothing, or a tombstone. */
function valueIn(change: DocumentChange | undefined, register: string): Json {
  if (change?.body.type !== 'change') return null
  const op = change.body.ops.find(([kind, place]: Op) => kind === 'put' && place === register)
  return op?.[0] === 'put' ? op[2] : null
}
