/** Numbers with their units: measures, money, percentages, counts and how often. */
import { isOrdinal, type ReadValue, textAt } from './pieces.ts'
import { valued } from './token.ts'
import type { Raw } from './tokenise.ts'
import { HEDGES } from './words/function-words.ts'
import { CURRENCY_SIGNS, NUMBER_WORDS, ORDINAL_WORDS, SUFFIXES, UNITS, type Unit } from './words/measures.ts'

/** The quantity that begins at piece `i`, or null. */
export function readQuantity(raws: readonly Raw[], i: number): ReadValue | null {
  const periodic = PERIODIC.get(textAt(raws, i))
  if (periodic !== undefined) return quantity(raws, i, FREQUENCY, DAY_MS / periodic, 1)
  const often = ['once', 'twice', 'thrice'].indexOf(textAt(raws, i))
  if (often >= 0) return perTime(raws, i, often + 1, 1)
  if (textAt(raws, i) === 'every') return everyTime(raws, i)
  const place = ORDINAL_WORDS.get(textAt(raws, i))
  if (place !== undefined && textAt(raws, i - 1) !== 'per') return quantity(raws, i, ORDINAL, place, 1)
  const currency = CURRENCY_SIGNS.has(textAt(raws, i)) ? UNITS.get(textAt(raws, i)) : undefined
  let at = currency === undefined ? i : i + 1
  const sign = textAt(raws, at) === '-' && !raws[at]?.glued && raws[at + 1]?.glued ? -1 : 1
  if (sign < 0) at++
  const read = amountAt(raws, at, currency !== undefined)
  if (read === null) return null
  at += read.taken
  if (isOrdinal(raws[at])) return quantity(raws, i, ORDINAL, read.amount, at + 1 - i)
  const unit = currency ?? unitAfter(raws, at)
  if (unit?.dimension === 'times') return perTime(raws, i, read.amount, at + 1 - i)
  if (unit === undefined) return quantity(raws, i, COUNT, sign * read.amount, at - i)
  return quantity(raws, i, unit, sign * read.amount, at - i + (currency === undefined ? 1 : 0))
}

const COUNT: Unit = { dimension: 'count', factor: 1 }
const ORDINAL: Unit = { dimension: 'ordinal', factor: 1 }

/** A single letter is a unit if it stands close: `30 s`, but not `30 S`. */
function unitAfter(raws: readonly Raw[], i: number): Unit | undefined {
  const raw = raws[i]
  return raw === undefined || (raw.text.length === 1 && raw.capital && !raw.glued)
    ? undefined
    : UNITS.get(raw.text)
}

/** `every 15 minutes`: so many times a day. */
function everyTime(raws: readonly Raw[], i: number): ReadValue | null {
  const each = amountAt(raws, i + 1, false)
  const period = each === null ? null : periodOf(UNITS.get(textAt(raws, i + 1 + each.taken)))
  if (each === null || period === null || each.amount <= 0) return null
  return quantity(raws, i, FREQUENCY, DAY_MS / (each.amount * period), each.taken + 2)
}

/** `twice a day`: so many a day. */
function perTime(raws: readonly Raw[], i: number, count: number, taken: number): ReadValue {
  const each = /^(a|an|per|each|every|am|pro|al|par)$/.test(textAt(raws, i + taken))
  const period = each ? periodOf(UNITS.get(textAt(raws, i + taken + 1))) : null
  return period === null
    ? quantity(raws, i, { dimension: 'times', factor: 1 }, count, taken)
    : quantity(raws, i, FREQUENCY, (count * DAY_MS) / period, taken + 2)
}

function periodOf(unit: Unit | undefined): number | null {
  if (unit?.dimension === 'time') return unit.factor
  return unit?.dimension === 'month' ? unit.factor * MONTH_MS : null
}

const DAY_MS = 86_400_000
const MONTH_MS = (365.25 / 12) * DAY_MS
const FREQUENCY: Unit = { dimension: 'times a day', factor: 1 }
export const PERIODIC: ReadonlyMap<string, number> = new Map([
  ['hourly', DAY_MS / 24],
  ['daily', DAY_MS],
  ['nightly', DAY_MS],
  ['weekly', 7 * DAY_MS],
  ['monthly', MONTH_MS],
  ['yearly', 12 * MONTH_MS],
])

interface Amount {
  readonly amount: number
  readonly taken: number
}

function amountAt(raws: readonly Raw[], i: number, money: boolean): Amount | null {
  const raw = raws[i]
  if (raw === undefined) return null
  const article = (raw.text === 'a' || raw.text === 'an') && !raw.capital
  const next = raws[i + 1]
  if (article && next !== undefined) {
    const counts = next.text === 'dozen' ? 12 : next.text.length > 2 && UNITS.has(next.text) ? 1 : null
    return counts === null ? null : { amount: counts, taken: counts === 12 ? 2 : 1 }
  }
  const spelt = raw.sort === 'word' ? NUMBER_WORDS.get(raw.text) : undefined
  const amount = spelt ?? (raw.sort === 'number' ? numberOf(raw.text) : null)
  if (amount === null || (spelt === 1 && i === 0)) return null
  // A million only with money: else `5m` is a length.
  const suffix =
    next?.text === 'm' && !money && !CURRENCY_SIGNS.has(textAt(raws, i + 2))
      ? undefined
      : SUFFIXES.get(next?.text ?? '')
  return { amount: amount * (suffix ?? 1), taken: suffix === undefined ? 1 : 2 }
}

/** Commas before three digits group them; another comma is a decimal one. */
function numberOf(digits: string): number | null {
  const grouped = /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(digits)
  const amount = Number(grouped ? digits.replaceAll(',', '') : digits.replace(',', '.'))
  return Number.isFinite(amount) ? amount : null
}

function quantity(raws: readonly Raw[], i: number, unit: Unit, count: number, taken: number): ReadValue {
  const amount = round(count * unit.factor)
  const power = unit.dimension === 'bytes' ? Math.round(Math.log2(unit.factor) / 10) : 0
  const decimal = power === 0 ? amount : round(count * 1000 ** power)
  const bound = boundBefore(raws, i)
  const hedged = HEDGES.has(textAt(raws, i - 1))
  const key = `${unit.dimension} ${amount}${bound ?? ''}`
  return {
    token: valued(key, { type: 'quantity', dimension: unit.dimension, amount, decimal, bound, hedged }),
    taken,
  }
}

/** Products of decimal fractions: 0.1 kg is 100000 mg. */
const round = (amount: number): number => (Number.isInteger(amount) ? amount : Number(amount.toPrecision(12)))

function boundBefore(raws: readonly Raw[], i: number): '<' | '>' | null {
  const last = textAt(raws, i - 1)
  const before = textAt(raws, i - 2)
  if (['under', 'below', '<', '≤'].includes(last)) return '<'
  if (['over', 'above', '>', '≥'].includes(last)) return '>'
  const no = textAt(raws, i - 3) === 'no' || textAt(raws, i - 3) === 'not'
  if (last === 'than' && ['less', 'fewer', 'more'].includes(before))
    return (before === 'more') === no ? '<' : '>'
  if (last === 'least' && before === 'at') return '>'
  if ((last === 'most' && before === 'at') || (last === 'to' && before === 'up')) return '<'
  return null
}
