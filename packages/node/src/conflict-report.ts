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
import { decisionOf } from './policy/decision.ts'
import { authorship, candidate, effectiveOf, type Presenter, supportOf } from './present.ts'
import { isGone, saysNothing, suspectsOf } from './suspects.ts'

/** Those that are for this reader's eyes: two memories are only said to contradict each other if both may be read. */
export function conflictReports(row: DocumentRow, by: Presenter): readonly ConflictReport[] {
  return row.conflicts.flatMap(conflict =>
    conflict.register === SUSPICION
      ? (suspected(row, conflict, by) ?? [])
      : report(row, conflict, by, {
          memories: [row],
          candidates: sidesOf(row, conflict, by),
        }),
  )
}

function suspected(row: DocumentRow, conflict: Conflict, by: Presenter): ConflictReport | undefined {
  const memories = suspectsOf(row, by.rowOf)
  if (memories === undefined) return undefined
  const candidates = memories.map(suspect => suspectSide(suspect, by))
  const said = report(row, conflict, by, { memories, candidates })
  return {
    ...said,
    status: memories.some(memory => isGone(memory, by.nowMs)) ? 'resolved' : said.status,
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
      confidence: sibling.confidence,
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
    ...{ ...said, caution: cautionFor(row, by), record: row.id },
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
  const { pick, value } = resolution
  const picked = register === SUSPICION && pick !== null ? candidates[pick - 1] : undefined
  const said: Json = picked === undefined ? value : picked.value
  const caution = cautionAmong(candidates, said) ?? by.pastCautions(row)(resolution.entry)
  return { ...resolution, ...authored(resolution, by), value: said, caution }
}

function authored({ node, at, entry }: Pick<Sibling, 'node' | 'at' | 'entry'>, { members }: Presenter) {
  return authorship(members, node, at, entry)
}
