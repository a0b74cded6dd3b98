/** The rung for opposites: antonyms, and states that rule each other out. */
import {
  apart,
  type Comparison,
  found,
  isInSubject,
  isQualifier,
  type Step,
  sameSequence,
} from './comparison.ts'
import type { Leftover } from './difference.ts'
import { nounOf } from './lemma.ts'
import type { Reading } from './reading.ts'
import { ATTRIBUTES, areRivals, oppositeOf } from './words/meanings.ts'
import { wordSet } from './words/table.ts'
import { MANY_VALUED } from './words/verbs.ts'

/** `closed` and `open`; with a negation on one side, `not closed` and `open`. */
export const opposed: Step = whole => {
  const pair = withoutQuantifiers(whole)
  const opposite = oppositesIn(pair)
  if (opposite === null) return null
  const { one, other, complement } = opposite
  const { a, b } = pair
  const inSubject = isInSubject(one, a) || isInSubject(other, b)
  if (!isOfOneSubject(pair) || inSubject || !isOfOneTense(pair, one, other))
    return apart(pair, 'antonym', 'opposites of different cases')
  if (!isOfOneCase(pair, one, other)) return apart(pair, 'antonym', 'opposites under different conditions')
  if (a.negative !== b.negative) {
    return complement && pair.onlyA.length + pair.onlyB.length === 2
      ? found('same', 0.8, 'antonym', 'opposite denied')
      : apart(pair, 'antonym', 'contrary denied')
  }
  if (a.negative && !complement) return apart(pair, 'antonym', 'contraries denied')
  if (!isSaidOfSubject(pair, one, other)) return apart(pair, 'antonym', 'of things there may be many of')
  return found('contradicts', 0.85, 'antonym', 'opposites')
}

/** `All tests pass` and `three tests fail`: what holds of all holds of these. */
function withoutQuantifiers(pair: Comparison): Comparison {
  const { a, b, onlyA, onlyB } = pair
  const [one, other] = [quantifierOf(a, onlyA), quantifierOf(b, onlyB)]
  if (one === undefined || other === undefined || ALL.test(one.token.key) === ALL.test(other.token.key))
    return pair
  const sameSubject = sameSequence(a.tokens.slice(1, a.verbAt ?? 1), b.tokens.slice(1, b.verbAt ?? 1))
  return {
    ...pair,
    sameSubject,
    onlyA: onlyA.filter(left => left !== one),
    onlyB: onlyB.filter(left => left !== other),
  }
}

const ALL = /^(all|every|each|both)$/
const quantifierOf = ({ verbAt }: Reading, left: readonly Leftover[]): Leftover | undefined =>
  left.find(
    ({ token: { key, value }, at }) =>
      at === 0 &&
      (verbAt ?? 0) > 1 &&
      (value?.type === 'quantity' || ALL.test(key) || /^(some|several|many|few)$/.test(key)),
  )

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

/** The same subject, or all else in another order: `CI is green on main`, `CI on main is red`. */
const isOfOneSubject = ({ a, b, sameSubject, onlyA, onlyB }: Comparison): boolean =>
  sameSubject || (onlyA.length === 1 && onlyB.length === 1 && a.tokens[0]?.key === b.tokens[0]?.key)

/** What has come to an end stays so: who left does not work there, and what was merged is not open. */
const LASTING = wordSet(`
  leave quit resign retire retired merged finished completed resolved solved fixed shipped delivered settled approved
  rejected declined accepted refused cancelled abandoned paid discontinued
`)

function isOfOneTense({ a, b, sameTense }: Comparison, one: Leftover, other: Leftover): boolean {
  if (sameTense) return true
  // Who left a city may work in it: who left an employer does not work there.
  if (a.preposition === 'in' || b.preposition === 'in') return false
  return LASTING.has((a.past ? one : other).token.key) && !(a.past ? b : a).past
}

/** Nothing else differs, but for what one of them says on top, after its state: `closed for repairs`. */
function isOfOneCase({ a, b, onlyA, onlyB }: Comparison, one: Leftover, other: Leftover): boolean {
  if (onlyA.length === 1 && onlyB.length === 1) return true
  if (onlyA.length > 1 && onlyB.length > 1) return false
  const [more, state, reading] = onlyA.length > 1 ? [onlyA, one, a] : [onlyB, other, b]
  return (
    reading.verb === 'be' &&
    state.at === reading.verbAt &&
    more.every(left => left === state || isOnTop(left, state))
  )
}

const isOnTop = (left: Leftover, state: Leftover): boolean =>
  left.at > state.at &&
  !left.token.proper &&
  !CONDITIONS.has(left.token.key) &&
  (!isQualifier(left) || LASTING.has(state.token.key))

const CONDITIONS = wordSet(
  'before after when while until during without except only than or and but not to with from between every',
)

/** Of what one likes, has or buys there is room for both: `likes small dogs`, `likes large dogs`. */
function isSaidOfSubject({ a, b }: Comparison, one: Leftover, other: Leftover): boolean {
  const isVerb = isVerbOf(a, one) && isVerbOf(b, other)
  const many = isManyValued(a) || isManyValued(b)
  if (a.keyed && b.keyed && a.attribute !== null && nounOf(a.attribute) !== a.attribute) return false
  const attribute = ATTRIBUTES.has(a.tokens[one.at + 1]?.key ?? '')
  return isVerb || !many || attribute || areRivals(one.token.key, other.token.key)
}

const isVerbOf = ({ verb, verbAt }: Reading, { token, at }: Leftover): boolean =>
  at === verbAt && token.key === verb

const isManyValued = ({ verb }: Reading): boolean => MANY_VALUED.has(verb ?? '') || verb === 'have'
