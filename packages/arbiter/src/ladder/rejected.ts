/** What a statement says is not so: what follows `instead of`, or `, not`. */
import { isIgnored } from './ignored.ts'
import { textAt } from './pieces.ts'
import { readValue } from './read-values.ts'
import { type Token, word } from './token.ts'
import type { Raw } from './tokenise.ts'
import { wordKey } from './word-key.ts'
import type { Tongue } from './words/function-words.ts'

interface Rejected {
  readonly tokens: readonly Token[]
  /** Pieces that it took. */
  readonly taken: number
}

/** From piece `from` up to `end`, or to the end of the clause. */
export function rejectedAt(raws: readonly Raw[], from: number, end: number, tongue: Tongue): Rejected {
  const tokens: Token[] = []
  let i = from
  while (i < end && !CLAUSE_ENDS.has(textAt(raws, i))) {
    const value = readValue(raws, i)
    const raw = raws[i]
    if (value !== null) tokens.push(value.token)
    else if (raw?.sort === 'word' && !isIgnored(raws, i, tongue))
      tokens.push(word(wordKey(raw, i === 0, tongue)))
    i += value?.taken ?? 1
  }
  return { tokens, taken: i - from }
}

const CLAUSE_ENDS = new Set([',', ';', 'and', 'but', 'because', 'for'])
