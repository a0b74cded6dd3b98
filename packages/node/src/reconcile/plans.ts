/** The changes that a decision comes to, each with the decision in it. */
import {
  type DocumentRow,
  FolkmootError,
  type Json,
  type NodeId,
  type Op,
  type Plan,
  type PlanView,
  type Provenance,
  type Statement,
} from '@folkmoot/core'
import { CONFIRMED, confirmation, contentEntries, newestEntry } from './confirmed.ts'
import { DECISION, type Decided } from './decision.ts'

/** The same change with the decision in it. */
export function withDecision(plan: Plan, decided: Decided, more: readonly Op[] = []): Plan {
  return {
    ...plan,
    plan(view) {
      const { scope, body } = plan.plan(view)
      if (body.type !== 'change') return { scope, body }
      return { scope, body: { ...body, ops: [...body.ops, ...more, ['put', DECISION, kept(decided)]] } }
    },
  }
}

/** @throws FolkmootError changed, unless the memory still says what it was compared as */
export function ifUnchanged(plan: Plan, compared: DocumentRow): Plan {
  return {
    ...plan,
    plan(view) {
      checkUnchanged(view, compared)
      return plan.plan(view)
    },
  }
}

/** The node's agent says it too: nothing else changes. */
export function confirm(target: DocumentRow, node: NodeId, why: Provenance | undefined): Plan {
  const { id, scope } = target
  return {
    touches: id,
    plan(view) {
      const row = view.row(id)
      const entry = newestEntry(row ?? target)
      if (row === undefined || entry === undefined) throw gone(id)
      const ops: Op[] = [['add', CONFIRMED, confirmation(entry, node)]]
      const body = { type: 'change' as const, doc: id, deps: [...row.heads], salt: view.salt(), ops }
      return { scope, body: why === undefined ? body : { ...body, why } }
    },
  }
}

/** What a statement says beside its content, for a memory that takes it in: kind, confidence, tags, and so on. */
export function detailsOf({ registers = {}, sets = {} }: Statement): readonly Op[] {
  const puts = Object.entries(registers).map(([register, value]): Op => ['put', register, value])
  return [...puts, ...additionsOf(sets)]
}

/** Tags and entities, which take nothing away. */
export function additionsOf(sets: Statement['sets'] = {}): readonly Op[] {
  return Object.entries(sets).flatMap(([set, elements]) =>
    [...new Set(elements)].map((element): Op => ['add', set, element]),
  )
}

function checkUnchanged(view: PlanView, compared: DocumentRow): void {
  const row = view.row(compared.id)
  if (row === undefined || row.erased) throw gone(compared.id)
  const [now, then] = [contentEntries(row), contentEntries(compared)]
  if (now.length !== then.length || now.some(entry => !then.includes(entry)))
    throw new FolkmootError('changed', `memory ${compared.id} has changed since it was compared`)
}

function gone(id: string): FolkmootError {
  return new FolkmootError('changed', `memory ${id} is gone`)
}

function kept({ op, by, reason, confidence, basis, target }: Decided): Json {
  return { op, by, reason, confidence, basis, target }
}
