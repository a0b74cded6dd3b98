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
import type { Token } from './token.ts'
import { wordSet } from './words/table.ts'
import { DIRECTED } from './words/verbs.ts'

/** Two that share one word only are about nothing in common. */
export const SHARED_MIN = 2

/** The same, and denied. Less said and denied rules out more said: who is not married is not married to Felix. */
export const denied: Step = pair => {
  const { a, b, onlyA, onlyB, shared } = pair
  if (a.negative === b.negative) return null
  const [negative, positive] = a.negative ? [onlyA, onlyB] : [onlyB, onlyA]
  const saying = a.negative ? b : a
  const negating = a.negative ? a : b
  if (!pair.sameTense && !(negating.never && saying.past)) return apart(pair, 'time', 'tenses differ')
  if (!(pair.sameSubject || isOfNone(pair)) || negative.length > 0 || shared < SHARED_MIN)
    return apart(pair, 'polarity', 'different things denied')
  if (positive.length === 0) return found('contradicts', 0.95, 'polarity', 'polarity differs')
  const more = positive.every(
    left => isMore(left, saying, negating.never) || (negating.universal && isMoreOfSubject(left, saying)),
  )
  return more
    ? found('contradicts', 0.8, 'polarity', 'polarity differs, one says more')
    : apart(pair, 'polarity', 'denied under other conditions')
}

/** What holds of none holds not of this one either. */
const isMoreOfSubject = (left: Leftover, of: Reading): boolean =>
  isInSubject(left, of) && !left.token.character

/** `No X failed` and `the X of Monday failed`. */
const isOfNone = ({ a, b }: Comparison): boolean => {
  const [negating, saying] = a.negative ? [a, b] : [b, a]
  const subject = new Set(subjectOf(saying).map(({ key }) => key))
  return (
    negating.universal && negating.verbAt !== null && subjectOf(negating).every(({ key }) => subject.has(key))
  )
}

const isMore = (left: Leftover, of: Reading, never: boolean): boolean =>
  (never || !isQualifier(left)) &&
  !left.token.character &&
  !isInSubject(left, of) &&
  left.at >= of.tokens.length - 3 &&
  !/^(only|without|than|or)$/.test(left.token.key)

/** `YAML instead of TOML` and `TOML`; `moved from Tuesday to Thursday` and `on Tuesday`. */
export const ruledOut: Step = pair => rulesOut(pair.a, pair.b, pair) ?? rulesOut(pair.b, pair.a, pair)

/** Verbs that say no more than that it is so, and who decides. */
const LIGHT = wordSet(
  'we be use choose decide build want ask have live run set go prefer will should must can need to',
)

function rulesOut(a: Reading, b: Reading, { sameSubject }: Comparison): ReturnType<Step> {
  if (a.rejected.length === 0 || b.rejected.length > 0 || a.negative || b.negative) return null
  const rejected = new Set(a.rejected.map(({ key }) => key))
  const kept = b.tokens.filter(({ key }) => !rejected.has(key))
  if (b.tokens.length - kept.length !== rejected.size || kept.length === 0) return null
  const has = new Set(a.tokens.map(({ key }) => key))
  const foreign = kept.filter(({ key }) => !has.has(key) && !LIGHT.has(key))
  const shared = kept.filter(({ key }) => has.has(key)).length
  const all = foreign.length === 0 && (sameSubject || shared >= SHARED_MIN)
  return all || (sameSubject && isObject(foreign, b))
    ? found('contradicts', 0.85, 'polarity', 'value ruled out')
    : null
}

/** The object of a light verb: `wants answers in prose`, where the other `wants prose, not tables`. */
const isObject = (foreign: readonly Token[], { verb, verbAt, tokens }: Reading): boolean =>
  foreign.length === 1 && LIGHT.has(verb ?? '') && tokens.indexOf(foreign[0] as Token) > (verbAt ?? 0)

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
