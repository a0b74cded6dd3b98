/** What the ladder says of the labelled pairs, counted. */
import { type Relation, relate, type Statement } from '@folkmoot/arbiter'
import { isHeldOut, type Label, type Pair } from './pair.ts'

export const LABELS = ['same', 'refines', 'contradicts', 'unrelated'] as const satisfies readonly Label[]

export interface Score {
  readonly label: Label
  /** Pairs that people labelled so. */
  readonly pairs: number
  /** Of those that the ladder calls so, the share that is; 1 if it calls none so. */
  readonly precision: number
  readonly recall: number
  readonly f1: number
}

export interface Measured {
  readonly pairs: number
  /** Share of pairs that it says right. */
  readonly accuracy: number
  readonly scores: readonly Score[]
  /** Rows are labels of people, columns are what the ladder says, both in the order of LABELS. */
  readonly confusion: readonly (readonly number[])[]
}

export interface Judged {
  readonly pair: Pair
  readonly said: Relation
  readonly heldOut: boolean
}

export const judge = (pairs: readonly Pair[]): readonly Judged[] =>
  pairs.map((pair, place) => ({
    pair,
    said: relate(statementOf(pair[0]), statementOf(pair[1])),
    heldOut: isHeldOut(place),
  }))

export const statementOf = (side: string | Statement): Statement =>
  typeof side === 'string' ? { text: side } : side

export function measure(judged: readonly Judged[]): Measured {
  const confusion = LABELS.map(label =>
    LABELS.map(said => judged.filter(one => one.pair[2] === label && one.said.relation === said).length),
  )
  const right = sum(LABELS.map((_, i) => confusion[i]?.[i] ?? 0))
  return {
    pairs: judged.length,
    accuracy: right / judged.length,
    scores: LABELS.map((label, i) => scoreOf(label, i, confusion)),
    confusion,
  }
}

function scoreOf(label: Label, i: number, confusion: readonly (readonly number[])[]): Score {
  const right = confusion[i]?.[i] ?? 0
  const said = sum(confusion.map(row => row[i] ?? 0))
  const pairs = sum(confusion[i] ?? [])
  const precision = said === 0 ? 1 : right / said
  const recall = pairs === 0 ? 1 : right / pairs
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall)
  return { label, pairs, precision, recall, f1 }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)
