/** Pieces of a text made ready to be read: contractions apart, short phrases as the one word that they mean. */
import type { Raw } from './tokenise.ts'
import { MARKERS, type Tongue } from './words/function-words.ts'
import { PHRASES } from './words/meanings.ts'

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
  for (const raw of raws) {
    if (raw.sort === 'word' && (raw.text.includes("'") || raw.text === 'cannot')) pieces.push(...apart(raw))
    else pieces.push(raw)
  }
  return pieces.some(({ text }) => PHRASES_BY_FIRST.has(text)) ? withPhrases(pieces) : pieces
}

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
  const out: Raw[] = []
  for (let i = 0; i < raws.length; ) {
    const raw = raws[i]
    if (raw === undefined) break
    const phrase =
      raw.sort === 'word'
        ? PHRASES_BY_FIRST.get(raw.text)?.find(([from]) => startsWith(raws, i, from))
        : undefined
    if (phrase === undefined) out.push(raw)
    else for (const text of phrase[1]) out.push({ ...raw, text })
    i += phrase?.[0].length ?? 1
  }
  return out
}

const PHRASES_BY_FIRST = new Map<string, (typeof PHRASES)[number][]>()
for (const phrase of PHRASES) {
  const first = phrase[0][0] ?? ''
  PHRASES_BY_FIRST.set(first, [...(PHRASES_BY_FIRST.get(first) ?? []), phrase])
}

const startsWith = (raws: readonly Raw[], at: number, words: readonly string[]): boolean =>
  words.every((text, i) => raws[at + i]?.text === text)

/** English unless another language has more of its small words. */
export function tongueOf(raws: readonly Raw[]): Tongue {
  const counts = { en: 0, de: 0, es: 0, fr: 0 }
  for (const { text } of raws) for (const tongue of TONGUES_BY_MARKER.get(text) ?? []) counts[tongue] += 1
  return TONGUES.reduce((best, tongue) => (counts[tongue] > counts[best] ? tongue : best))
}

const TONGUES = ['en', 'de', 'es', 'fr'] as const satisfies readonly Tongue[]
const TONGUES_BY_MARKER = new Map<string, Tongue[]>()
for (const tongue of TONGUES) {
  for (const marker of MARKERS[tongue]) {
    TONGUES_BY_MARKER.set(marker, [...(TONGUES_BY_MARKER.get(marker) ?? []), tongue])
  }
}
