/** Rungs for small words that leave room for one: `only`, and prepositions of place. */
import { type Comparison, found, type Step } from './comparison.ts'
import type { Leftover } from './difference.ts'
import type { Reading } from './reading.ts'
import { areRivals } from './words/meanings.ts'
import { wordSet } from './words/table.ts'

/** `accepts cash only` and `accepts cards`. */
export const onlyOne: Step = pair => {
  const { a, b, onlyA, onlyB, sameSubject, sameTense } = pair
  if (!sameSubject || !sameTense || a.negative || b.negative) return null
  return limitsTo(onlyA, onlyB, a) || limitsTo(onlyB, onlyA, b)
    ? found('contradicts', 0.75, 'attribute', 'only another one')
    : null
}

function limitsTo(limited: readonly Leftover[], others: readonly Leftover[], { verbAt }: Reading): boolean {
  const [one, next] = limited
  const other = others[0]?.token
  if (limited.length !== 2 || others.length !== 1 || other === undefined) return false
  const said = one?.token.key === 'only' ? next : next?.token.key === 'only' ? one : undefined
  if (said === undefined || one === undefined || next === undefined) return false
  const alike = areRivals(said.token.key, other.key) || (said.token.proper && other.proper)
  return alike && next.at - one.at === 1 && one.at > (verbAt ?? 0)
}

/** Places that exclude being in or on what is named. */
const ELSEWHERE = wordSet('under behind below beneath beside outside above')

/** `on the desk` and `under the desk`. */
export const placesDiffer: Step = pair =>
  isElsewhere(pair, pair.a, pair.onlyA, pair.b, pair.onlyB) ||
  isElsewhere(pair, pair.b, pair.onlyB, pair.a, pair.onlyA)
    ? found('contradicts', 0.75, 'attribute', 'places differ')
    : null

function isElsewhere(
  { sameSubject, sameTense }: Comparison,
  there: Reading,
  more: readonly Leftover[],
  here: Reading,
  less: readonly Leftover[],
): boolean {
  if (!sameSubject || !sameTense || there.negative || here.negative || less.length > 0 || more.length !== 1)
    return false
  const at = more[0]?.at
  const isPlaced = there.verb === 'be' && here.verb === 'be' && at === there.verbAt
  return isPlaced && ELSEWHERE.has(more[0]?.token.key ?? '') && /^(in|on|at)$/.test(here.preposition ?? '')
}
