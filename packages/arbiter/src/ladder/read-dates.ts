/** Dates, months, quarters, years and weekdays, in the ways that people write them. */
import { isUnit, type ReadValue, smallNumber, textAt } from './pieces.ts'
import { type Day, valued } from './token.ts'
import type { Raw } from './tokenise.ts'
import { monthOf, ORDINAL_WORDS, weekdayOf } from './words/measures.ts'

function dayToken(day: Partial<Day>, taken: number): ReadValue {
  const whole: Day = { type: 'day', year: null, month: null, day: null, quarter: null, ...day }
  const key = `day ${whole.year ?? '-'} ${whole.quarter ?? '-'} ${whole.month ?? '-'} ${whole.day ?? '-'}`
  return { token: valued(key, whole), taken }
}

/** The date that begins at piece `i`, or null. */
export function readDate(raws: readonly Raw[], i: number): ReadValue | null {
  const raw = raws[i]
  if (raw === undefined) return null
  if (raw.sort === 'date') {
    const [year = null, month = null, day = null] = raw.text.split('-').map(Number)
    return dayToken({ year, month, day }, 1)
  }
  const weekday = raw.sort === 'word' ? weekdayOf(raw.text) : undefined
  if (weekday !== undefined && (raw.text.length > 3 || raw.capital)) {
    const type = weekday.endsWith('s') ? 'weekdays' : 'weekday'
    return { token: valued(`${type} ${weekday}`, { type }), taken: 1 }
  }
  return readDayFirst(raws, i) ?? readMonthFirst(raws, i) ?? readQuarter(raws, i) ?? readYear(raws, i)
}

/** `3 May 2024`, `3. Mai`, `the 3rd of May`. */
function readDayFirst(raws: readonly Raw[], i: number): ReadValue | null {
  const day = smallNumber(raws[i], 31)
  if (day === null) return null
  let at = i + 1
  if (raws[at]?.glued && /^(st|nd|rd|th|\.)$/.test(textAt(raws, at))) at++
  if (['of', 'de'].includes(textAt(raws, at))) at++
  const month = monthAt(raws, at)
  if (month === undefined) return null
  at++
  if (['de', ','].includes(textAt(raws, at)) && yearAt(raws, at + 1) !== null) at++
  const year = yearAt(raws, at)
  return dayToken({ day, month, year }, at - i + (year === null ? 0 : 1))
}

/** `May 3rd, 2024`, `May 2024`, `May`. */
function readMonthFirst(raws: readonly Raw[], i: number): ReadValue | null {
  const month = monthAt(raws, i)
  if (month === undefined) return null
  let at = i + 1
  const day = smallNumber(raws[at], 31)
  if (day !== null) at++
  if (day !== null && raws[at]?.glued && /^(st|nd|rd|th)$/.test(textAt(raws, at))) at++
  const comma = textAt(raws, at) === ',' && yearAt(raws, at + 1) !== null ? 1 : 0
  const year = yearAt(raws, at + comma)
  return dayToken({ month, day, year }, at - i + (year === null ? 0 : comma + 1))
}

/** `Q3 2025`, `the first quarter`. */
function readQuarter(raws: readonly Raw[], i: number): ReadValue | null {
  const short = /^q([1-4])$/.exec(textAt(raws, i))
  const spelt = textAt(raws, i + 1) === 'quarter' ? ORDINAL_WORDS.get(textAt(raws, i)) : undefined
  const quarter = short === null ? spelt : Number(short[1])
  if (quarter === undefined) return null
  const taken = short === null ? 2 : 1
  const year = yearAt(raws, i + taken)
  return dayToken({ quarter, year }, taken + (year === null ? 0 : 1))
}

/** A number of four digits is a year after one of these only. */
function readYear(raws: readonly Raw[], i: number): ReadValue | null {
  const year = yearAt(raws, i)
  const announced = /^(in|since|until|till|from|by|of|before|after|year|seit|bis|desde|depuis|en)$/
  return year !== null && announced.test(textAt(raws, i - 1)) && !isUnit(raws, i + 1)
    ? dayToken({ year }, 1)
    : null
}

/** A name, at the start and before a word. */
const FIRST_NAMES = /^(jan|may|april|june|august|mar)$/

/** May and March are also other words: those are written small. */
function monthAt(raws: readonly Raw[], i: number): number | undefined {
  const raw = raws[i]
  if (raw === undefined || raw.sort !== 'word') return undefined
  if (i === 0 && FIRST_NAMES.test(raw.text) && raws[1]?.sort === 'word') return undefined
  return /^(may|march|mar|sept?|dec|jan)$/.test(raw.text) && !raw.capital ? undefined : monthOf(raw.text)
}

function yearAt(raws: readonly Raw[], i: number): number | null {
  const year = smallNumber(raws[i], 2200)
  return year !== null && year >= 1800 ? year : null
}
