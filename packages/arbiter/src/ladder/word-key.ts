import { nounOf } from './lemma.ts'
import type { Raw } from './tokenise.ts'
import type { Tongue } from './words/function-words.ts'
import { UNITS } from './words/measures.ts'

/** What a word counts as. A name is left as it is: Jones is not Jone. */
export function wordKey(raw: Raw, isFirst: boolean, tongue: Tongue): string {
  if (tongue !== 'en' || (raw.capital && !isFirst)) return raw.text
  return raw.capital || UNITS.has(raw.text) ? raw.text : nounOf(raw.text)
}
