/** What a new statement does to what is remembered. */
import type { Decision } from '../judge.ts'
import { read } from './read.ts'
import type { Reading } from './reading.ts'
import { relateRead } from './relate.ts'
import type { Relation, Statement } from './statement.ts'

interface Candidate {
  readonly target: number
  readonly known: Statement
  readonly relation: Relation
}

/** How much surer a word such as `actually` makes it that something is replaced. */
const CORRECTION_BONUS = 0.1

/** Never a target outside `known`. When in doubt it is ADD: what is kept twice can be found, what is lost cannot. */
export function reconcile(statement: Statement, known: readonly Statement[]): Decision {
  const reading = read(statement)
  const candidates = known.map((other, target) => ({
    target,
    known: other,
    relation: relateRead({ statement, reading }, { statement: other, reading: read(other) }),
  }))
  const same = best(candidates.filter(({ relation }) => relation.relation === 'same'))
  if (same !== null) return decision('NOOP', same, 'It is remembered already.', same.relation.score)
  const contrary = best(candidates.filter(({ relation }) => relation.relation === 'contradicts'))
  if (contrary === null)
    return added('Nothing that is remembered speaks against it.', confidenceOfNew(candidates))
  if (isOlder(statement, contrary.known)) return added('What speaks against it was said later.', 0.5)
  return replacing(reading, contrary)
}

function replacing(reading: Reading, contrary: Candidate): Decision {
  const bonus = reading.correcting || reading.ended ? CORRECTION_BONUS : 0
  const confidence = Math.min(1, contrary.relation.score + bonus)
  const ends =
    reading.ended && reading.negative && contrary.relation.evidence.some(({ test }) => test === 'polarity')
  return ends
    ? decision('DELETE', contrary, 'It says that this is no longer so, and nothing in its place.', confidence)
    : decision('UPDATE', contrary, `It says otherwise: ${detailOf(contrary.relation)}.`, confidence)
}

/** The surest; of equals the one said last, and then the first in the list. */
function best(candidates: readonly Candidate[]): Candidate | null {
  return candidates.reduce<Candidate | null>(
    (top, next) => (top === null || isBetter(next, top) ? next : top),
    null,
  )
}

const isBetter = (one: Candidate, other: Candidate): boolean =>
  one.relation.score === other.relation.score
    ? (one.known.at ?? 0) > (other.known.at ?? 0)
    : one.relation.score > other.relation.score

const isOlder = (statement: Statement, known: Statement): boolean =>
  statement.at !== undefined && known.at !== undefined && statement.at < known.at

/** The less it shares with anything, the surer it is new. */
const confidenceOfNew = (candidates: readonly Candidate[]): number =>
  1 - candidates.reduce((most, { relation }) => Math.max(most, relation.score), 0) / 2

const detailOf = ({ evidence }: Relation): string => evidence.map(({ detail }) => detail).join(', ')

const added = (reason: string, confidence: number): Decision => ({
  op: 'ADD',
  target: null,
  reason,
  confidence,
  by: 'ladder',
})

const decision = (
  op: Decision['op'],
  { target }: Candidate,
  reason: string,
  confidence: number,
): Decision => ({
  op,
  target,
  reason,
  confidence,
  by: 'ladder',
})
