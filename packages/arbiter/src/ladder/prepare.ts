/** Pieces of a text made ready to be read: contractions apart, short phrases as the one word that they mean. */
import type { Raw } from './tokenise.ts'
import { PHRASES, type Phrase } from './words/phrases.ts'
import { wordSet } from './words/table.ts'

const CONTRACTED: ReadonlyMap<string, string> = new Map([
  ['ca', 'can'],
  ['wo', 'will'],
  ['sha', 'shall'],
])
const FRENCH_ELISION = /^([nldcsjtm]|qu)'(.+)$/
/** Stands for `'s`: mostly the possessive. */
export const POSSESSIVE = "'s"

export function prepare(raws: readonly Raw[]): readonly Raw[] {
  const pieces: Raw[] = []
  for (const [at, raw] of raws.entries()) {
    if (ARTEFACTS.has(raw.text) && isIdentifier(raws[at + 1])) continue
    if (raw.sort === 'word' && (raw.text.includes("'") || raw.text === 'cannot')) pieces.push(...apart(raw))
    else pieces.push(raw)
  }
  return withPhrases(pieces)
}

/** What an identifier such as `OPS-88` is of; it is of that anyway. */
const ARTEFACTS = wordSet('ticket issue bug task story case incident')
const isIdentifier = (raw: Raw | undefined): boolean => raw?.sort === 'word' && /^\p{L}+-\d+$/u.test(raw.text)

function apart(raw: Raw): readonly Raw[] {
  const { text } = raw
  if (text === 'cannot') return split(raw, 'can', 'not')
  if (text.endsWith("n't")) return split(raw, CONTRACTED.get(text.slice(0, -3)) ?? text.slice(0, -3), "n't")
  if (text.endsWith(POSSESSIVE)) return split(raw, text.slice(0, -2), POSSESSIVE)
  const elided = FRENCH_ELISION.exec(text)
  return elided?.[1] !== undefined && elided[2] !== undefined ? split(raw, `${elided[1]}'`, elided[2]) : [raw]
}

const split = (raw: Raw, one: string, other: string): readonly Raw[] => [
  { ...raw, text: one },
  { ...raw, text: other, capital: false, glued: false },
]

function withPhrases(raws: readonly Raw[]): readonly Raw[] {
  let out: Raw[] | null = null
  for (let i = 0; i < raws.length; ) {
    const raw = raws[i]
    if (raw === undefined) break
    const phrase = raw.sort === 'word' ? phraseAt(raws, i) : undefined
    if (phrase !== undefined) {
      out ??= raws.slice(0, i)
      for (const text of phrase[1]) out.push({ ...raw, text })
    } else out?.push(raw)
    i += phrase?.[0].length ?? 1
  }
  return out ?? raws
}

function phraseAt(raws: readonly Raw[], i: number): Phrase | undefined {
  const bySecond = PHRASES_BY_WORDS.get(raws[i]?.text ?? '')
  if (bySecond === undefined) return undefined
  const phrases = bySecond.get(raws[i + 1]?.text ?? '') ?? bySecond.get('')
  return phrases?.find(([from]) => startsWith(raws, i, from))
}

/** By the first word, and by the second one; that is empty for a phrase of one word. */
const PHRASES_BY_WORDS = new Map<string, Map<string, Phrase[]>>()
for (const phrase of PHRASES) {
  const [first = '', second = ''] = phrase[0]
  const bySecond = PHRASES_BY_WORDS.get(first) ?? new Map<string, Phrase[]>()
  PHRASES_BY_WORDS.set(first, bySecond.set(second, [...(bySecond.get(second) ?? []), phrase]))
}

const startsWith = (raws: readonly Raw[], at: number, words: readonly string[]): boolean =>
  words.every((text, i) => raws[at + i]?.text === text)
