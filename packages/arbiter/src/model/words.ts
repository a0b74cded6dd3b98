/** What a text is made of, for comparing it with others. */
import { FIGURE_NAMES } from './figure-names.ts'

export interface Words {
  /** Addresses of the web and of mail, in lower case. */
  readonly links: ReadonlySet<string>
  /** Numbers and dates, in digits or by name, and whatever else has a digit or a symbol in it, in lower case. */
  readonly figures: ReadonlySet<string>
  /** All other words, in lower case. */
  readonly plain: ReadonlySet<string>
  /** The text itself, folded like them: scripts without spaces have no words to compare. */
  readonly folded: string
}

/**
 * `scheme:...`, `www.`, mail addresses, and names that end like a host's. Every repetition is bounded, so that no text
 * takes long.
 */
const LINK =
  /[a-z][a-z0-9+.-]{0,20}:\/\/[^\s"'<>]+|(?:data|javascript|mailto|tel):\S+|www\.[^\s"'<>]+|[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}.-]{1,253}|(?<![\p{L}\p{N}])[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){0,8}\.\p{L}{2,63}(?:\/[^\s"'<>]*)?/gu

/** A word with its apostrophes, and a number with what divides it: `1,200.50`, `2026-05-31`, `10:30`, `a-17`. */
const WORD = /[\p{L}\p{M}\p{N}\p{S}]+(?:['’]\p{L}+|[.,:/_-](?=[\p{L}\p{N}]*\p{N})[\p{L}\p{M}\p{N}]+)*/gu

/** In compatibility form, so that a full-width or ligature form is the word that it shows. */
export function wordsOf(text: string): Words {
  const folded = text.normalize('NFKC').toLowerCase()
  const links = [...folded.matchAll(LINK)].map(([link]) => link.replace(/[.,;:!?)\]}]+$/, ''))
  const words = [...folded.matchAll(WORD)].map(([word]) => word)
  return {
    links: new Set(links),
    figures: new Set(words.filter(hasFigure)),
    plain: new Set(words.filter(word => !hasFigure(word)).flatMap(apart)),
    folded,
  }
}

export function joinWords(all: readonly Words[]): Words {
  const union = (of: (words: Words) => ReadonlySet<string>) => new Set(all.flatMap(words => [...of(words)]))
  return {
    links: union(({ links }) => links),
    figures: union(({ figures }) => figures),
    plain: union(({ plain }) => plain),
    folded: all.map(({ folded }) => folded).join('\n'),
  }
}

/** Whether `word` is one of `words`, or a form of one: much of a common beginning, and little after it. */
export function hasWord(words: Words, word: string): boolean {
  if (words.plain.has(word) || words.plain.has(word.replace(/['’]s$/, ''))) return true
  if (UNSPACED.test(word)) return words.folded.includes(word)
  return [...words.plain].some(other => isFormOf(word, other))
}

/** `prefers` and `preferred`, but neither `hope` and `hopeless` nor `use` and `useless`. */
const COMMON_SHARE_MIN = 0.65
const COMMON_CHARACTERS_MIN = 4

/** Of short words what follows has to be an ending: `ask`, `asks`, `asked`. */
const SHORT_CHARACTERS_MIN = 3
const ENDINGS: readonly string[] = ['', 's', 'es', 'ed', 'en', 'ing']

function isFormOf(word: string, other: string): boolean {
  // `shouldn't` is no form of `should`.
  if (/['’]/.test(`${word}${other}`)) return false
  const common = commonBeginning(word, other)
  const longer = Math.max(word.length, other.length)
  if (common >= COMMON_CHARACTERS_MIN && common >= COMMON_SHARE_MIN * longer) return true
  return common >= SHORT_CHARACTERS_MIN && [word, other].every(each => ENDINGS.includes(each.slice(common)))
}

function commonBeginning(a: string, b: string): number {
  let i = 0
  while (i < a.length && a[i] === b[i]) i++
  return i
}

const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

/** Runs of scripts without spaces are cut into words by the Unicode rules. */
const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' })

function apart(word: string): readonly string[] {
  if (!UNSPACED.test(word)) return [word]
  return [...segmenter.segment(word)].flatMap(({ segment, isWordLike }) => (isWordLike ? [segment] : []))
}

function hasFigure(word: string): boolean {
  return /[\p{N}\p{S}]/u.test(word) || FIGURE_NAMES.has(word)
}
