/**
 * What stands in a register once the settlements on it are counted in. Automerge keeps every value that no change which
 * knew of it replaced. But two arbiters that settled one disagreement apart leave two values: of those that had in view
 * all that the others had one holds, and the others are overruled. If none had, they disagree, and it shows.
 *
 * A function of the document's content alone, so equal on every node.
 */
import { compareTime } from './hlc.ts'
import { canonicalJson } from './json.ts'
import type { DocumentContent } from './open-document.ts'
import { disagree } from './resolve.ts'
import type { Sibling } from './row.ts'
import type { SettlementMark } from './settlement.ts'

export interface Standing {
  /** Oldest first. */
  readonly siblings: readonly Sibling[]
  readonly marks: readonly SettlementMark[]
  /** Verdicts whose values do not stand, because another one holds. */
  readonly overruled: readonly SettlementMark[]
}

const NO_MARKS: readonly SettlementMark[] = []

export function standingsOf(content: DocumentContent): { readonly [register: string]: Standing } {
  const standings: { [register: string]: Standing } = {}
  for (const [register, siblings] of Object.entries(content.registers)) {
    const marks = content.settlements[register] ?? NO_MARKS
    standings[register] =
      marks.length === 0 ? { siblings, marks, overruled: NO_MARKS } : standingOf(siblings, marks)
  }
  return standings
}

function standingOf(siblings: readonly Sibling[], marks: readonly SettlementMark[]): Standing {
  const verdicts = marks.filter(
    mark => isVerdict(mark) && siblings.some(({ entry }) => entry === mark.by.entry),
  )
  const holding = verdicts.length < 2 ? undefined : prevailing(verdicts)
  if (holding === undefined) return { siblings, marks, overruled: NO_MARKS }
  // Judges who agree corroborate each other, like anybody.
  const heldBy = (mark: SettlementMark) => siblings.filter(({ entry }) => entry === mark.by.entry)
  const overruled = verdicts.filter(mark => disagree([...heldBy(holding), ...heldBy(mark)]))
  return {
    siblings: siblings.filter(({ entry }) => !overruled.some(({ by }) => by.entry === entry)),
    marks,
    overruled,
  }
}

/** Somebody judged, and did not merely state something else. */
export function isVerdict({ kind }: { readonly kind: SettlementMark['kind'] }): boolean {
  return kind === 'pick' || kind === 'value' || kind === 'context'
}

/**
 * The one that knew all that the others knew; of several the first by judge, confidence and time. None, if two people
 * judge differently: nobody but people decides between people.
 */
export function prevailing(marks: readonly SettlementMark[]): SettlementMark | undefined {
  const people = marks.filter(({ judge }) => judge === 'person')
  if (new Set(people.map(ruling)).size > 1) return undefined
  const [first] = marks.filter(mark => marks.every(other => knowsAllOf(mark, other))).sort(byWeight)
  return first
}

function ruling({ kind, pick, chosen }: SettlementMark): string {
  return isVerdict({ kind }) && chosen !== null ? canonicalJson(chosen) : canonicalJson([kind, pick])
}

function knowsAllOf(one: SettlementMark, other: SettlementMark): boolean {
  return other.seen.every(entry => one.seen.includes(entry))
}

const JUDGES: readonly SettlementMark['judge'][] = ['person', 'model', 'rule']

function byWeight(a: SettlementMark, b: SettlementMark): number {
  return (
    JUDGES.indexOf(a.judge) - JUDGES.indexOf(b.judge) ||
    (b.confidence ?? 0) - (a.confidence ?? 0) ||
    compareTime(b.by, a.by) ||
    (a.by.entry < b.by.entry ? -1 : 1)
  )
}
