/** Two ways to say the same, brought into one order. */
import type { Token } from './token.ts'
import { ATTRIBUTES } from './words/meanings.ts'

/** `Anna's phone number` in the order of `the phone number of Anna`: the owner is at `from` to `at`, the owned to `end`. */
export function ownedFirst(tokens: readonly Token[], from: number, at: number, end: number): Token[] {
  return [...tokens.slice(0, from), ...tokens.slice(at, end), ...tokens.slice(from, at), ...tokens.slice(end)]
}

/** Words between `has` and the attribute: `has the internal address`. */
const REACH = 2

/**
 * Where the attribute of `X has the address 10.0.0.1` is, once `has` at `verbAt` is left out, so that it reads as
 * `the address of X is 10.0.0.1`; null if there is none, or nothing follows it.
 */
export function attributeAfter(tokens: readonly Token[], verbAt: number): number | null {
  const first = tokens.findIndex(({ key }, i) => i > verbAt && i <= verbAt + REACH && ATTRIBUTES.has(key))
  if (first < 0) return null
  const at = ATTRIBUTES.has(tokens[first + 1]?.key ?? '') ? first + 1 : first
  return at === tokens.length - 1 ? null : at
}
