/**
 * Decides what a statement is to what is remembered before it is written: something new, a newer version of a memory,
 * the end of one, or nothing but its confirmation. It never looks beyond the statement's scope.
 */
import type { Decision, Judge } from '@folkmoot/arbiter'
import {
  type DocumentRow,
  FolkmootError,
  type ScopeAddress,
  type Statement,
  type WriteResult,
} from '@folkmoot/core'
import type { Written } from '../api.ts'
import type { Basis } from '../beliefs/basis.ts'
import { reconsider } from '../suspicions/reconsider.ts'
import type { View } from '../view.ts'
import type { Remembered } from '../write-options.ts'
import { basisOf } from '../writer.ts'
import { written } from '../written.ts'
import { decide, type ReconcileBy } from './decide.ts'
import type { Decided } from './decision.ts'
import { type Compared, compareKnown } from './known.ts'
import { planFor } from './plan-for.ts'
import { restrained } from './restrained.ts'
import type { Turns } from './turns.ts'

/** How often it is decided anew because the memory in question has changed meanwhile. */
const ATTEMPTS_MAX = 4

export interface Reconciling {
  readonly view: View
  /** Who decides about a scope, if anybody beside the ladder. */
  readonly judgeIn: (scope: ScopeAddress) => Judge | undefined
  /** One statement of a scope at a time: two that say the same see each other. */
  readonly turns: Turns
}

/**
 * @throws FolkmootError forbidden | erased
 * @throws JudgeUnavailableError if nothing but a model will do, and it does not answer
 */
export async function reconcile(
  { view, judgeIn, turns }: Reconciling,
  item: Remembered,
  by: ReconcileBy,
): Promise<Written & { readonly decision: Decided }> {
  const statement = view.writer.statement(item)
  view.sight.checkWrite(statement.scope)
  const { signal = new AbortController().signal } = item
  const basis = basisOf(item, view)
  return turns.take(statement.scope, async () => {
    signal.throwIfAborted()
    basis?.check()
    const { result, decided, target } = await decideAndWrite(view, statement, basis, compared =>
      decide(by, compared.question, judgeIn(statement.scope), signal),
    )
    if (decided.op !== 'NOOP') await noteRelations(view, result.row, target)
    return { ...written(result), ...basis?.told(), decision: decided }
  })
}

interface Carried {
  readonly result: WriteResult
  readonly decided: Decided
  /** As it was before. */
  readonly target: DocumentRow | undefined
}

async function decideAndWrite(
  view: View,
  statement: Statement,
  basis: Basis | undefined,
  ask: (compared: Compared) => Promise<Decision>,
): Promise<Carried> {
  for (let attempt = 1; ; attempt++) {
    const compared = compareKnown(view, statement)
    const isLast = attempt > ATTEMPTS_MAX
    const decision = isLast ? RESTLESS : await ask(compared)
    const { decided, target } = restrained(decision, statement, compared)
    try {
      const plan = planFor(view, statement, decided, target)
      return { result: await view.writer.change(statement.scope, plan, undefined, basis), decided, target }
    } catch (error) {
      if (isLast || !(error instanceof FolkmootError) || error.code !== 'changed') throw error
    }
  }
}

/** When others keep changing what it is compared with, nothing is lost by keeping both. */
const RESTLESS: Decision = {
  op: 'ADD',
  target: null,
  reason: 'what it was compared with kept changing',
  confidence: 0,
  by: 'ladder',
}

/** The statement is written. What could not be noted about it a scan finds. */
async function noteRelations(
  view: View,
  row: DocumentRow | undefined,
  before: DocumentRow | undefined,
): Promise<void> {
  try {
    if (row !== undefined) await reconsider(view, row, before)
  } catch (error) {
    if (!(error instanceof FolkmootError)) throw error
  }
}
