/** The most that there may be of something: `limited to 10 MB`, `may be as large as 25 MB`, `the maximum is 5 MB`. */
import { found, type Step } from './comparison.ts'
import { readValue } from './read-values.ts'
import type { Ceiling } from './reading.ts'
import { stemOf } from './stem.ts'
import type { Raw } from './tokenise.ts'
import { LIMITING } from './words/ceilings.ts'
import { wordSet } from './words/table.ts'

/** `as large as 25 MB`, `no longer than an hour`. */
const SIZED = /^(as|larger|bigger|longer|more|higher)$/
/** Says that it is a limit, and not of what. */
const GENERIC = wordSet(`
  limit limits limited maximum max most up exceed cap capped allow unlimited the a an to of is are be at on in for by
  it there as large many much long high than more no not n't may can must will rate size number length , . = : than
  larger bigger longer higher set configured
`)

/** Null if it is of no such thing, or of more than one. */
export function ceilingOf(raws: readonly Raw[]): Ceiling | null {
  const isUnlimited = raws.some(({ text }) => text === 'unlimited')
  if (!raws.some(({ text }, i) => LIMITING.has(text) || isCueInContext(raws, i))) return null
  let amount = isUnlimited ? Number.POSITIVE_INFINITY : null
  let dimension: string | null = null
  const about: string[] = []
  for (let i = 0; i < raws.length; ) {
    const value = readValue(raws, i)?.token.value
    const raw = raws[i]
    if (value?.type === 'quantity' && amount === null && value.bound !== '>') {
      amount = value.amount
      dimension = value.dimension
    } else if (value !== null && value !== undefined) return null
    else if (raw !== undefined && !GENERIC.has(raw.text)) about.push(stemOf(raw.text))
    i += readValue(raws, i)?.taken ?? 1
  }
  return amount === null || about.length === 0 ? null : { amount, dimension, about: about.sort().join(' ') }
}

/** `at most`, `up to`, `allows 5`, `as large as`, `longer than`. */
function isCueInContext(raws: readonly Raw[], i: number): boolean {
  const text = raws[i]?.text ?? ''
  const next = raws[i + 1]?.text ?? ''
  if (text === 'most') return raws[i - 1]?.text === 'at'
  if (text === 'up') return next === 'to'
  if (/^allows?$/.test(text)) return readValue(raws, i + 1) !== null
  return SIZED.test(text) && (next === 'than' || (text === 'as' && raws[i + 2]?.text === 'as'))
}

export const ceilingsDiffer: Step = ({ a, b }) => {
  const [one, other] = [a.ceiling, b.ceiling]
  if (one === null || other === null || one.about !== other.about || a.past !== b.past) return null
  const comparable = one.dimension === null || other.dimension === null || one.dimension === other.dimension
  return comparable && one.amount !== other.amount
    ? found('contradicts', 0.8, 'value', 'limits differ')
    : null
}
