/** Two readings side by side, with what the rungs ask about them. */
import { type Difference, differenceOf, type Leftover } from './difference.ts'
import type { Reading } from './reading.ts'
import type { Evidence, Relation, Rung } from './statement.ts'
import type { Token } from './token.ts'
import { QUALIFIERS } from './words/meanings.ts'

export interface Comparison extends Difference {
  readonly a: Reading
  readonly b: Reading
  /** Both are about the same, as far as one can see. */
  readonly sameSubject: boolean
  /** Neither is of the past, or both are. */
  readonly sameTense: boolean
}

/** Looks at two readings, and either knows how they relate or leaves it to the next one. */
export type Step = (pair: Comparison) => Relation | null

export function comparisonOf(a: Reading, b: Reading): Comparison {
  return { a, b, ...differenceOf(a, b), sameSubject: subjectsMatch(a, b), sameTense: a.past === b.past }
}

/** Without a verb in both, what comes first is the subject. */
function subjectsMatch(a: Reading, b: Reading): boolean {
  if (a.verbAt === null || b.verbAt === null) return a.tokens[0]?.key === b.tokens[0]?.key
  return sameWords(named(subjectOf(a)), named(subjectOf(b)))
}

/** Whom or what it is about, without what makes it a duty or a plan. */
const named = (subject: readonly Token[]): readonly Token[] =>
  MODALS.has(subject.at(-1)?.key ?? '') ? subject.slice(0, -1) : subject

const MODALS = new Set(['must', 'will', 'can', 'may', 'should', 'shall'])

export const subjectOf = ({ tokens, verbAt }: Reading): readonly Token[] => tokens.slice(0, verbAt ?? 1)
export const predicateOf = ({ tokens, verbAt }: Reading): readonly Token[] => tokens.slice(verbAt ?? 1)

export const sameSequence = (one: readonly Token[], other: readonly Token[]): boolean =>
  one.length === other.length && one.every(({ key }, i) => key === other[i]?.key)

export const sameWords = (one: readonly Token[], other: readonly Token[]): boolean =>
  sameSequence(one, other) ||
  (one.length === other.length && sameSequence([...one].sort(byKey), [...other].sort(byKey)))

const byKey = (one: Token, other: Token): number => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0)

/** In the part that says whom or what it is about. */
export const isInSubject = ({ at }: Leftover, { verbAt }: Reading): boolean => at < (verbAt ?? 1)

/** Says where, when or of which case. */
export const isQualifier = ({ token: { key, value } }: Leftover): boolean =>
  QUALIFIERS.has(key) || (value !== null && value.type !== 'quantity' && value.type !== 'code')

export function found(
  relation: Relation['relation'],
  score: number,
  test: Rung,
  detail: string,
  finer: Relation['finer'] = null,
): Relation {
  const evidence: readonly Evidence[] = [{ test, detail }]
  return { relation, finer, score, evidence }
}

export const apart = (pair: Comparison, test: Rung, detail: string): Relation =>
  found('unrelated', pair.overlap, test, detail)
