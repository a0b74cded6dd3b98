/** Rungs for the same in other words, and for more of the same. */
import { apart, found, isInSubject, isQualifier, type Step, sameSequence } from './comparison.ts'
import type { Leftover } from './difference.ts'
import { SHARED_MIN, sameFrame } from './opposites.ts'
import { wordSet } from './words/table.ts'

/** Nothing is left on either side, and the words stand in the same order. */
export const equalWords: Step = pair => {
  const { a, b, onlyA, onlyB } = pair
  if (onlyA.length + onlyB.length > 0 || a.negative !== b.negative || a.tokens.length === 0) return null
  if (!sameSequence(a.tokens, b.tokens) && !sameFrame(a, b) && !differsInUnits(pair)) return null
  if (!pair.sameTense) return apart(pair, 'time', 'tenses differ')
  if (!sameSequence(a.rejected, b.rejected)) return apart(pair, 'overlap', 'something else ruled out')
  if (a.verb !== b.verb || a.passive !== b.passive) return apart(pair, 'overlap', 'said in another way')
  if (a.ended !== b.ended)
    return found('refines', 0.8, 'polarity', 'one says that it was so before', a.ended ? 'a' : 'b')
  if (a.hedged !== b.hedged) {
    return found('refines', 0.8, 'value', 'one is approximate', a.hedged ? 'b' : 'a')
  }
  return found('same', 0.9, 'containment', 'same in other words')
}

const differsInUnits: (pair: Parameters<Step>[0]) => boolean = ({ a, b }) =>
  a.tokens.length === b.tokens.length &&
  a.tokens.every(({ key, value }, i) => key === b.tokens[i]?.key || value?.type === 'quantity')

/** More words that take something back, or leave it open. */
const WEAKENING = wordSet('or only almost than except but will shall can may must should back')

/** One of these alone says another place or direction, not more of the same. */
const PREPOSITIONS = wordSet(
  'under over behind above below beside near before after from to into against by with without outside inside off',
)

export const contained: Step = pair => {
  const { a, b, onlyA, onlyB, shared } = pair
  if ((onlyA.length === 0) === (onlyB.length === 0) || a.negative !== b.negative) return null
  if (shared < SHARED_MIN || !pair.sameTense || a.rejected.length + b.rejected.length > 0) return null
  const [finer, more, reading] = onlyA.length > 0 ? (['a', onlyA, a] as const) : (['b', onlyB, b] as const)
  if (a.tokens[0]?.key !== b.tokens[0]?.key) return apart(pair, 'subject', 'subjects differ')
  if (a.verb !== null && b.verb !== null && a.verb !== b.verb) return null
  if (more.every(({ token }) => PREPOSITIONS.has(token.key))) return null
  if (more.some(weakens) || deniesShared(more)) return null
  if (a.negative && !isAdverbial(more[0])) return apart(pair, 'polarity', 'more of it denied')
  const side = finer === 'a' ? b : a
  if (side.hedged !== reading.hedged && reading.hedged) return null
  const ofSubject = more.some(left => isInSubject(left, reading))
  const score = Math.min(0.9, 0.5 + shared / (2 * reading.tokens.length))
  return found('refines', ofSubject ? score / 2 : score, 'containment', 'one says more', finer)
}

/** A second clause may deny something of its own, but not what is in the other text. */
const deniesShared = (more: readonly Leftover[]): boolean =>
  more.some(({ token }) => token.key === 'not') && !more.some(({ token }) => /^(and|but)$/.test(token.key))

/** Says when or why; what is denied is the same without it. */
const isAdverbial = (left: Leftover | undefined): boolean =>
  left !== undefined &&
  (isQualifier(left) ||
    /^(since|after|before|because|until|during|while|when|due|seit|depuis|desde)$/.test(left.token.key))

const weakens = ({ token }: Leftover): boolean => WEAKENING.has(token.key) || token.character
