/** Numbers with their units, dates, times and codes, wherever a text has one. */
import { isOrdinal, isUnit, type ReadValue } from './pieces.ts'
import { readDate } from './read-dates.ts'
import { PERIODIC, readQuantity } from './read-quantities.ts'
import { readTime } from './read-times.ts'
import { valued } from './token.ts'
import type { Raw } from './tokenise.ts'
import {
  CURRENCY_SIGNS,
  MONTH_WORDS,
  NUMBER_WORDS,
  ORDINAL_WORDS,
  SUFFIXES,
  WEEKDAY_WORDS,
} from './words/measures.ts'

/** The value that begins at piece `i`, or null. */
export function readValue(raws: readonly Raw[], i: number): ReadValue | null {
  const raw = raws[i]
  if (
    raw === undefined ||
    raw.sort === 'character' ||
    (raw.sort === 'word' && !VALUE_WORDS.has(raw.text) && !isVersion(raw.text))
  )
    return null
  return readDate(raws, i) ?? readTime(raws, i) ?? readCode(raws, i) ?? readQuantity(raws, i)
}

/** Versions, addresses, and digits that letters are stuck to. */
function readCode(raws: readonly Raw[], i: number): ReadValue | null {
  const raw = raws[i]
  if (raw?.sort === 'word' && isVersion(raw.text))
    return { token: valued(`code ${raw.text}`, { type: 'code' }), taken: 1 }
  if (raw === undefined || (raw.sort !== 'code' && raw.sort !== 'number')) return null
  const next = raws[i + 1]
  const stuck =
    next?.glued &&
    next.sort === 'word' &&
    !isUnit(raws, i + 1) &&
    !isOrdinal(next) &&
    !SUFFIXES.has(next.text)
  if (raw.sort === 'number' && !stuck) return null
  const text = stuck ? raw.text + next.text : raw.text
  return { token: valued(`code ${text}`, { type: 'code' }), taken: stuck ? 2 : 1 }
}

/** `v2.3`. */
const isVersion = (text: string): boolean => text.startsWith('v') && /^v\d+(\.\d+)*$/.test(text)

/** Words that a value may begin with. */
const VALUE_WORDS: ReadonlySet<string> = new Set([
  ...MONTH_WORDS,
  ...WEEKDAY_WORDS,
  ...NUMBER_WORDS.keys(),
  ...ORDINAL_WORDS.keys(),
  ...PERIODIC.keys(),
  ...CURRENCY_SIGNS,
  ...['a', 'an', 'every', 'once', 'twice', 'thrice', 'quarter', 'half', 'q1', 'q2', 'q3', 'q4'],
])
