/** What a branch and its node say differently: each is looked at where it is. */
import { type DocumentId, type LogId, type StoredEntry, UsageError } from '@folkmoot/core'
import type { Members } from '../present.ts'
import type { Sight } from '../sight.ts'
import { type Compared, comparedStates, type DiffPage, pageOf, type State } from './diff.ts'
import type { DiffSide, SideReport } from './diff-side.ts'
import type { DiffReport } from './reports.ts'

export interface BranchEyes {
  readonly sight: Sight
  readonly members: Members
  readonly nowMs: number
  /** A branch as the same principal sees it. @throws NotFoundError */
  readonly branchSight: (name: string) => Promise<Sight>
}

export function isBranch(side: DiffSide): side is { readonly branch: string } {
  return side !== 'here' && 'branch' in side
}

/** Looks only at memories that entries are about which the one has and the other lacks. @throws UsageError; NotFoundError */
export async function diffBranch(
  a: DiffSide,
  b: DiffSide,
  page: DiffPage,
  eyes: BranchEyes,
): Promise<DiffReport> {
  const named = [a, b].flatMap(side => (isBranch(side) ? side.branch : []))
  const [name] = named
  if (name === undefined || named.length > 1 || (a !== 'here' && b !== 'here'))
    throw new UsageError('a branch is compared with what is here now: branch:NAME and here')
  const sights = { here: eyes.sight, branch: await eyes.branchSight(name) }
  const [inA, inB] = a === 'here' ? [sights.here, sights.branch] : [sights.branch, sights.here]
  const documents = documentsApart(inA, inB).filter(id => page.after === undefined || id > page.after)
  const compared = await pageOf(documents.sort(), page.limit, id => compare(id, inA, inB, page, eyes))
  const told = (side: DiffSide): SideReport => (side === 'here' ? { kind: 'here' } : { kind: 'branch', name })
  return { a: told(a), b: told(b), ...compared }
}

/** Each has begun as a copy, or as the original: what is in both is the same. */
function documentsApart(one: Sight, other: Sight): DocumentId[] {
  return [...new Set([...documentsOnlyIn(one, other), ...documentsOnlyIn(other, one)])]
}

function* documentsOnlyIn(sight: Sight, other: Sight): Iterable<DocumentId> {
  const known = new Map<LogId, number>()
  for (const { log, seq } of other.heads()) known.set(log, seq + 1)
  for (const head of sight.heads()) yield* sight.documentsIn(head, known.get(head.log) ?? 0, head.seq + 1)
}

function compare(
  id: DocumentId,
  inA: Sight,
  inB: Sight,
  { scope }: DiffPage,
  { members, nowMs, sight }: BranchEyes,
): Compared | undefined {
  const row = sight.row(id) ?? inA.row(id) ?? inB.row(id)
  if (row === undefined || row.type === 'note' || (scope !== undefined && row.scope !== scope))
    return undefined
  const beholder = (of: Sight) => ({ atMs: nowMs, rowOf: (other: DocumentId) => of.row(other) })
  return comparedStates(
    row,
    { a: stateOf(id, inA, inB), b: stateOf(id, inB, inA) },
    { a: beholder(inA), b: beholder(inB) },
    { sight, members, nowMs },
  )
}

/**
 * All that is there of it. An erasure is carried into branches without the entry that says so: then that of the other
 * side tells by whom and when.
 */
function stateOf(id: DocumentId, sight: Sight, other: Sight): State | undefined {
  const row = sight.row(id)
  const stored = row === undefined ? [] : sight.entriesOf(row)
  const last = stored.at(-1)
  if (row === undefined || last === undefined) return undefined
  if (!row.erased) return { row, erasure: undefined, last }
  return { row: undefined, erasure: erasureIn(id, sight) ?? erasureIn(id, other), last }
}

function erasureIn(id: DocumentId, sight: Sight): StoredEntry | undefined {
  const row = sight.row(id)
  return row && sight.entriesOf(row).find(item => sight.changeIn(item)?.body.type === 'erase')
}
