/** What keeps two statements apart, whatever their words are. */
import { apart, type Comparison } from './comparison.ts'
import type { Relation, Statement } from './statement.ts'

const DAY_MS = 86_400_000

/** Why two are of different cases; null if nothing says so. Holds for equal texts too. */
export function casesDiffer(a: Statement, b: Statement, pair: Comparison): Relation | null {
  if (windowsAreApart(a, b)) return apart(pair, 'time', 'valid at different times')
  if (pair.a.firstPerson && pair.b.firstPerson && areDifferent(a.agent, b.agent)) {
    return apart(pair, 'subject', 'agents speak of themselves')
  }
  if ((pair.a.relativeDay || pair.b.relativeDay) && saidOnOtherDays(a, b)) {
    return apart(pair, 'time', 'said on different days')
  }
  return null
}

/** Why two that are worded differently cannot be compared. */
export function notComparable(a: Statement, b: Statement, pair: Comparison): Relation | null {
  if (pair.a.long || pair.b.long) return apart(pair, 'text', 'too long to compare')
  if (pair.a.mood !== pair.b.mood) return apart(pair, 'mood', 'not said in the same mood')
  if (areStrangers(a.entities, b.entities)) return apart(pair, 'subject', 'about different entities')
  const often = Math.max(pair.a.negations, pair.b.negations) > 1
  if (often && pair.a.negations !== pair.b.negations) return apart(pair, 'polarity', 'denied more than once')
  return null
}

const windowsAreApart = (a: Statement, b: Statement): boolean =>
  endsBefore(a.validUntil, b.validFrom) || endsBefore(b.validUntil, a.validFrom)

const endsBefore = (end: number | undefined, start: number | undefined): boolean =>
  end !== undefined && start !== undefined && end <= start

const areDifferent = (one: string | undefined, other: string | undefined): boolean =>
  one !== undefined && other !== undefined && one !== other

const saidOnOtherDays = (a: Statement, b: Statement): boolean =>
  a.at !== undefined && b.at !== undefined && Math.floor(a.at / DAY_MS) !== Math.floor(b.at / DAY_MS)

function areStrangers(one: readonly string[] = [], other: readonly string[] = []): boolean {
  const names = new Set(one.map(name => name.toLowerCase()))
  return one.length > 0 && other.length > 0 && !other.some(name => names.has(name.toLowerCase()))
}
