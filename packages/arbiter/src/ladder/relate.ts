/**
 * How two statements relate, by rules alone: the cheapest first, and the first that knows decides. No rule claims more
 * than it sees; what none knows is `unrelated`. Symmetric, and the same for ever for the same two statements.
 */
import { attributeDiffers } from './attributes.ts'
import { ceilingsDiffer } from './ceilings.ts'
import { claimed } from './claims.ts'
import { apart, comparisonOf, found, type Step } from './comparison.ts'
import { contained, equalWords } from './containment.ts'
import { dutiesDiffer } from './duties.ts'
import { onlyOne, placesDiffer } from './exclusive.ts'
import { casesDiffer, notComparable } from './guards.ts'
import { dispositionDiffers, kindDenied } from './kinds.ts'
import { opposed } from './opposed.ts'
import { denied, reordered, ruledOut } from './opposites.ts'
import { read } from './read.ts'
import type { Reading } from './reading.ts'
import { slotDiffers } from './slots.ts'
import type { Relation, Statement } from './statement.ts'
import { valueDiffers } from './values.ts'

export const relate = (a: Statement, b: Statement): Relation => relateRead(readOnce(a), readOnce(b))

/** Reading takes ten times as long as comparing, and whoever compares one statement compares it with many. */
const readings = new WeakMap<Statement, Reading>()

function readOnce(statement: Statement): Read {
  const known = readings.get(statement)
  if (known !== undefined) return { statement, reading: known }
  const reading = read(statement)
  readings.set(statement, reading)
  return { statement, reading }
}

export interface Read {
  readonly statement: Statement
  readonly reading: Reading
}

export function relateRead(a: Read, b: Read): Relation {
  const pair = comparisonOf(a.reading, b.reading)
  const differ = casesDiffer(a.statement, b.statement, pair)
  if (differ !== null) return differ
  if (a.reading.normal === b.reading.normal) return found('same', 1, 'text', 'same text')
  const barred = notComparable(a.statement, b.statement, pair)
  if (barred !== null) return barred
  for (const step of pair.a.mood === 'plain' ? PLAIN : AGREEING) {
    const relation = step(pair)
    if (relation !== null) return relation
  }
  return apart(pair, 'overlap', pair.sameSubject ? 'nothing in dispute' : 'subjects differ')
}

const PLAIN: readonly Step[] = [
  equalWords,
  claimed,
  reordered,
  ruledOut,
  dutiesDiffer,
  ceilingsDiffer,
  opposed,
  kindDenied,
  denied,
  dispositionDiffers,
  onlyOne,
  placesDiffer,
  valueDiffers,
  attributeDiffers,
  slotDiffers,
  contained,
]

/** Questions, conditions and hearsay may repeat each other. They deny nothing. */
const AGREEING: readonly Step[] = [equalWords, contained]
