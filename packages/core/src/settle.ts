/** Ending a disagreement, claiming to be ending it, and taking the end back: each as a plan. */
import type { Op, Provenance } from './body.ts'
import { changeOf, checkSize, type Plan, rowOf } from './change-plan.ts'
import { FolkmootError, NotFoundError, UsageError } from './errors.ts'
import type { DocumentId, EntryHash } from './ids.ts'
import { canonicalJson, type Json } from './json.ts'
import { JUDGED } from './rights-for.ts'
import type { Conflict, DocumentRow, Grounds, Resolution } from './row.ts'
import { isVerdict } from './standing.ts'
import { SUSPICION } from './suspicion.ts'
import type { PlanView } from './work.ts'

/**
 * One of the candidates: its place, counted from 1, or its entry. Who comes meanwhile moves the places, but no entry.
 */
export type CandidateRef = number | EntryHash

/** A candidate, and under what condition it holds. */
export interface Context {
  readonly pick: CandidateRef
  readonly when: string
}

/** How a conflict is to end: with a candidate, another value, several that hold in turn, not yet; or not after all. */
export type Settlement =
  | { readonly pick: CandidateRef }
  | { readonly value: Json }
  | { readonly contexts: readonly Context[] }
  | { readonly defer: true }
  | { readonly undo: true }

export interface SettleOptions extends Partial<Grounds> {
  readonly why?: Provenance
  /** Why, in the settlement itself: as long as a model's rationale. The reason of `why` by default. */
  readonly rationale?: string
  /** Entries of all candidates that were looked at: if there are others by now, nothing is written. */
  readonly seen?: readonly EntryHash[]
}

/**
 * Names the siblings it supersedes, so that one nobody saw opens the conflict again.
 * @throws FolkmootError changed, if the candidates are not those of `seen` any more
 */
export function settle(
  id: DocumentId,
  register: string,
  settlement: Settlement,
  options: SettleOptions = {},
): Plan {
  return {
    touches: id,
    plan(view) {
      const taken = takenBack(view, id, register)
      const opsOf = (row: DocumentRow) => opsFor(row, register, settlement, options, taken)
      return changeOf(id, whyOf(options.why), opsOf).plan(view)
    },
  }
}

function opsFor(
  row: DocumentRow,
  register: string,
  settlement: Settlement,
  options: SettleOptions,
  taken: readonly EntryHash[],
): readonly Op[] {
  const conflict = conflictIn(row, register)
  checkUnchanged(conflict, options.seen)
  if ('undo' in settlement) return [undo(row, conflict, options, taken)]
  if (conflict.status === 'resolved')
    throw new UsageError('the conflict is already resolved; undo that, or update the record')
  const { ops, kind, said } = outcome(conflict, settlement)
  const mark = markOf(kind, conflict, options, { ...said, ...saidOf(taken) })
  return register === SUSPICION ? [mark] : [...ops, mark]
}

/** A settlement names what it had in view itself, and replaces all of that. */
function whyOf(why: Provenance | undefined): Provenance | undefined {
  if (why?.basedOn === undefined) return why
  const { basedOn: _, ...rest } = why
  return rest
}

/** Verdicts that do not count any more: what a mark takes the place of it has to say again, or it would be forgotten. */
function takenBack(view: PlanView, id: DocumentId, register: string): readonly EntryHash[] {
  const row = rowOf(view, id)
  const marks = row.marked === false ? [] : view.document(id).read().settlements[register]
  return (marks ?? []).flatMap(({ undoes }) => undoes)
}

function saidOf(undoes: readonly EntryHash[]): { readonly [key: string]: Json } {
  return undoes.length === 0 ? {} : { undoes: [...new Set(undoes)] }
}

/** Says that its author is about to settle it, until then (milliseconds since 1970). */
export function claim(id: DocumentId, register: string, until: number, seen: readonly EntryHash[]): Plan {
  return changeOf(id, undefined, row => {
    const conflict = conflictIn(row, register)
    checkUnchanged(conflict, seen)
    if (conflict.status === 'resolved' || conflict.status === 'deferred')
      throw new FolkmootError('changed', `the conflict is ${conflict.status} by now`)
    return [['claim', register, { until, seen }]]
  })
}

/** Notes on a memory that a suspicion was judged against it. It tells nothing unless that judgement holds. */
export function judgeAgainst(id: DocumentId, suspicion: DocumentId): Plan {
  return changeOf(id, undefined, () => [['add', JUDGED, suspicion]])
}

function conflictIn(row: DocumentRow, register: string): Conflict {
  const conflict = row.conflicts.find(candidate => candidate.register === register)
  if (conflict === undefined) throw new NotFoundError(`conflict in ${register} of ${row.id}`)
  return conflict
}

function checkUnchanged({ candidates }: Conflict, seen: readonly EntryHash[] | undefined): void {
  if (seen === undefined) return
  const same = candidates.length === seen.length && candidates.every(({ entry }) => seen.includes(entry))
  if (!same) throw new FolkmootError('changed', 'there are other candidates by now')
}

interface Outcome {
  readonly kind: Resolution['kind']
  /** What it does to the register itself. */
  readonly ops: readonly Op[]
  /** What the settlement says of it. */
  readonly said: { readonly pick?: number; readonly contexts?: { pick: number; when: string }[] }
}

function outcome(conflict: Conflict, settlement: Exclude<Settlement, { undo: true }>): Outcome {
  const { register } = conflict
  if ('defer' in settlement) return { kind: 'defer', ops: [], said: {} }
  if ('value' in settlement) {
    if (register === SUSPICION)
      throw new UsageError('two memories are in question: pick one, say when each holds, or put it off')
    checkSize(settlement.value)
    // Who repeats what somebody has said agrees with them.
    const text = canonicalJson(settlement.value)
    const same = conflict.candidates.findIndex(({ ended, value }) => !ended && canonicalJson(value) === text)
    if (same >= 0) return outcome(conflict, { pick: same + 1 })
    return { kind: 'value', ops: [['put', register, settlement.value]], said: {} }
  }
  if ('contexts' in settlement) return inContext(conflict, settlement.contexts)
  const pick = placeOf(conflict, settlement.pick)
  const picked = candidateAt(conflict, pick)
  const op: Op = picked.ended ? ['end', register] : ['put', register, picked.value]
  return { kind: 'pick', ops: [op], said: { pick } }
}

/** All of them hold: the value says which and when. */
function inContext(conflict: Conflict, contexts: readonly Context[]): Outcome {
  if (contexts.length < 2) throw new UsageError('say of at least two candidates when they hold')
  const places = contexts.map(({ pick }) => placeOf(conflict, pick))
  if (new Set(places).size < places.length) throw new UsageError('a candidate is named twice')
  const anyOf = contexts.map(({ when }, i) => ({ value: candidateAt(conflict, places[i] ?? 0).value, when }))
  if (conflict.register === SUSPICION) {
    const said = contexts.map(({ when }, i) => ({ pick: places[i] ?? 0, when }))
    return { kind: 'context', ops: [], said: { contexts: said } }
  }
  const value: Json = { anyOf }
  checkSize(value)
  return { kind: 'context', ops: [['put', conflict.register, value]], said: {} }
}

/** Of a suspicion the candidates are two memories, which the note only names: by their places. */
function placeOf({ register, candidates }: Conflict, pick: CandidateRef): number {
  const count = register === SUSPICION ? 2 : candidates.length
  if (typeof pick === 'number') {
    if (Number.isSafeInteger(pick) && pick >= 1 && pick <= count) return pick
    throw new UsageError(`no candidate ${pick}: pick 1 to ${count}`)
  }
  const place = register === SUSPICION ? 0 : candidates.findIndex(({ entry }) => entry === pick) + 1
  if (place === 0) throw new UsageError(`the entry ${pick} is none of the ${count} candidates`)
  return place
}

function candidateAt({ register, candidates }: Conflict, place: number): { value: Json; ended: boolean } {
  const picked = candidates[register === SUSPICION ? 0 : place - 1]
  if (picked === undefined) throw new UsageError(`no candidate ${place}`)
  return picked
}

function markOf(
  kind: Resolution['kind'],
  { register, candidates }: Pick<Conflict, 'register' | 'candidates'>,
  options: SettleOptions,
  more: { readonly [key: string]: Json },
): Op {
  const { judge, rule, model, promptHash, confidence, rationale, why } = options
  const reason = rationale ?? why?.reason
  const said: { readonly [key: string]: Json | undefined } = {
    ...{ judge, rule, model, promptHash, confidence, reason },
    ...more,
  }
  const given = Object.entries(said).filter(([, value]) => value !== undefined && value !== null)
  const supersedes = candidates.map(({ entry }) => entry)
  return ['settle', register, { kind, supersedes, ...(Object.fromEntries(given) as Record<string, Json>) }]
}

/** Takes back a deferral, or every verdict whose value stands, and those beside them that did not hold. */
function undo(row: DocumentRow, conflict: Conflict, options: SettleOptions, taken: readonly EntryHash[]): Op {
  const last = conflict.resolution ?? conflict.reopened
  if (conflict.status === 'deferred') return markOf('undo', conflict, options, saidOf(taken))
  const verdicts = [...standingVerdicts(row, conflict), ...conflict.overruled.filter(isVerdict)]
  if (verdicts.length === 0) throw new UsageError(whyNoUndo(last))
  return markOf('undo', conflict, options, saidOf([...verdicts.map(({ entry }) => entry), ...taken]))
}

/** A verdict on two memories puts no value anywhere. */
function standingVerdicts({ registers }: DocumentRow, { register, resolution }: Conflict) {
  if (register === SUSPICION) return resolution !== null && isVerdict(resolution) ? [resolution] : []
  return (registers[register] ?? []).filter(({ verdict }) => verdict !== undefined)
}

function whyNoUndo(last: Resolution | null): string {
  if (last === null || last.kind === 'undo' || last.kind === 'defer')
    return 'nothing was settled that could be undone'
  return last.kind === 'overwrite'
    ? 'it was settled by a new statement, which is not a verdict: update the memory'
    : 'the memory was changed after it was settled: update it instead'
}
