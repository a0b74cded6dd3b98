/** Ending a disagreement, claiming to be ending it, and taking the end back: each as a plan. */
import type { Op, Provenance } from './body.ts'
import { changeOf, checkSize, type Plan, rowOf } from './change-plan.ts'
import { FolkmootError, NotFoundError, UsageError } from './errors.ts'
import type { DocumentId, EntryHash } from './ids.ts'
import type { Json } from './json.ts'
import { JUDGED } from './rights-for.ts'
import type { Conflict, DocumentRow, Grounds, Resolution } from './row.ts'
import { isVerdict } from './standing.ts'
import { SUSPICION } from './suspicion.ts'
import type { PlanView } from './work.ts'

/** A candidate, counted from 1, and under what condition it holds. */
export interface Context {
  readonly pick: number
  readonly when: string
}

/** How a conflict is to end: with a candidate, another value, several that hold in turn, not yet; or not after all. */
export type Settlement =
  | { readonly pick: number }
  | { readonly value: Json }
  | { readonly contexts: readonly Context[] }
  | { readonly defer: true }
  | { readonly undo: true }

export interface SettleOptions extends Partial<Grounds> {
  readonly why?: Provenance
  /** Why, in the settlement itself: as long as a model's rationale. The reason of `why` by default. */
  readonly rationale?: string
  /** Entries of the candidates that were judged: if there are others by now, nothing is written. */
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
  if ('undo' in settlement) return [undo(row, conflict, options, taken)]
  checkUnchanged(conflict, options.seen)
  if (conflict.status === 'resolved')
    throw new UsageError('the conflict is already resolved; undo that, or update the record')
  const { ops, kind, pick } = outcome(conflict, settlement)
  const mark = markOf(kind, conflict, options, { ...(pick === undefined ? {} : { pick }), ...saidOf(taken) })
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
  const marks = row.erased || row.type === 'block' ? [] : view.document(id).read().settlements[register]
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
  readonly pick?: number
}

function outcome(conflict: Conflict, settlement: Exclude<Settlement, { undo: true }>): Outcome {
  const { register } = conflict
  if ('defer' in settlement) return { kind: 'defer', ops: [] }
  if ('value' in settlement) {
    if (register === SUSPICION)
      throw new UsageError('two memories are in question: pick one, say when each holds, or put it off')
    checkSize(settlement.value)
    return { kind: 'value', ops: [['put', register, settlement.value]] }
  }
  if ('contexts' in settlement) return inContext(conflict, settlement.contexts)
  const { pick } = settlement
  const picked = candidateAt(conflict, pick)
  const op: Op = picked.ended ? ['end', register] : ['put', register, picked.value]
  return { kind: 'pick', ops: [op], pick }
}

/** All of them hold: the value says which and when. */
function inContext(conflict: Conflict, contexts: readonly Context[]): Outcome {
  if (contexts.length < 2) throw new UsageError('say of at least two candidates when they hold')
  if (new Set(contexts.map(({ pick }) => pick)).size < contexts.length)
    throw new UsageError('a candidate is named twice')
  const anyOf = contexts.map(({ pick, when }) => ({ value: candidateAt(conflict, pick).value, when }))
  if (conflict.register === SUSPICION) return { kind: 'context', ops: [] }
  const value: Json = { anyOf }
  checkSize(value)
  return { kind: 'context', ops: [['put', conflict.register, value]] }
}

/** Of a suspicion the candidates are two memories, which the note only names. */
function candidateAt({ register, candidates }: Conflict, pick: number): { value: Json; ended: boolean } {
  const count = register === SUSPICION ? 2 : candidates.length
  const picked = candidates[register === SUSPICION ? 0 : pick - 1]
  if (pick < 1 || pick > count || picked === undefined)
    throw new UsageError(`no candidate ${pick}: pick 1 to ${count}`)
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

/** Takes back the last verdict, and those beside it that did not hold. */
function undo(row: DocumentRow, conflict: Conflict, options: SettleOptions, taken: readonly EntryHash[]): Op {
  const last = conflict.resolution ?? conflict.reopened
  if (last === null || last.kind === 'undo') throw new UsageError('nothing was settled that could be undone')
  if (last.kind === 'overwrite')
    throw new UsageError('it was settled by a new statement, which is not a verdict: update the memory')
  if (last.kind === 'defer' || conflict.register === SUSPICION)
    return markOf('undo', conflict, options, saidOf(taken))
  if (!(row.registers[conflict.register] ?? []).some(({ entry }) => entry === last.entry))
    throw new UsageError('the memory was changed after it was settled: update it instead')
  const verdicts = [last, ...conflict.overruled].filter(isVerdict)
  return markOf('undo', conflict, options, saidOf([...verdicts.map(({ entry }) => entry), ...taken]))
}
