import { compareTime } from './hlc.ts'
import type { EntryHash } from './ids.ts'
import type { Sibling } from './row.ts'
import { sortSiblings } from './sibling.ts'

/**
 * What rules weigh in place of values that verdicts put there, each once, oldest first. A rule's verdict brings nothing
 * new: what it went by is weighed again. What a person or a model picked is still its author's, but of the day on which
 * it was picked.
 */
export function statementsOf(siblings: readonly Sibling[]): readonly Sibling[] {
  if (siblings.every(({ verdict }) => verdict === undefined)) return siblings
  const statements = siblings.flatMap(standing => {
    const { verdict, at, tick } = standing
    if (verdict === undefined || verdict.on.length === 0) return [standing]
    return verdict.judge === 'rule' ? verdict.on : verdict.on.map(said => ({ ...said, at, tick }))
  })
  const newest = new Map<EntryHash, Sibling>()
  for (const said of statements) {
    const known = newest.get(said.entry)
    if (known === undefined || compareTime(known, said) < 0) newest.set(said.entry, said)
  }
  return sortSiblings([...newest.values()])
}
