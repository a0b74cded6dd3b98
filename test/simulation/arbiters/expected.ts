/** What a disagreement has come to, by the rules of C5 to C8 alone: nothing here knows how rows are made. */
import { canonicalJson, compareTime, type EntryHash, type Json, suspicionIn } from '@folkmoot/core'
import { isVerdict, type Mark, type Value, type Written } from './written.ts'

export interface Expected {
  /** What stands, sorted. */
  readonly entries: readonly EntryHash[]
  readonly status: 'none' | 'open' | 'deferred' | 'resolved'
  /** The settlement that holds; undefined where any of them may be told of. */
  readonly settledBy?: EntryHash
}

export function expectedOf(written: Written): Expected {
  const { stands, marks } = written
  const given = marks.filter(mark => isVerdict(mark) && stands.some(({ entry }) => entry === mark.entry))
  const holding = given.length < 2 ? undefined : first(given)
  const saidBy = ({ entry }: Mark) => stands.filter(value => value.entry === entry)
  const overruled = holding && given.filter(mark => differ([...saidBy(mark), ...saidBy(holding)]))
  const values = stands.filter(({ entry }) => !overruled?.some(mark => mark.entry === entry))
  const entries = values.map(({ entry }) => entry).sort()
  if (!differ(values)) return { entries, status: 'none' }
  const deferral = first(marks.filter(mark => mark.kind === 'defer' && knows(mark, entries)))
  return { entries, status: deferral === undefined ? 'open' : 'deferred' }
}

/** Of a suspicion: nothing that is said in the note is in dispute, but what the two memories say. */
export function expectedOfSuspicion({ values, stands, marks }: Written): Expected {
  const entries = stands.map(({ entry }) => entry).sort()
  const stated = stands.at(-1)
  if (stated === undefined || suspicionIn(stated.value) === undefined) return { entries, status: 'none' }
  const of = comparedIn(stated)
  const isAbout = (entry: EntryHash) =>
    entry === stated.entry ||
    (of !== null && values.some(one => one.entry === entry && comparedIn(one) === of))
  const judged = marks.filter(({ seen }) => seen.some(isAbout))
  const taken = new Set(marks.flatMap(({ undoes }) => undoes))
  const verdicts = judged.filter(mark => isVerdict(mark) && !taken.has(mark.entry))
  const isUndone = judged.some(({ kind }) => kind === 'undo')
  const put = isUndone ? [] : judged.filter(({ kind }) => kind === 'defer')
  const holding = first(verdicts.length > 0 ? verdicts : put)
  if (holding === undefined) return { entries, status: 'open' }
  const status = holding.kind === 'defer' ? 'deferred' : 'resolved'
  return { entries, status, settledBy: holding.entry }
}

/** C6. Undefined if nobody knew what the others knew, or two people judge differently. */
function first(marks: readonly Mark[]): Mark | undefined {
  const people = marks.filter(({ judge }) => judge === 'person').map(rulingOf)
  if (new Set(people).size > 1) return undefined
  const informed = marks.filter(mark => marks.every(({ seen }) => knows(mark, seen)))
  return [...informed].sort(
    (a, b) =>
      JUDGES.indexOf(a.judge) - JUDGES.indexOf(b.judge) ||
      b.confidence - a.confidence ||
      compareTime(b, a) ||
      (a.entry < b.entry ? -1 : 1),
  )[0]
}

const JUDGES: readonly string[] = ['person', 'model', 'rule']

function rulingOf(mark: Mark): string {
  const { kind, pick, chosen } = mark
  return isVerdict(mark) && chosen !== undefined && chosen !== null
    ? canonicalJson(chosen)
    : canonicalJson([kind, pick])
}

function knows({ seen }: Mark, entries: readonly EntryHash[]): boolean {
  return entries.every(entry => seen.includes(entry))
}

function differ(values: readonly Value[]): boolean {
  return new Set(values.map(({ value, ended }) => canonicalJson([value, ended]))).size > 1
}

function comparedIn({ value }: Value): string | null {
  return suspicionIn(value as Json)?.of?.join() ?? null
}
