/**
 * What one can do to a memory, each as a plan: a pure function of the document's present state that gives the change
 * to write. Every plan names the document it reads, so that plans on one document see each other.
 */

import { valuesOf } from './barred.ts'
import type { Op, Provenance } from './body.ts'
import { utf8 } from './bytes.ts'
import { isPlain } from './canonical.ts'
import { FolkmootError, NotFoundError, TooLargeError, UsageError } from './errors.ts'
import { type DocumentId, keyedDocumentId, type NodeId, newDocumentId, type ScopeNames } from './ids.ts'
import { canonicalJson, type Json } from './json.ts'
import { DEPTH_MAX, TEXT_BYTES_MAX } from './limits.ts'
import { disagree } from './resolve.ts'
import type { Conflict, DocumentRow } from './row.ts'
import { type ScopeAddress, scopeId } from './scope.ts'
import type { LocalWork, Planned, PlanView } from './work.ts'

export type Plan = Pick<LocalWork, 'touches' | 'plan'>

/** A statement to remember. Registers beside the content are stored only if given. */
export interface Statement {
  readonly scope: ScopeAddress
  readonly content: Json
  readonly key?: string
  readonly registers?: { readonly [register: string]: Json }
  readonly sets?: { readonly [set: string]: readonly string[] }
  readonly why?: Provenance
}

/** A new record; or, if the key is known already, a new statement in its register. */
export function remember(statement: Statement, at: { names: ScopeNames; node: NodeId }): Plan {
  const { scope, content, key } = statement
  checkSize(content)
  const space = scopeId(at.names, scope)
  const keyed = key === undefined ? undefined : keyedDocumentId(space, 'record', key)
  return {
    ...(keyed === undefined ? {} : { touches: keyed }),
    plan(view) {
      const salt = view.salt()
      const before = keyed === undefined ? undefined : view.row(keyed)
      refuseErased(before)
      refuseBarred(view, scope, content)
      const ops: Op[] = [['put', 'content', content], ...overwrites(before, 'content')]
      for (const [register, value] of Object.entries(statement.registers ?? {}))
        ops.push(['put', register, value])
      for (const [set, elements] of Object.entries(statement.sets ?? {})) {
        for (const element of new Set(elements)) ops.push(['add', set, element])
      }
      const doc = keyed ?? newDocumentId(space, 'record', at.node, salt)
      const body = {
        type: 'change' as const,
        doc,
        deps: [...(before?.heads ?? [])],
        salt,
        ops,
        ...whyOf(statement.why),
      }
      return { scope, body: key === undefined ? body : { ...body, key } }
    },
  }
}

/** A new value for a record that is there. */
export function update(id: DocumentId, content: Json, why?: Provenance): Plan {
  checkSize(content)
  return changeOf(id, why, row => [['put', 'content', content], ...overwrites(row, 'content')])
}

/** No longer true; the history stays. */
export function retract(id: DocumentId, why?: Provenance): Plan {
  return changeOf(id, why, row => [['end', 'content'], ...overwrites(row, 'content')])
}

export function tag(
  id: DocumentId,
  add: readonly string[],
  remove: readonly string[],
  why?: Provenance,
): Plan {
  if (add.length + remove.length === 0) throw new UsageError('no tag to add or remove')
  const both = add.find(element => remove.includes(element))
  if (both !== undefined) throw new UsageError(`tag ${both} is both added and removed`)
  return changeOf(id, why, () => [
    ...[...new Set(add)].map((element): Op => ['add', 'tags', element]),
    ...[...new Set(remove)].map((element): Op => ['cut', 'tags', element]),
  ])
}

export function erase(id: DocumentId, why?: Provenance): Plan {
  return {
    touches: id,
    plan(view) {
      const row = rowOf(view, id)
      refuseErased(row)
      const barred = valuesOf(view.document(id)).map(value => view.barredDigest(row.scope, value))
      const body = { type: 'erase' as const, doc: id, deps: [...row.heads], salt: view.salt(), ...whyOf(why) }
      return { scope: row.scope, body: { ...body, barred: [...new Set(barred)] } }
    },
  }
}

/** How a conflict is to end: with one of its candidates, with another value, or not yet. */
export type Settlement = { readonly pick: number } | { readonly value: Json } | { readonly defer: true }

/** Ends a disagreement: names the siblings it supersedes, so that one nobody saw opens it again. */
export function settle(id: DocumentId, register: string, settlement: Settlement, why?: Provenance): Plan {
  return changeOf(id, why, row => {
    const conflict = openConflict(row, register)
    const supersedes = conflict.candidates.map(candidate => candidate.entry)
    const mark = (kind: string): Op => [
      'settle',
      register,
      { kind, supersedes, ...(why?.reason === undefined ? {} : { reason: why.reason }) },
    ]
    if ('defer' in settlement) return [mark('defer')]
    if ('value' in settlement) {
      checkSize(settlement.value)
      return [['put', register, settlement.value], mark('value')]
    }
    const picked = conflict.candidates[settlement.pick - 1]
    if (picked === undefined)
      throw new UsageError(`no candidate ${settlement.pick}: pick 1 to ${conflict.candidates.length}`)
    return [picked.ended ? ['end', register] : ['put', register, picked.value], mark('pick')]
  })
}

function openConflict(row: DocumentRow, register: string): Conflict {
  const conflict = row.conflicts.find(candidate => candidate.register === register)
  if (conflict === undefined) throw new NotFoundError(`conflict in ${register} of ${row.id}`)
  if (conflict.status === 'resolved')
    throw new UsageError('the conflict is already resolved; update the record to change it')
  return conflict
}

function changeOf(
  id: DocumentId,
  why: Provenance | undefined,
  opsOf: (row: DocumentRow) => readonly Op[],
): Plan {
  return {
    touches: id,
    plan(view): Planned {
      const row = rowOf(view, id)
      refuseErased(row)
      if (row.type === 'block') throw new UsageError('a block is edited, not updated')
      const ops = [...opsOf(row)]
      for (const op of ops) {
        if (op[0] === 'put' && op[1] === 'content') refuseBarred(view, row.scope, op[2])
      }
      return {
        scope: row.scope,
        body: { type: 'change', doc: id, deps: [...row.heads], salt: view.salt(), ops, ...whyOf(why) },
      }
    },
  }
}

/** A writer who saw siblings that disagree and writes anyway has settled them; the record says so. */
function overwrites(row: DocumentRow | undefined, register: string): Op[] {
  const siblings = row?.registers[register] ?? []
  if (!disagree(siblings)) return []
  return [['settle', register, { kind: 'overwrite', supersedes: siblings.map(sibling => sibling.entry) }]]
}

function rowOf(view: PlanView, id: DocumentId): DocumentRow {
  const row = view.row(id)
  if (row === undefined) throw new NotFoundError(`memory ${id}`)
  return row
}

function refuseErased(row: DocumentRow | undefined): void {
  if (row?.erased === true) throw new FolkmootError('erased', `memory ${row.id} has been erased for good`)
}

function refuseBarred(view: PlanView, scope: ScopeAddress, value: Json): void {
  if (view.isBarred(scope, value)) {
    throw new FolkmootError('erased', `this value was erased in ${scope} and is not to be written again`)
  }
}

function whyOf(why: Provenance | undefined): { why?: Provenance } {
  return why === undefined || Object.keys(why).length === 0 ? {} : { why }
}

function checkSize(content: Json): void {
  if (!isPlain(content))
    throw new UsageError(`the value nests deeper than ${DEPTH_MAX}, or has a key __proto__`)
  const size = utf8(typeof content === 'string' ? content : canonicalJson(content)).length
  if (size > TEXT_BYTES_MAX) throw new TooLargeError('text', size, TEXT_BYTES_MAX)
  if (content === '') throw new UsageError('the text is empty')
}
