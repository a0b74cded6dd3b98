import {
  reconcile as climb,
  type Decision,
  type Judge,
  JudgeUnavailableError,
  type Neighbour,
  type Statement,
} from '@folkmoot/arbiter'
import { UsageError } from '@folkmoot/core'

/** How decisions by rules alone are signed; a model that calls itself so is not taken for them. */
export const LADDER = 'ladder'

/** By whom: `true` is the model if there is one that answers, and the ladder otherwise. */
export type ReconcileBy = true | 'ladder' | 'model'

/** Of a model: what an endpoint calls it can be anything. */
const NAME_LENGTH_MAX = 200

export interface Question {
  readonly statement: Statement
  readonly agent: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly known: readonly Known[]
}

/** A memory that the statement is compared with, in the words of both who may decide. */
export interface Known {
  readonly statement: Statement
  readonly neighbour: Neighbour
}

/**
 * What the statement is to what is known. The target is always among the known.
 * @throws UsageError if a model is asked for, and there is none
 * @throws JudgeUnavailableError if nothing but the model will do, and it does not answer
 */
export async function decide(
  by: ReconcileBy,
  question: Question,
  judge: Judge | undefined,
  signal: AbortSignal,
): Promise<Decision> {
  checkJudge(by, judge)
  if (question.known.length === 0) return nothingKnown(question.statement)
  const decided =
    by === 'ladder' || judge === undefined ? byLadder(question) : await byModel(by, question, judge, signal)
  return checked(decided, question.known.length)
}

/** @throws UsageError if nothing but a model will do, and there is none */
export function checkJudge(by: ReconcileBy, judge: Judge | undefined): void {
  if (by === 'model' && judge === undefined)
    throw new UsageError('there is no model to reconcile with: open the node with a judge, or use the ladder')
}

async function byModel(
  by: ReconcileBy,
  question: Question,
  judge: Judge,
  signal: AbortSignal,
): Promise<Decision> {
  const { statement, agent, at, known } = question
  const asked: Neighbour = { key: statement.key ?? null, value: statement.text, agent, at }
  try {
    const neighbours = known.map(({ neighbour }) => neighbour)
    const decision = await judge.reconcile(asked, neighbours, signal)
    return { ...decision, by: decision.by === LADDER ? `model ${LADDER}` : decision.by }
  } catch (error) {
    if (by === 'model' || !(error instanceof JudgeUnavailableError)) throw error
    return byLadder(question)
  }
}

function byLadder({ statement, known }: Question): Decision {
  return climb(
    statement,
    known.map(one => one.statement),
  )
}

function nothingKnown({ key = null }: Statement): Decision {
  return {
    op: 'ADD',
    target: null,
    reason:
      key === null
        ? 'there is nothing to compare it with'
        : 'only the memory of this key is compared, and there is none to compare with',
    confidence: 1,
    by: 'ladder',
  }
}

/** Whoever decides cannot be held to its word: what names no target changes none. */
function checked(said: Decision, count: number): Decision {
  const { op, target } = said
  const decision = { ...said, confidence: share(said.confidence), by: said.by.slice(0, NAME_LENGTH_MAX) }
  if (op === 'ADD') return { ...decision, target: null }
  const isKnown = target !== null && Number.isInteger(target) && target >= 0 && target < count
  return isKnown
    ? decision
    : { ...decision, op: 'ADD', target: null, reason: 'it names none of what is known' }
}

function share(confidence: number): number {
  return confidence >= 0 && confidence <= 1 ? confidence : 0
}
