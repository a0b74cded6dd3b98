import {
  type DocumentRow,
  limits,
  type Plan,
  type Provenance,
  remember,
  retract,
  type Statement,
  update,
} from '@folkmoot/core'
import { latest, textOf } from '../suspicions/comparable.ts'
import type { View } from '../view.ts'
import { contentEntries } from './confirmed.ts'
import type { Decided } from './decision.ts'
import { additionsOf, confirm, detailsOf, ifUnchanged, withDecision } from './plans.ts'

/** A reason's bytes, as core has it. */
const REASON_BYTES_MAX = limits.NAME_BYTES_MAX * 4
/** Entries that one change can say it is based on. */
const BASED_ON_MAX = 64

/** The one change that a decision comes to. */
export function planFor(
  view: View,
  statement: Statement,
  decided: Decided,
  target: DocumentRow | undefined,
): Plan {
  const { at } = view.writer
  if (decided.op === 'ADD' || target === undefined) return withDecision(remember(statement, at), decided)
  const why = grounds(statement, decided, target)
  const changed = (plan: Plan) => ifUnchanged(plan, target)
  switch (decided.op) {
    case 'UPDATE':
      return withDecision(changed(update(target.id, statement.content, why)), decided, detailsOf(statement))
    case 'DELETE':
      return withDecision(changed(retract(target.id, why)), decided)
    case 'NOOP':
      return withDecision(changed(confirm(target, at.node, why)), decided, additionsOf(statement.sets))
  }
}

/** What it was decided on; and what was said, where the statement itself is not written. */
function grounds({ why = {}, content }: Statement, { op }: Decided, target: DocumentRow): Provenance {
  const basedOn = [...new Set([...(why.basedOn ?? []), ...contentEntries(target)])].slice(0, BASED_ON_MAX)
  const said = textOf(content)
  const isWritten = op === 'UPDATE' || said === textOf(latest(target, 'content'))
  return { ...(isWritten ? {} : { reason: cut(said) }), ...why, basedOn }
}

/** A UTF-16 unit takes three bytes at most. */
function cut(text: string): string {
  return text.slice(0, REASON_BYTES_MAX / 3).toWellFormed()
}
