/** The rungs for kinds: who has no pets has no cat, and who is a vegetarian eats no beef. */
import { found, type Step, subjectOf } from './comparison.ts'
import type { Reading } from './reading.ts'
import type { Token } from './token.ts'
import { isOfKind, rulesItself } from './words/kinds.ts'

/** A kind is denied, and one of it said. */
export const kindDenied: Step = pair => {
  const { a, b, sameSubject, sameTense } = pair
  if (!sameSubject || !sameTense || a.negative === b.negative) return null
  const [denied, said] = a.negative ? [pair.onlyA, pair.onlyB] : [pair.onlyB, pair.onlyA]
  if (!isOfOneVerb(a, b)) return null
  const kinds = denied.filter(({ token }) => !POSSESSING.has(token.key))
  const kind = kinds.length === 1 ? kinds[0]?.token.key : undefined
  if (kind === undefined || !said.some(({ token }) => isOfKind(token.key, kind))) return null
  return found('contradicts', 0.75, 'polarity', 'a kind is denied')
}

const POSSESSING = new Set(['have', 'own', 'keep'])

/** `has no pets` and `keeps a cat`, but not `walks a dog`. */
const isOfOneVerb = (a: Reading, b: Reading): boolean =>
  a.verb === b.verb || (POSSESSING.has(a.verb ?? '') && POSSESSING.has(b.verb ?? ''))

/** What somebody is rules out what they are said to do. */
export const dispositionDiffers: Step = pair => {
  const { a, b, sameSubject } = pair
  if (!sameSubject || a.negations + b.negations > 0 || a.past || b.past) return null
  return isRuledOut(a, b) || isRuledOut(b, a)
    ? found('contradicts', 0.75, 'attribute', 'ruled out by what it is')
    : null
}

function isRuledOut(is: Reading, does: Reading): boolean {
  if (is.verb !== 'be' || does.verb === null || does.verb === 'be') return false
  const nature = predicate(is)
    .map(({ key }) => key)
    .join(' ')
  const verb = does.verb
  const objects = predicate(does)
  if (objects.some(({ key }) => HEDGING.has(key))) return false
  return objects.some(({ key }) => rulesItself(nature, verb, key)) || rulesItself(nature, verb, '')
}

const HEDGING = new Set([
  'or',
  'only',
  'substitute',
  'plant-based',
  'veggie',
  'vegan',
  'non-alcoholic',
  'alcohol-free',
])

const predicate = (reading: Reading): readonly Token[] => reading.tokens.slice(subjectOf(reading).length)
