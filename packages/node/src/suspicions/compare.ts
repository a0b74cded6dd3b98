import { type Relation, relate } from '@folkmoot/arbiter'
import type { DocumentRow } from '@folkmoot/core'
import type { View } from '../view.ts'
import { comparable, statementOf, textOf } from './comparable.ts'
import type { Finding, Match } from './finding.ts'
import { neighboursOf, subjectOf } from './neighbours.ts'

/** What comparing asks of a view. */
export type Comparing = Pick<View, 'sight' | 'members' | 'reader'>

/** Compares a memory with those of its scope that may speak of the same. The surest first. */
export function compareWithNeighbours(view: Comparing, row: DocumentRow): readonly Finding[] {
  const nowMs = view.reader.now()
  const content = comparable(row, nowMs)
  if (content === undefined) return []
  return neighboursOf(view.sight, subjectOf(row, textOf(content.value)), nowMs)
    .filter(({ id }) => id !== row.id)
    .flatMap(other => findingOf(view, row, other) ?? [])
    .sort(bySurety)
}

/** How two memories stand to each other; undefined if both can hold, or one of them says nothing now. */
export function findingOf(
  { members, reader }: Comparing,
  a: DocumentRow,
  b: DocumentRow,
): Finding | undefined {
  const rows = a.id < b.id ? ([a, b] as const) : ([b, a] as const)
  const nowMs = reader.now()
  const [one, other] = rows.map(row => {
    const content = comparable(row, nowMs)
    return content && statementOf(row, content, members)
  })
  if (one === undefined || other === undefined || a.scope !== b.scope) return undefined
  return related(relate(one, other), rows)
}

export function related<Row extends Match['rows'][0]>(
  { relation, finer, score, evidence }: Relation,
  rows: Match<Row>['rows'],
): Match<Row> | undefined {
  if (relation === 'unrelated') return undefined
  const place = finer === 'a' ? 0 : finer === 'b' ? 1 : null
  return { relation, rows, finer: relation === 'refines' ? place : null, score, evidence }
}

/** Contradictions first, then what is surest; one order for all nodes. */
export function bySurety(a: Match, b: Match): number {
  return rank(a) - rank(b) || b.score - a.score || (pairOf(a) < pairOf(b) ? -1 : 1)
}

function rank({ relation }: Match): number {
  return relation === 'contradicts' ? 0 : 1
}

function pairOf({ rows }: Match): string {
  return `${rows[0].id}/${rows[1].id}`
}
