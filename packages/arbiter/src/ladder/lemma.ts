/** One form for the forms of a word, in English; too little is better than too much, for what is equal counts as the same. */
import { SYNONYMS } from './words/meanings.ts'
import { irregularForms, type VerbForm, verbForm } from './words/verbs.ts'

/** The verb that a word may be a form of. */
export function verbOf(word: string): VerbForm | undefined {
  const known = verbForm(word)
  if (known !== undefined) return known
  if (word.length < 5 || !word.endsWith('ed') || word.endsWith('eed')) return undefined
  const lemma = word.endsWith('ied')
    ? `${word.slice(0, -3)}y`
    : withoutEnding(word.slice(0, -2), word.slice(0, -1))
  return { lemma, past: true }
}

/** The forms of a verb that follow a subject. */
export const formsOf = (lemma: string): readonly string[] =>
  [`${lemma}s`, `${lemma}es`, `${lemma}ed`, `${lemma}d`, ...irregularForms(lemma)].filter(
    form => verbOf(form)?.lemma === lemma || form === `${lemma}s`,
  )

function withoutEnding(bare: string, silent: string): string {
  if (verbForm(bare) !== undefined) return bare
  if (verbForm(silent) !== undefined) return silent
  if (/([bdfgmnprt])\1$/.test(bare)) return bare.slice(0, -1)
  return /(at|iz|is|us|v|c|g|bl|[^a]ir|ur|[^aeo][iu]d)$/.test(bare) ? silent : bare
}

/** `smoking` to `smoke`; undefined if it is no form on -ing. */
export function gerundOf(word: string): string | undefined {
  if (!word.endsWith('ing') || word.length < 6) return undefined
  return verbForm(word)?.lemma ?? withoutEnding(word.slice(0, -3), `${word.slice(0, -3)}e`)
}

/** The singular of a word in small letters, by its ending. */
export function nounOf(word: string): string {
  const known = SYNONYMS.get(word)
  if (known !== undefined) return known
  if (word.length < 4 || !word.endsWith('s') || /(ss|us|is|news)$/.test(word)) return word
  const singular = /(ies)$/.test(word)
    ? `${word.slice(0, -3)}y`
    : /(x|ch|sh|ss)es$/.test(word)
      ? word.slice(0, -2)
      : word.slice(0, -1)
  return SYNONYMS.get(singular) ?? singular
}
