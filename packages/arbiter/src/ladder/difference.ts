/** What two readings share, and what each has alone. */
import type { Reading } from './reading.ts'
import type { Token } from './token.ts'

export interface Leftover {
  readonly token: Token
  /** Its place in its reading. */
  readonly at: number
}

export interface Difference {
  readonly shared: number
  readonly onlyA: readonly Leftover[]
  readonly onlyB: readonly Leftover[]
  /** 0 to 1: twice what is shared by what there is. */
  readonly overlap: number
}

export function differenceOf(a: Reading, b: Reading): Difference {
  const alone = leftovers(a.tokens, b.tokens)
  const other = leftovers(b.tokens, a.tokens)
  const [onlyA, onlyB] = withoutEqualSizes(alone, other)
  const shared = a.tokens.length - onlyA.length
  const spaceless = a.tokens.some(({ character }) => character) || b.tokens.some(({ character }) => character)
  const length = a.tokens.length + b.tokens.length
  const overlap = spaceless
    ? dice(bigrams(a.tokens), bigrams(b.tokens))
    : length === 0
      ? 1
      : (2 * shared) / length
  return { shared, onlyA, onlyB, overlap }
}

/** Those of one list that the other has fewer of: the last ones, where it is a matter of number. */
function leftovers(tokens: readonly Token[], others: readonly Token[]): readonly Leftover[] {
  if (others.length > BITS) return leftoversOfMany(tokens, others)
  const left: Leftover[] = []
  let taken = 0
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]
    if (token === undefined) continue
    let place = 0
    while (place < others.length && (taken & (1 << place) || others[place]?.key !== token.key)) place++
    if (place < others.length) taken |= 1 << place
    else left.push({ token, at })
  }
  return left
}

/** Tokens that one number keeps account of: up to here that is quicker than counting by key. */
const BITS = 31

function leftoversOfMany(tokens: readonly Token[], others: readonly Token[]): readonly Leftover[] {
  const counts = countsOf(others.map(({ key }) => key))
  const left: Leftover[] = []
  for (const [at, token] of tokens.entries()) {
    const count = counts.get(token.key) ?? 0
    if (count > 0) counts.set(token.key, count - 1)
    else left.push({ token, at })
  }
  return left
}

/** 4 GB is 4096 MB to one author, and 4000 MB to another. */
function withoutEqualSizes(
  one: readonly Leftover[],
  other: readonly Leftover[],
): readonly [readonly Leftover[], readonly Leftover[]] {
  if (!one.some(left => decimalSize(left) !== null)) return [one, other]
  const decimals = (list: readonly Leftover[]) => new Set(list.flatMap(left => decimalSize(left) ?? []))
  const inOther = decimals(other)
  const equal = new Set([...decimals(one)].filter(size => inOther.has(size)))
  const differs = (left: Leftover) => !equal.has(decimalSize(left) ?? '')
  return equal.size === 0 ? [one, other] : [one.filter(differs), other.filter(differs)]
}

const decimalSize = ({ token: { value } }: Leftover): string | null =>
  value?.type === 'quantity' && value.dimension === 'bytes' ? `${value.decimal}${value.bound ?? ''}` : null

function countsOf(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}

const bigrams = (tokens: readonly Token[]): readonly string[] =>
  tokens.map(({ key }, i) => `${tokens[i - 1]?.key ?? ''} ${key}`)

function dice(one: readonly string[], other: readonly string[]): number {
  if (one.length + other.length === 0) return 1
  const counts = countsOf(other)
  let shared = 0
  for (const key of one) {
    const count = counts.get(key) ?? 0
    if (count === 0) continue
    counts.set(key, count - 1)
    shared += 1
  }
  return (2 * shared) / (one.length + other.length)
}
