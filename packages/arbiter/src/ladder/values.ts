/** The rung for one number, date, time or version that differs, where all else is the same. */
import { apart, type Comparison, found, isInSubject, type Step } from './comparison.ts'
import type { Leftover } from './difference.ts'
import type { Reading } from './reading.ts'
import type { Relation } from './statement.ts'
import type { Day, Quantity, Value } from './token.ts'
import { wordSet } from './words/table.ts'
import { MANY_VALUED, SCHEDULED, STATIVE } from './words/verbs.ts'

/** How far a number may be from one that is said with `about`. */
const HEDGE_SHARE = 0.1

/** One number, date or version that differs, where all else is the same. */
export const valueDiffers: Step = pair => {
  if (timesDiffer(pair)) return found('contradicts', 0.8, 'value', 'times differ')
  const one = onlyValue(pair.onlyA)
  const other = onlyValue(pair.onlyB)
  if (one === null || other === null || one.token.value === null || other.token.value === null) return null
  if (!pair.sameSubject || isInSubject(one, pair.a) || isInSubject(other, pair.b)) return null
  if (pair.a.negative || pair.b.negative) return apart(pair, 'value', 'values denied')
  const finer = finerVersion(pair, one, other) ?? finerOf(one.token.value, other.token.value)
  if (finer !== null) return refinedValue(pair, finer)
  if (wordsBeside(pair.a, pair.onlyA, pair.b) > 0 || wordsBeside(pair.b, pair.onlyB, pair.a) > 0) return null
  if (!pair.sameTense) return apart(pair, 'time', 'tenses differ')
  const kind = kindOf(one.token.value, other.token.value)
  if (kind === null) return apart(pair, 'value', 'values of different kinds')
  if (kind.uncertain) return apart(pair, 'value', `${kind.name} may agree`)
  const single = isSingle(pair.a, one) && isSingle(pair.b, other)
  return single
    ? found('contradicts', 0.85, 'value', `${kind.name} differ`)
    : apart(pair, 'value', `${kind.name} differ, there may be many`)
}

/** `Tuesday at 14:00` and `Thursday at 16:00`. */
function timesDiffer({ a, b, onlyA, onlyB, sameSubject }: Comparison): boolean {
  if (onlyA.length < 2 || onlyA.length !== onlyB.length || !sameSubject || a.past || b.past) return false
  if (a.negative || b.negative) return false
  const isTime = (reading: Reading, { token, at }: Leftover): boolean =>
    /^(weekday|time|day)$/.test(token.value?.type ?? '') &&
    (SCHEDULED.has(reading.verb ?? '') || reading.verb === 'be') &&
    reading.tokens.slice(reading.verbAt ?? 0, at).every(({ value }, i) => value !== null || i === 0)
  return (
    onlyA.every(left => isTime(a, left)) &&
    onlyB.every(left => isTime(b, left)) &&
    onlyA.every(({ token }, i) => token.value?.type === onlyB[i]?.token.value?.type)
  )
}

/** How many words differ as well; a verb does not count where the other one says that it was changed to this value. */
const wordsBeside = (reading: Reading, left: readonly Leftover[], other: Reading): number =>
  left.filter(({ token, at }) => token.value === null && !(isChange(other) && at === reading.verbAt)).length

const isChange = ({ correcting, verb }: Reading): boolean => correcting && verb === 'be'

/** The only value among leftovers; others may be words. */
function onlyValue(left: readonly Leftover[]): Leftover | null {
  const values = left.filter(({ token }) => token.value !== null)
  return values.length === 1 ? (values[0] ?? null) : null
}

/** What else is left must be on the side that says more as well. */
function refinedValue(pair: Comparison, finer: 'a' | 'b'): Relation | null {
  const [fine, coarse] = finer === 'a' ? [pair.onlyA, pair.onlyB] : [pair.onlyB, pair.onlyA]
  if (coarse.length > 1 || fine.length > 4 || !pair.sameTense) return null
  return found('refines', 0.75, 'value', 'value more exact', finer)
}

/** `Postgres 15` and `Postgres 15.6`. */
function finerVersion({ a, b }: Comparison, one: Leftover, other: Leftover): 'a' | 'b' | null {
  if (!isVersion(a, one) || !isVersion(b, other)) return null
  const [version, its] = [one.token, other.token].map(({ key }) => `${key.split(' ').at(-1)}.`)
  if (version === undefined || its === undefined) return null
  return version.startsWith(its) ? 'a' : its.startsWith(version) ? 'b' : null
}

/** A number right after a name, or after the word for it. */
function isVersion({ tokens }: Reading, { token: { value }, at }: Leftover): boolean {
  const before = tokens[at - 1]
  const isPlain =
    value?.type === 'code' || (value?.type === 'quantity' && value.dimension === 'count' && !value.hedged)
  return isPlain && before !== undefined && (before.proper || before.key === 'version')
}

/** Which of two values says what the other says, and more; null if neither does. */
function finerOf(one: Value, other: Value): 'a' | 'b' | null {
  if (one.type === 'day' && other.type === 'day') {
    return isWithin(one, other) ? 'a' : isWithin(other, one) ? 'b' : null
  }
  if (one.type !== 'quantity' || other.type !== 'quantity' || one.dimension !== other.dimension) return null
  if (agrees(one, other)) return 'a'
  return agrees(other, one) ? 'b' : null
}

const isWithin = (fine: Day, coarse: Day): boolean =>
  (['year', 'month', 'day', 'quarter'] as const).every(
    part => coarse[part] === null || coarse[part] === (part === 'quarter' ? quarterOf(fine) : fine[part]),
  )

const quarterOf = ({ quarter, month }: Day): number | null =>
  quarter ?? (month === null ? null : Math.ceil(month / 3))

/** An exact amount is what a vague one says, and more exactly. */
function agrees(exact: Quantity, vague: Quantity): boolean {
  if (exact.hedged || exact.bound !== null) return false
  if (vague.bound !== null) return isInBound(exact.amount, vague)
  return vague.hedged && Math.abs(exact.amount - vague.amount) <= Math.abs(vague.amount) * HEDGE_SHARE
}

const isInBound = (amount: number, { bound, amount: limit }: Quantity): boolean =>
  bound === '<' ? amount <= limit : amount >= limit

export interface Kind {
  readonly name: string
  /** Both may be true for all one can see. */
  readonly uncertain: boolean
}

export function kindOf(one: Value, other: Value): Kind | null {
  if (one.type !== other.type) return null
  if (one.type === 'quantity' && other.type === 'quantity') {
    if (one.dimension !== other.dimension) return null
    const vague =
      (one.bound !== null && other.bound !== null && !boundsExclude(one, other)) ||
      (one.hedged && other.hedged && isNear(one, other))
    return { name: isMeasured(one) ? 'quantities' : 'numbers', uncertain: vague }
  }
  if (one.type === 'day' && other.type === 'day')
    return { name: 'dates', uncertain: !datesExclude(one, other) }
  return { name: one.type === 'code' ? 'versions or codes' : 'times', uncertain: one.type === 'weekdays' }
}

/** `under 5` and `over 7`. */
function boundsExclude(one: Quantity, other: Quantity): boolean {
  const [most, least] = one.bound === '<' ? [one, other] : [other, one]
  return most.bound === '<' && least.bound === '>' && most.amount < least.amount
}

const isNear = (one: Quantity, other: Quantity): boolean =>
  Math.abs(one.amount - other.amount) <=
  2 * HEDGE_SHARE * Math.max(Math.abs(one.amount), Math.abs(other.amount))

/** Some part that both name is not the same: `May` and `3 June`, but not `May` and `2024`. */
const datesExclude = (one: Day, other: Day): boolean =>
  (['year', 'month', 'day'] as const).some(
    part => one[part] !== null && other[part] !== null && one[part] !== other[part],
  ) ||
  (quarterOf(one) !== null && quarterOf(other) !== null && quarterOf(one) !== quarterOf(other))

/** What happens once, so that it has one date. */
const ONCE = wordSet(`
  built hired founded established published released created born introduced
  join graduate marry die retire find establish publish release create hire launch start end introduce sign adopt
`)

/** Whether there is room for one value there. */
function isSingle(reading: Reading, { token, at }: Leftover): boolean {
  const { verb, past, attribute, verbAt, tokens } = reading
  const type = token.value?.type
  const direct = tokens.slice(verbAt ?? 0, at).every(({ value }) => value !== null)
  if (attribute !== null && direct) return true
  if (type === 'day' && ONCE.has(tokens[at - 1]?.key ?? '')) return true
  if (RUNNING.has(verb ?? '') && !past && isVersion(reading, { token, at })) return true
  if (past && !STATIVE.has(verb ?? '')) return false
  if (type === 'quantity' || type === 'code') {
    const counted = type === 'quantity' && (isMeasured(token.value) || hasNounAfter(reading, at))
    return counted || !MANY_VALUED.has(verb ?? '')
  }
  const before = tokens[at - 1]?.key ?? ''
  if (SCHEDULED.has(verb ?? '') || SCHEDULED.has(before) || before === 'until' || before === 'since')
    return true
  return verb === 'be' && direct && (type === 'time' || (verbAt === at && at === tokens.length - 1))
}

/** What has a version runs in one at a time. */
const RUNNING = wordSet('be run use require need')

const isMeasured = (value: Value | null): boolean =>
  value?.type === 'quantity' && value.dimension !== 'count' && value.dimension !== 'ordinal'

const hasNounAfter = ({ tokens }: Reading, at: number): boolean => {
  const next = tokens[at + 1]
  return next !== undefined && next.value === null
}
