/** What two memories may have in common that makes them worth comparing. */
import type { ScopeAddress } from '@folkmoot/core'

/** What is compared with its neighbours; a statement that nobody has remembered yet has no id. */
export interface Subject {
  readonly scope: ScopeAddress
  readonly text: string
  readonly key: string | null
  readonly entities: readonly string[]
  readonly thread: string | null
}

/** Words of one memory that are looked up. The subject of a note stands in its first sentences. */
export const WORDS_MAX = 32

/** UTF-16 units of a text that are looked into: what a note is about stands at its beginning. */
const READ_MAX = 4000

/** Words that say nothing of what a note is about. A missing one costs time, never a finding: others lead there too. */
const FUNCTION_WORDS = new Set(
  `a an and are as at be been but by did do does for from had has have he her his i if in into is it its me my no not of
  on or our she so than that the their them then there they this to was we were what when which who will with you your`
    .split(/\s+/)
    .filter(word => word !== ''),
)

/** Different words that carry meaning, in the order of the text, then those of key and entities. */
export function contentWords({ text, key, entities }: Subject): readonly string[] {
  const own = wordsIn(text).slice(0, WORDS_MAX)
  const named = [key ?? '', ...entities].flatMap(wordsIn).slice(0, WORDS_MAX)
  return [...new Set([...own, ...named])]
}

/** Keys are paths: `customer/anna/seat` stands beside `customer/anna/meal`. Undefined for a key of one part. */
export function keyPrefix(key: string | null): string | undefined {
  const end = key === null ? -1 : Math.max(key.lastIndexOf('/'), key.lastIndexOf('.'), key.lastIndexOf(':'))
  return key === null || end <= 0 ? undefined : key.slice(0, end)
}

/** Scripts that put no spaces between words: what such texts share are characters. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/gu

function charactersIn(text: string): readonly string[] {
  return [...new Set(text.slice(0, READ_MAX).match(UNSPACED))].slice(0, WORDS_MAX)
}

/** Each as a text of its own kind, so that a word is not taken for a thread. */
export function featuresOf(subject: Subject): readonly string[] {
  const prefix = keyPrefix(subject.key)
  return [
    ...contentWords(subject).map(word => `w ${word}`),
    ...charactersIn(subject.text).map(character => `c ${character}`),
    ...subject.entities.map(entity => `e ${entity}`),
    ...(subject.thread === null ? [] : [`t ${subject.thread}`]),
    ...(prefix === undefined ? [] : [`k ${prefix}`]),
  ]
}

function wordsIn(text: string): readonly string[] {
  const words =
    text
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
  return words.filter(word => !FUNCTION_WORDS.has(word))
}
