/** The rung for another name in one place of one sentence: `is stored in Redis`, `is stored in Kafka`. */
import { type Comparison, found, type Step } from './comparison.ts'
import type { Leftover } from './difference.ts'
import { verbOf } from './lemma.ts'
import type { Reading } from './reading.ts'
import { areRivals, REGIONS } from './words/meanings.ts'
import { wordSet } from './words/table.ts'
import { MANY_VALUED } from './words/verbs.ts'

export const slotDiffers: Step = pair => {
  const { a, b, onlyA, onlyB, sameSubject, sameTense } = pair
  if (!sameSubject || !sameTense || a.verb !== b.verb || a.negative || b.negative) return null
  const [one, other] = [placeOf(a, onlyA), placeOf(b, onlyB)]
  if (one === null || one !== other || !(areAlike(onlyA, onlyB) || areOfOnePlace(pair, one))) return null
  return isOneValued(pair) ? found('contradicts', 0.7, 'attribute', 'value in one place differs') : null
}

/** Words of a name. */
const NAME_WORDS_MAX = 3

/** The small word before what is left, if that is one name after the verb; null if it is not. */
function placeOf({ tokens, verbAt }: Reading, left: readonly Leftover[]): string | null {
  const first = left[0]
  if (first === undefined || left.length > NAME_WORDS_MAX || first.at <= (verbAt ?? 0)) return null
  if (left.some(({ at, token }, i) => at !== first.at + i || token.value !== null || token.character))
    return null
  if (tokens.some(({ key }) => key === 'and' || key === 'or')) return null
  const before = tokens[first.at - 1]?.key ?? ''
  return first.token.preposition ?? (LINKING.has(before) ? before : null)
}

const LINKING = wordSet('by with to from into through via as under over')

/** `is merged by the author`, `works as a nurse`: nouns that are no names. */
function areOfOnePlace({ a, onlyA, onlyB }: Comparison, place: string): boolean {
  if (onlyA.length !== 1 || onlyB.length !== 1) return false
  return (place === 'by' && doneTo(a) !== null) || (place === 'as' && a.verb === 'work')
}

/** Two names, or two of a sort; a city is in a country. */
function areAlike(onlyA: readonly Leftover[], onlyB: readonly Leftover[]): boolean {
  const [one, other] = [onlyA[0]?.token, onlyB[0]?.token]
  if (one === undefined || other === undefined) return false
  if (onlyA.length === 1 && onlyB.length === 1 && areRivals(one.key, other.key)) return true
  const named = [...onlyA, ...onlyB].every(({ token: { key, proper } }) => proper || IDENTIFIER.test(key))
  return named && REGIONS.has(one.key) === REGIONS.has(other.key)
}

const IDENTIFIER = /[\p{L}\p{N}][._/:-][\p{L}\p{N}]/u

/** What is done to a thing is mostly done in one place, by one, with one; of verbs in the active voice that is rare. */
function isOneValued({ a, onlyA, onlyB }: Comparison): boolean {
  if (areRivals(onlyA[0]?.token.key ?? '', onlyB[0]?.token.key ?? '') && onlyA[0]?.token.preposition === 'in')
    return IN_ONE.has(a.verb ?? '') && !isDoneToMany(a)
  const participle = doneTo(a)
  if (participle !== null)
    return (!MANY_VALUED.has(participle) || DONE_ONCE.has(participle)) && !MANY_DONE.has(participle)
  if (a.verb === 'work') return onlyA[0]?.token.preposition === 'as'
  return PLACED.has(a.verb ?? a.tokens[0]?.key ?? '') || PLACED.has(a.tokens[1]?.key ?? '')
}

/** Who does one of these may do it to many; to each it is done once. */
const DONE_ONCE = wordSet('store own manage fix order serve')

/** The verb of what is done to the subject; null if nothing is. */
function doneTo({ passive, verb, verbAt, tokens }: Reading): string | null {
  if (passive) return verb
  const done = tokens[verbAt ?? 0]?.key ?? ''
  if (verb === 'be' && done === 'done') return 'do'
  const form = verb === 'be' ? verbOf(done) : undefined
  return form?.past && form.lemma !== 'be' ? form.lemma : null
}

/** `is translated into German`: and into others too. */
export const isDoneToMany = (reading: Reading): boolean => MANY_DONE.has(doneTo(reading) ?? '')

/** Verbs of which a thing is done in several places, by several people, or with several things. */
const MANY_DONE = wordSet(`
  test send see discuss mention translate play show list document interest involve affect help surround cover connect
  link relate compare tag label sponsor invite join ask call contact inform notify copy distribute certify experience
  skill fascinate trust fund back inspire worry review integrate prepare need want require give hold present perform
  record film observe find detect report log measure
`)

/** What is shown or written is so in one language, currency or format. */
const IN_ONE = wordSet(
  'be show display report reply answer bill invoice quote charge price publish render list',
)

/** Verbs in the active voice whose subject has one of it. */
const PLACED = wordSet(
  'run listen deploy default point resolve redirect originate derive inherit bill authenticate compile',
)
