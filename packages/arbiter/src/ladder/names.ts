/** What one thing is called by: `the winner is Ada`, `the config file is main.yaml`. */
import type { Comparison } from './comparison.ts'
import type { Leftover } from './difference.ts'
import type { Reading } from './reading.ts'
import type { Token } from './token.ts'
import { wordSet } from './words/table.ts'

/** One name instead of another one, after `is` or `is called`. */
export function nameDiffers({ a, b, onlyA, onlyB }: Comparison): boolean {
  const head = a.tokens[(a.verbAt ?? 0) - 1]
  if (head === undefined || head.value !== null || a.naming !== b.naming) return false
  if (!a.naming && (head.proper || SEVERAL.has(head.key))) return false
  if (isNaming(a, onlyA, isName) && isNaming(b, onlyB, isName)) return true
  const isPath = isNaming(a, onlyA, isFile) && isNaming(b, onlyB, isFile)
  return isPath && !areNested(onlyA[0]?.token.key ?? '', onlyB[0]?.token.key ?? '')
}

const isNaming = (
  { verb, verbAt, past, preposition, tokens }: Reading,
  left: readonly Leftover[],
  isOfSort: (token: Token) => boolean,
): boolean =>
  verb === 'be' &&
  !past &&
  preposition === null &&
  verbAt !== null &&
  verbAt > 0 &&
  left[0]?.at === verbAt &&
  left.length === tokens.length - verbAt &&
  left.every(({ token }) => token.value === null && isOfSort(token))

const isName = ({ key, proper }: Token): boolean => proper && !DEMONYM.test(key)
const isFile = ({ key }: Token): boolean => FILE.test(key)

/** `main.ts` may be `src/main.ts`. */
const areNested = (one: string, other: string): boolean =>
  one.endsWith(`/${other}`) || other.endsWith(`/${one}`)

/** `German` says what something is like, and is no name. */
const DEMONYM = /(...an|ese|ish)$|^(french|dutch|swiss|greek|czech|thai)$/
const FILE = /[\p{L}\p{N}]?[./_]\p{L}/u
/** Of these somebody may have several, and each is one. */
const SEVERAL = wordSet(`
  user friend colleague brother sister son daughter child neighbour cousin uncle aunt customer client member guest
  partner competitor example option candidate participant student employee reviewer contributor speaker dependency
`)
