/** The rung for other words where there is room for one value: who lives in one city does not live in another one. */
import { type Comparison, found, isInSubject, isQualifier, predicateOf, type Step } from './comparison.ts'
import type { Leftover } from './difference.ts'
import { nounOf } from './lemma.ts'
import { nameDiffers } from './names.ts'
import type { Reading } from './reading.ts'
import { isDoneToMany } from './slots.ts'
import { ATTRIBUTES, areExclusive, areRivals, REGIONS, UNIQUE_ROLES } from './words/meanings.ts'
import { UNITS } from './words/measures.ts'
import { wordSet } from './words/table.ts'
import { ONE_VALUED, STATIVE } from './words/verbs.ts'

/** Other words where there is room for one value. */
export const attributeDiffers: Step = pair => {
  const { a, b, onlyA, onlyB } = pair
  if (onlyA.length === 0 || onlyB.length === 0 || a.negative || b.negative) return null
  if (sameRole(pair)) return found('contradicts', 0.75, 'attribute', 'holder of a role differs')
  if (!pair.sameSubject || !isOnePlace(onlyA) || !isOnePlace(onlyB)) return null
  if (onlyA.some(left => isInSubject(left, a)) || onlyB.some(left => isInSubject(left, b))) return null
  if (!pair.sameTense && !a.correcting && !b.correcting) return null
  if ([...onlyA, ...onlyB].some(({ token }) => token.character)) return null
  if (!(a.keyed && b.keyed) && [...onlyA, ...onlyB].some(({ token }) => token.value?.type === 'quantity'))
    return null
  if (isOneValued(pair)) return found('contradicts', 0.8, 'attribute', 'attribute value differs')
  return null
}

/** Words of a value that is exchanged for another one. */
const VALUE_WORDS_MAX = 3

function isOnePlace(left: readonly Leftover[]): boolean {
  const first = left[0]?.at ?? 0
  return left.length <= VALUE_WORDS_MAX && left.every(({ at }, i) => at === first + i)
}

/** `Felix is the lead of X`, `Greta is the lead of X`. */
const sameRole = ({ a, b, onlyA, onlyB, sameTense }: Comparison): boolean =>
  a.uniqueRole &&
  b.uniqueRole &&
  sameTense &&
  !a.past &&
  a.verbAt === onlyA.length &&
  b.verbAt === onlyB.length &&
  [...onlyA, ...onlyB].every(
    ({ at, token }, i) => at === (i < onlyA.length ? i : i - onlyA.length) && token.value === null,
  )

function isOneValued(pair: Comparison): boolean {
  const { a, b, onlyA, onlyB } = pair
  const [one, other] = [onlyA[0]?.token, onlyB[0]?.token]
  if (one === undefined || other === undefined) return false
  const lone = onlyA.length === 1 && onlyB.length === 1
  const qualified = [...onlyA, ...onlyB].some(isQualifier)
  const rivals = lone && areRivals(one.key, other.key)
  if (lone && arePeriods(pair)) return true
  if (rivals && leavesRoomForOne(a) && leavesRoomForOne(b)) return true
  if (lone && areExclusive(one.key, other.key)) return true
  if (a.keyed && b.keyed) return a.attribute !== null && nounOf(a.attribute) === a.attribute
  if (qualified) return false
  if (a.attribute !== null && a.attribute === b.attribute) {
    if (isList(a) || isList(b)) return false
    if (a.preposition === null && b.preposition === null)
      return a.attribute === '' || UNIQUE_ROLES.has(a.attribute) ? one.proper && other.proper : true
  }
  return verbIsOneValued(pair) || headIsOneValued(pair) || nameDiffers(pair)
}

/** `Go and Rust`. */
const isList = (reading: Reading): boolean => predicateOf(reading).some(({ key }) => /^(and|or)$/.test(key))

/** Orders, and the few verbs of which one rival rules out the other. */
function leavesRoomForOne(reading: Reading): boolean {
  const { verb, passive, tokens } = reading
  if (isDoneToMany(reading)) return false
  if (verb === null) return IMPERATIVES.has(tokens[0]?.key ?? '')
  return passive || RIVAL_VERBS.has(verb)
}

const IMPERATIVES = wordSet('use run answer write reply speak call pay send format indent deploy start test')
const RIVAL_VERBS = wordSet('be prefer write go run pay travel')

/** `per second` and `per minute`. */
function arePeriods({ a, b, onlyA, onlyB }: Comparison): boolean {
  const [one, other] = [onlyA[0], onlyB[0]]
  if (one === undefined || other === undefined) return false
  const announced = a.tokens[one.at - 1]?.key === 'per' && b.tokens[other.at - 1]?.key === 'per'
  return announced && UNITS.has(one.token.key) && UNITS.has(other.token.key)
}

function verbIsOneValued({ a, b, onlyA, onlyB }: Comparison): boolean {
  if (a.verb === null || a.verb !== b.verb) return false
  if (a.past && b.past && !STATIVE.has(a.verb) && !a.passive) return false
  if (!isRightAfterVerb(a, onlyA) || !isRightAfterVerb(b, onlyB)) return false
  if (a.verb === 'own') return a.passive && b.passive
  if (a.verb === 'work') return isWorkplace(a, onlyA) && isWorkplace(b, onlyB)
  const places = areOtherPlaces(onlyA, onlyB)
  if (a.verb === 'be') return places && a.preposition === 'in' && b.preposition === 'in'
  const elsewhere = a.preposition !== null && b.preposition !== null && a.preposition !== b.preposition
  return ONE_VALUED.has(a.verb) && !elsewhere && (!PLACING.has(a.verb) || places)
}

function isRightAfterVerb({ verb, verbAt, tokens }: Reading, left: readonly Leftover[]): boolean {
  const own = tokens[verbAt ?? 0]?.key === verb ? 1 : 0
  return left[0]?.at === (verbAt ?? 0) + own
}

const isWorkplace = ({ preposition }: Reading, left: readonly Leftover[]): boolean =>
  WORKPLACE.test(preposition ?? '') && areNames(left)

/** A city is in a country: only two of a sort rule each other out. */
function areOtherPlaces(onlyA: readonly Leftover[], onlyB: readonly Leftover[]): boolean {
  const wide = [onlyA, onlyB].map(left => left.some(({ token }) => REGIONS.has(token.key)))
  const lone = onlyA.length === 1 && onlyB.length === 1 && onlyA[0]?.token.proper === onlyB[0]?.token.proper
  if (lone && (isContainer(onlyA) !== isContainer(onlyB) || isZone(onlyA) !== isZone(onlyB))) return false
  return wide[0] === wide[1] && (lone || (areNames(onlyA) && areNames(onlyB)))
}

/** A drawer is in a room. */
const isContainer = (left: readonly Leftover[]): boolean => CONTAINERS.has(left.at(-1)?.token.key ?? '')
/** `is in UTC` is no place. */
const isZone = (left: readonly Leftover[]): boolean => /^(utc|gmt)/.test(left[0]?.token.key ?? '')
const CONTAINERS = wordSet(
  'drawer box cupboard cabinet shelf bag case folder safe locker fridge wardrobe crate',
)

/** Up to a word such as `as` or `near`, all with a capital letter. */
function areNames(left: readonly Leftover[]): boolean {
  const end = left.findIndex(({ token }) => /^(as|near|with|since|from|and|by|until)$/.test(token.key))
  const name = end < 0 ? left : left.slice(0, end)
  return name.length > 0 && name.every(({ token }) => token.proper)
}

const PLACING = new Set(['bear', 'live', 'base', 'locate', 'headquarter'])
const WORKPLACE = /^(at|for|bei|en|chez)$/

/** `on the Basic plan`, `prefers an aisle seat`: the noun that follows says what there is one of. */
function headIsOneValued({ a, b, onlyA, onlyB }: Comparison): boolean {
  const head = a.tokens[(onlyA.at(-1)?.at ?? 0) + 1]?.key
  if (head === undefined || head !== b.tokens[(onlyB.at(-1)?.at ?? 0) + 1]?.key || a.verb !== b.verb)
    return false
  if (a.verb === 'prefer') return true
  return ATTRIBUTES.has(head) && (a.verb === 'be' || a.verb === 'have')
}
