/** Rows' disagreements in the words of the API. */
import {
  type Conflict,
  type DocumentRow,
  type EntryHash,
  holderAt,
  type Json,
  type NodeId,
  newest,
  type Resolution,
  type Sibling,
  SUSPICION,
  statusAt,
  suspicionIn,
} from '@folkmoot/core'
import { cautionAmong, cautionFor } from './beliefs/caution.ts'
import type { ConflictCandidate, ConflictReport, SettledBy } from './conflict-reports.ts'
import { isLeftToPeople } from './left-to-people.ts'
import { decisionOf } from './policy/decision.ts'
import { authorship, candidate, effectiveOf, type Presenter, statedLike, supportOf } from './present.ts'
import { isGone, saysNothing, suspectsOf } from './suspects.ts'

/** Those that are for this reader's eyes: two memories are only said to contradict each other if both may be read. */
export function conflictReports(row: DocumentRow, presenter: Presenter): readonly ConflictReport[] {
  if (row.conflicts.length === 0) return []
  // Each part of a report may ask, and the entries are to be read once.
  let cautions: ReturnType<Presenter['pastCautions']> | undefined
  const pastCautions = () => {
    cautions ??= presenter.pastCautions(row)
    return cautions
  }
  const by = { ...presenter, pastCautions }
  return row.conflicts.flatMap(conflict =>
    conflict.register === SUSPICION
      ? (suspected(row, conflict, by) ?? [])
      : report(row, conflict, by, {
          memories: [row],
          candidates: sidesOf(row, conflict, by),
        }),
  )
}

/** Where it stands for this reader; undefined if it is not for its eyes. */
export function conflictStatus(
  row: DocumentRow,
  conflict: Conflict,
  { nowMs, rowOf }: Pick<Presenter, 'nowMs' | 'rowOf'>,
): Conflict['status'] | undefined {
  if (conflict.register !== SUSPICION) return statusAt(conflict, nowMs)
  const memories = suspectsOf(row, rowOf)
  return memories && suspicionStatus(conflict, memories, nowMs)
}

function suspicionStatus(
  conflict: Conflict,
  memories: readonly DocumentRow[],
  nowMs: number,
): Conflict['status'] {
  return memories.some(memory => isGone(memory, nowMs)) ? 'resolved' : statusAt(conflict, nowMs)
}

function suspected(row: DocumentRow, conflict: Conflict, by: Presenter): ConflictReport | undefined {
  const memories = suspectsOf(row, by.rowOf)
  if (memories === undefined) return undefined
  const candidates = memories.map(suspect => suspectSide(suspect, by))
  return {
    ...report(row, conflict, by, { memories, candidates }),
    status: suspicionStatus(conflict, memories, by.nowMs),
    evidence: suspicionIn(newest(row.registers[SUSPICION] ?? [])?.value ?? null)?.evidence ?? [],
  }
}

interface Sides {
  readonly memories: readonly DocumentRow[]
  readonly candidates: readonly ConflictCandidate[]
}

function report(
  row: DocumentRow,
  conflict: Conflict,
  by: Presenter,
  { memories, candidates }: Sides,
): ConflictReport {
  const { id: record, key, scope } = row
  const { id, register, cause, importance, since } = conflict
  const claim = conflict.status === 'claimed' ? holderAt(conflict, by.nowMs) : undefined
  const decision = decisionOf(scope, memories, conflict, by.policyOf, by)
  const settledBy = (one: Resolution) => settlement(one, row, register, candidates, by)
  return {
    ...{ id, record, key, scope, register, cause, importance, since, candidates },
    status: statusAt(conflict, by.nowMs),
    claimedBy: claim === undefined ? null : { ...authored(claim, by), until: claim.until },
    resolution: conflict.resolution && settledBy(conflict.resolution),
    overruled: conflict.overruled.map(settledBy),
    reopened: conflict.reopened && settledBy(conflict.reopened),
    evidence: [],
    leftToPeople: isLeftToPeople(conflict),
    policy: {
      rule: decision.rule,
      clause: decision.clause,
      scope: decision.scope,
      resolver: decision.resolver,
    },
  }
}

/** What was said in a register, then or now. */
export function sidesOf(
  row: DocumentRow,
  { register, candidates }: Pick<Conflict, 'register' | 'candidates'>,
  by: Presenter,
): readonly ConflictCandidate[] {
  const standing = new Set((row.registers[register] ?? []).map(({ entry }) => entry))
  const isPast = candidates.some(({ entry }) => !standing.has(entry))
  const pastCaution = isPast ? by.pastCautions(row) : () => null
  return candidates.map(sibling => {
    const said = candidate(row, register, sibling, by)
    return {
      ...{ ...said, caution: standing.has(sibling.entry) ? said.caution : pastCaution(sibling.entry) },
      record: row.id,
      confidence: sibling.confidence ?? newest(statedLike(sibling))?.confidence ?? null,
      support: supportOf(candidates, sibling, by.members),
    }
  })
}

/** What a whole memory says, in the name of whoever said it last. */
function suspectSide(row: DocumentRow, by: Presenter): ConflictCandidate {
  const siblings = row.registers.content ?? []
  const last = newest(siblings)
  const ended = saysNothing(row)
  const said = { value: ended ? null : effectiveOf(row, 'content', by), ended }
  return {
    ...authored(last ?? { node: '' as NodeId, at: row.updatedAt, entry: '' as EntryHash }, by),
    ...{ ...said, caution: cautionFor(row, by, said.value), record: row.id },
    confidence: last?.confidence ?? null,
    support: supportOf(siblings, said, by.members, row),
  }
}

/** A verdict on two memories says which; what that one says is looked up. Any other says the value: null retracts. */
function settlement(
  resolution: Resolution,
  row: DocumentRow,
  register: string,
  candidates: readonly ConflictCandidate[],
  by: Presenter,
): SettledBy {
  const said = register === SUSPICION ? judgedOn(resolution, candidates) : resolution.value
  const caution = cautionAmong(candidates, said) ?? by.pastCautions(row)(resolution.entry)
  return { ...resolution, ...authored(resolution, by), value: said, caution }
}

/** What a verdict on two memories comes to: what one of them says, or both, each in its place. */
export function judgedOn(
  { pick, contexts }: Pick<Resolution, 'pick' | 'contexts'>,
  memories: readonly { readonly value: Json }[],
): Json {
  if (pick !== null) return memories[pick - 1]?.value ?? null
  if (contexts.length === 0) return null
  return { anyOf: contexts.map(each => ({ value: memories[each.pick - 1]?.value ?? null, when: each.when })) }
}

function authored({ node, at, entry }: Pick<Sibling, 'node' | 'at' | 'entry'>, { members }: Presenter) {
  return authorship(members, node, at, entry)
}
