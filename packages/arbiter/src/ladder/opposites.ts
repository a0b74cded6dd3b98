/** Rungs for what is said and denied: negation, antonyms, values that are ruled out, and roles exchanged. */
import {
  apart,
  type Comparison,
  found,
  isInSubject,
  isQualifier,
  predicateOf,
  type Step,
  sameSequence,
  sameWords,
  subjectOf,
} from './comparison.ts'
import type { Leftover } from './difference.ts'
import type { Reading } from './reading.ts'
import { ATTRIBUTES, areRivals, oppositeOf } from './words/meanings.ts'
import { DIRECTED, MANY_VALUED, verbForm } from './words/verbs.ts'

/** Two that share one word only are about nothing in common. */
export const SHARED_MIN = 2

/** `closed` and `open`; with a negation on one side, `not closed` and `open`. */
export const opposed: Step = pair => {
  const opposite = oppositesIn(pair)
  if (opposite === null) return null
  const { one, other, complement } = opposite
  const { a, b, sameSubject, sameTense, onlyA, onlyB } = pair
  const inSubject = isInSubject(one, a) || isInSubject(other, b)
  if (!sameSubject || inSubject || !sameTense) return apart(pair, 'antonym', 'opposites of different cases')
  if (onlyA.length > 1 || onlyB.length > 1)
    return apart(pair, 'antonym', 'opposites under different conditions')
  if (a.negative !== b.negative) {
    return complement
      ? found('same', 0.8, 'antonym', 'opposite denied')
      : apart(pair, 'antonym', 'contrary denied')
  }
  if (a.negative && !complement) return apart(pair, 'antonym', 'contraries denied')
  if (!isSaidOfSubject(pair, one, other)) return apart(pair, 'antonym', 'of things there may be many of')
  return found('contradicts', 0.85, 'antonym', 'opposites')
}

interface Opposites {
  readonly one: Leftover
  readonly other: Leftover
  readonly complement: boolean
}

/** Leftovers that are looked through for opposites: with more, the texts have little in common. */
const LOOKED_THROUGH_MAX = 6

function oppositesIn({ onlyA, onlyB }: Comparison): Opposites | null {
  if (onlyA.length > LOOKED_THROUGH_MAX || onlyB.length > LOOKED_THROUGH_MAX) return null
  for (const one of onlyA) {
    for (const other of onlyB) {
      const opposite = oppositeOf(one.token.key, other.token.key)
      if (opposite !== undefined) return { one, other, ...opposite }
    }
  }
  return null
}

/** Of what one likes, has or buys there is room for both: `likes small dogs`, `likes large dogs`. */
function isSaidOfSubject({ a, b }: Comparison, one: Leftover, other: Leftover): boolean {
  const isVerb = one.at === a.verbAt && other.at === b.verbAt && verbForm(one.token.key) !== undefined
  const many = MANY_VALUED.has(a.verb ?? '') || a.verb === 'have'
  const attribute = ATTRIBUTES.has(a.tokens[one.at + 1]?.key ?? '')
  return isVerb || !many || attribute || areRivals(one.token.key, other.token.key)
}

/** The same, and denied. Less said and denied rules out more said: who is not married is not married to Felix. */
export const denied: Step = pair => {
  const { a, b, onlyA, onlyB, shared } = pair
  if (a.negative === b.negative) return null
  const [negative, positive] = a.negative ? [onlyA, onlyB] : [onlyB, onlyA]
  const saying = a.negative ? b : a
  if (!pair.sameTense) return apart(pair, 'time', 'tenses differ')
  if (!pair.sameSubject || negative.length > 0 || shared < SHARED_MIN)
    return apart(pair, 'polarity', 'different things denied')
  if (positive.length === 0) return found('contradicts', 0.95, 'polarity', 'polarity differs')
  const more = positive.every(left => isMore(left, saying))
  return more
    ? found('contradicts', 0.8, 'polarity', 'polarity differs, one says more')
    : apart(pair, 'polarity', 'denied under other conditions')
}

const isMore = (left: Leftover, of: Reading): boolean =>
  !isQualifier(left) &&
  !left.token.character &&
  !isInSubject(left, of) &&
  left.at >= of.tokens.length - 3 &&
  !/^(only|without|than|or)$/.test(left.token.key)

/** `YAML instead of TOML` and `TOML`; `moved from Tuesday to Thursday` and `on Tuesday`. */
export const ruledOut: Step = pair => rulesOut(pair.a, pair.b, pair) ?? rulesOut(pair.b, pair.a, pair)

function rulesOut(a: Reading, b: Reading, { sameSubject }: Comparison): ReturnType<Step> {
  if (a.rejected.length === 0 || b.rejected.length > 0 || a.negative || b.negative || !sameSubject)
    return null
  const rejected = new Set(a.rejected.map(({ key }) => key))
  const kept = b.tokens.filter(({ key }) => !rejected.has(key))
  const has = new Set(a.tokens.map(({ key }) => key))
  const all =
    b.tokens.length - kept.length === rejected.size &&
    kept.every(({ key }) => has.has(key)) &&
    kept.length > 0
  return all ? found('contradicts', 0.85, 'polarity', 'value ruled out') : null
}

/** The same words in another order: who manages whom, and what is larger than what. */
export const reordered: Step = pair => {
  const { a, b, onlyA, onlyB } = pair
  if (onlyA.length + onlyB.length > 0 || a.negative !== b.negative || sameSequence(a.tokens, b.tokens))
    return null
  if (sameFrame(a, b)) return null
  const exchanged = sameWords(subjectOf(a), predicateOf(b).slice(-subjectOf(a).length))
  if (a.verb !== null && a.verb === b.verb && a.passive !== b.passive && exchanged && !a.negative) {
    return found('same', 0.85, 'order', 'active and passive')
  }
  const directed = DIRECTED.has(a.verb ?? '') || a.tokens.some(({ key }) => key === 'than')
  if (directed && a.verb === b.verb && a.passive === b.passive && exchanged && !pair.sameSubject) {
    return found('contradicts', 0.8, 'order', 'roles exchanged')
  }
  if (
    a.verb === 'prefer' &&
    b.verb === 'prefer' &&
    pair.sameSubject &&
    a.tokens.some(({ key }) => key === 'to')
  ) {
    return found('contradicts', 0.8, 'order', 'preference turned round')
  }
  return apart(pair, 'order', 'same words in another order')
}

/** `X has the address Y` and `the address of X is Y`: the subject's words may be in another order, its value's not. */
export const sameFrame = (a: Reading, b: Reading): boolean =>
  a.verbAt !== null &&
  b.verbAt !== null &&
  a.attribute === b.attribute &&
  a.attribute !== null &&
  a.attribute !== '' &&
  sameWords(subjectOf(a), subjectOf(b)) &&
  sameSequence(predicateOf(a), predicateOf(b))
