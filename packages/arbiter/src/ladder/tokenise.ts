/** A text cut into words, numbers and signs, in any script. */

export interface Raw {
  /** Case folded. */
  readonly text: string
  readonly capital: boolean
  /** Directly after the one before, with nothing between. */
  readonly glued: boolean
  readonly sort: 'word' | 'number' | 'date' | 'time' | 'code' | 'sign' | 'character'
}

/** Scripts that put no spaces between words: each of their characters stands for itself. */
const SPACELESS =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}'
const LETTER = `[[\\p{L}\\p{M}\\p{N}_]--[${SPACELESS}]]`
const PIECES = [
  '(?:(?:UTC|GMT)[+\\-−]\\d{1,2}(?::\\d{2})?)',
  '(?:\\d{4}-\\d{2}-\\d{2}(?!\\d))',
  '(?:\\d{1,2}:\\d{2}(?![\\d:]))',
  '(?:\\d+(?:[.,]\\d+)*)',
  `(?:[${SPACELESS}])`,
  `(?:${LETTER}+(?:['.\\-][[\\p{L}\\p{M}\\p{N}_]--[${SPACELESS}]]+)*(?:\\+\\+|#)?)`,
  '(?:[\\p{S}\\p{P}])',
]
const SEGMENT = '[\\w\\-]+(?:[.+][\\w\\-]+)*'
/** Addresses and paths are one piece each. */
const ADDRESSES = [
  `(?:${SEGMENT}@${SEGMENT})`,
  `(?:\\w+:\\/\\/${SEGMENT}(?::\\d+)?(?:\\/${SEGMENT})*\\/?)`,
  `(?:(?<![\\w\\/])(?:~|\\.{1,2})?(?:\\/${SEGMENT})+\\/?)`,
  `(?:[\\w\\-]+(?:\\/${SEGMENT}){0,9}\\/[\\w\\-]+\\.\\p{L}\\w*)`,
]
const PLAIN = new RegExp(PIECES.join('|'), 'gv')
const WITH_ADDRESSES = new RegExp([...ADDRESSES, ...PIECES].join('|'), 'gv')

/** Case folding as far as the language offers it: full upper case and back also folds `ß`. */
export const fold = (text: string): string =>
  ASCII.test(text) ? text.toLowerCase() : text.toUpperCase().toLowerCase()

/** One writing for what looks the same: NFKC, and one apostrophe. Both functions below take a text of this form. */
export const compatible = (text: string): string =>
  ASCII.test(text) ? text : text.normalize('NFKC').replace(/[’‘ʼ＇]/g, "'")

const ASCII = /^[\t-~]*$/

/** Two texts with the same outcome are the same text, whoever typed it. A question mark stays: it is not decoration. */
export const normalise = (text: string): string =>
  fold(text)
    .replace(/\s+/g, ' ')
    .replace(/^[\s"“”«»]+/, '')
    .trimEnd()
    .replace(/(?<![\s.!。"“”«»])[\s.!。"“”«»]{1,8}$/, '')

export function tokenise(text: string): readonly Raw[] {
  const raws: Raw[] = []
  let end = -1
  const pieces = ADDRESS_SIGN.test(text) ? WITH_ADDRESSES : PLAIN
  pieces.lastIndex = 0
  for (let match = pieces.exec(text); match !== null; match = pieces.exec(text)) {
    const { 0: surface, index } = match
    for (const piece of unelided(surface)) {
      const folded = fold(piece)
      raws.push({
        text: ELIDED.get(folded) ?? folded,
        capital: folded !== piece && CAPITAL.test(piece),
        glued: index === end,
        sort: sortOf(piece),
      })
    }
    end = index + surface.length
  }
  return raws
}

const ADDRESS_SIGN = /[@/]./

/** French writes small words together with the vowel after them: `n'aime` is two words, and one of them denies. */
const ELISION = /^(?:[cdjlmnst]|qu)'(?=[aeiouyhàâæéèêëîïôûœ]\p{L})/iu
const ELIDED = new Map(
  ['ce', 'de', 'je', 'le', 'me', 'ne', 'se', 'te', 'que'].map(word => [`${word.slice(0, -1)}'`, word]),
)

function unelided(surface: string): readonly string[] {
  const prefix = ELISION.exec(surface)?.[0]
  return prefix === undefined ? [surface] : [prefix, surface.slice(prefix.length)]
}

const CAPITAL = /^\p{Lu}/u
const FIRST_LETTER = new RegExp(`^${LETTER}`, 'v')
const FIRST_SPACELESS = new RegExp(`^[${SPACELESS}]`, 'v')
const ASCII_LETTER = /^[A-Za-z_]/

/** By how the piece begins: each alternative of PIECES begins otherwise. */
function sortOf(surface: string): Raw['sort'] {
  if (ASCII_LETTER.test(surface) || (surface.length > 1 && ADDRESS_SIGN.test(surface))) return 'word'
  if (/^\d/.test(surface)) return numericSort(surface)
  if (FIRST_LETTER.test(surface)) return 'word'
  return FIRST_SPACELESS.test(surface) ? 'character' : 'sign'
}

function numericSort(surface: string): Raw['sort'] {
  if (surface.includes(':')) return 'time'
  if (surface.includes('-')) return 'date'
  return isCode(surface) ? 'code' : 'number'
}

/** Versions, addresses and telephone numbers: what is counted has no leading zero, and fits into a double. */
const isCode = (digits: string): boolean =>
  digits.length > 15 || /^0\d/.test(digits) || /\..*\./.test(digits) || /,\d+\.\d+\./.test(digits)
