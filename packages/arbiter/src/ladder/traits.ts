/** One pass over the pieces of a text that says which readers have anything to look for. */
import { POSSESSIVE } from './prepare.ts'
import type { Raw } from './tokenise.ts'
import { CEILING_CUES } from './words/ceilings.ts'
import { DUTY_CUES } from './words/duties.ts'
import {
  FIRST_PERSON,
  HEARSAY,
  HYPOTHETICAL,
  MARKERS,
  QUESTION_MARKS,
  RELATIVE_DAYS,
  REPORTING,
  type Tongue,
} from './words/function-words.ts'

/** Bits of a text: each says that it has a word of that sort. */
export const TRAIT = {
  relativeDay: 1,
  firstPerson: 2,
  never: 4,
  duty: 8,
  ceiling: 16,
  /** A question, a condition or hearsay, perhaps. */
  mood: 32,
  /** Owns, or is done by somebody. */
  owner: 64,
} as const

const TONGUES = ['en', 'de', 'es', 'fr'] as const satisfies readonly Tongue[]
/** Above the bits of the traits. */
const TONGUE_BITS = { en: 1 << 8, de: 1 << 9, es: 1 << 10, fr: 1 << 11 } as const

const bits = new Map<string, number>()
function mark(words: Iterable<string>, bit: number): void {
  for (const word of words) bits.set(word, (bits.get(word) ?? 0) | bit)
}
mark(RELATIVE_DAYS, TRAIT.relativeDay)
mark(FIRST_PERSON, TRAIT.firstPerson)
mark(['never'], TRAIT.never)
mark(DUTY_CUES, TRAIT.duty)
mark(CEILING_CUES, TRAIT.ceiling)
for (const words of [HYPOTHETICAL, REPORTING, HEARSAY, QUESTION_MARKS]) mark(words, TRAIT.mood)
mark([POSSESSIVE, 'of', 'by'], TRAIT.owner)
for (const tongue of TONGUES) mark(MARKERS[tongue], TONGUE_BITS[tongue])

export interface Traits {
  readonly bits: number
  /** English unless another language has more of its small words. */
  readonly tongue: Tongue
}

export function traitsOf(raws: readonly Raw[]): Traits {
  let all = 0
  let [en, de, es, fr] = [0, 0, 0, 0]
  for (const { text } of raws) {
    const its = bits.get(text)
    if (its === undefined) continue
    all |= its
    if (its & TONGUE_BITS.en) en += 1
    if (its & TONGUE_BITS.de) de += 1
    if (its & TONGUE_BITS.es) es += 1
    if (its & TONGUE_BITS.fr) fr += 1
  }
  const most = Math.max(en, de, es, fr)
  return { bits: all, tongue: en === most ? 'en' : de === most ? 'de' : es === most ? 'es' : 'fr' }
}
