/** Holds whoever decided to what may be done without asking anybody. */
import type { Decision } from '@folkmoot/arbiter'
import { type DocumentRow, disagree, type Statement, UsageError } from '@folkmoot/core'
import { latest } from '../suspicions/comparable.ts'
import { LADDER } from './decide.ts'
import type { Decided } from './decision.ts'
import type { Compared } from './known.ts'
import { wouldShorten } from './lifetime.ts'
import { keepable } from './quoting.ts'

/** By rules alone a memory is changed or ended only if they are as sure as of two different numbers or a plain `not`. */
const CHANGES_MIN = 0.85
/** By rules alone nothing is taken for said already but the same text: other words may hold a difference. */
const SAYS_NOTHING_NEW_MIN = 0.95

const BY_KEY = 'its key names this memory: '

export interface Restrained {
  readonly decided: Decided
  /** The memory that the change is made in, unless it is a new one. */
  readonly target: DocumentRow | undefined
}

/** @throws UsageError for a statement under a key that would end before the memory of that key */
export function restrained(decision: Decision, statement: Statement, compared: Compared): Restrained {
  const { rows, keyed } = compared
  const chosen = decision.target === null ? undefined : rows[decision.target]
  const against = decision.op === 'ADD' ? undefined : objection(decision, chosen, statement)
  const op = chosen === undefined || against !== undefined ? 'ADD' : decision.op
  // A key names one memory, whatever the words are.
  const target = op === 'ADD' ? keyed : chosen
  if (op !== 'NOOP' && target !== undefined && wouldShorten(target, statement))
    throw new UsageError(
      `the memory under the key ${JSON.stringify(target.key)} lasts longer than this: leave out when it expires, or do not reconcile`,
    )
  const prefix =
    op !== 'ADD' ? '' : target !== undefined ? BY_KEY : against === undefined ? '' : `${against}: `
  return {
    target,
    decided: {
      op: op === 'ADD' && target !== undefined ? 'UPDATE' : op,
      by: decision.by,
      reason: prefix + keptReason(decision, statement, target, rows),
      confidence: decision.confidence,
      basis: rows.map(({ id }) => id),
      target: target?.id ?? null,
    },
  }
}

/** Why it is not to be done unasked. */
function objection(
  { op, by, confidence }: Decision,
  target: DocumentRow | undefined,
  statement: Statement,
): string | undefined {
  if (target === undefined) return 'it names none of what is known'
  const isByRules = by === LADDER
  if (op === 'NOOP')
    return isByRules && confidence < SAYS_NOTHING_NEW_MIN ? 'kept, since its words are others' : undefined
  if (disagree(target.registers.content ?? [])) return 'kept beside it, since that memory is disputed'
  if (wouldShorten(target, statement)) return 'kept beside it, since that memory lasts longer'
  return isByRules && confidence < CHANGES_MIN ? 'kept beside it, for want of certainty' : undefined
}

/** Rules name kinds of difference; a model may say anything. */
function keptReason(
  { by, reason }: Decision,
  { content, key }: Statement,
  target: DocumentRow | undefined,
  rows: readonly DocumentRow[],
): string {
  if (by === LADDER) return reason
  const known = target === undefined ? [] : [target.key, latest(target, 'content')]
  const own = [key ?? null, content, ...known]
  const others = rows.filter(row => row !== target).flatMap(row => [row.key, latest(row, 'content')])
  return keepable(reason, own, others)
}
