/**
 * Whether a text that a model wrote comes from the evidence. It cannot tell whether the text is true, or whether it
 * says what the evidence says; it keeps out what nobody said.
 */
import { CONDITION_WORDS, CONNECTING_WORDS } from './connecting-words.ts'
import { GROUNDED_WORDS_MIN, WHEN_NEIGHBOUR_WORDS_MAX } from './limits.ts'
import { hasWord, joinWords, type Words, wordsOf } from './words.ts'

/** What is wrong with a merged text, without repeating a word of it; null if nothing is. */
export function mergeFault(text: string, candidates: readonly string[]): string | null {
  const said = joinWords(candidates.map(wordsOf))
  const words = wordsOf(text)
  return figuresFault(words, said) ?? contentFault(words, said)
}

/**
 * Likewise for a condition. `dates` are the days that candidates were said on; neighbours give circumstances, but
 * neither figures nor more than a few words.
 */
export function whenFault(
  text: string,
  candidates: readonly string[],
  neighbours: readonly string[],
  dates: readonly string[],
): string | null {
  const said = joinWords(candidates.map(wordsOf))
  const words = wordsOf(text)
  if (words.links.size > 0) return 'a condition holds an address'
  const figures = figuresFault(words, joinWords([said, ...dates.map(wordsOf)]))
  if (figures !== null) return figures
  const around = joinWords(neighbours.map(wordsOf))
  const own = [...words.plain].filter(word => !CONDITION_WORDS.has(word) && !hasWord(said, word))
  const strange = own.filter(word => !hasWord(around, word)).length
  if (strange > 0) return `a condition has ${strange} words that the evidence does not have`
  return own.length > WHEN_NEIGHBOUR_WORDS_MAX ? 'a condition says more than the candidates do' : null
}

function figuresFault(words: Words, said: Words): string | null {
  if ([...words.links].some(link => !said.links.has(link))) return 'it holds an address that no candidate has'
  if ([...words.figures].some(figure => !said.figures.has(figure)))
    return 'it holds a number or a date that no candidate has'
  return null
}

function contentFault({ plain }: Words, said: Words): string | null {
  const content = [...plain].filter(word => !CONNECTING_WORDS.has(word) || said.plain.has(word))
  const known = content.filter(word => hasWord(said, word))
  if (content.length === 0) return 'the merged text says nothing'
  if (known.length >= content.length * GROUNDED_WORDS_MIN) return null
  return `the merged text has ${content.length - known.length} words that no candidate has`
}
