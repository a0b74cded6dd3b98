/**
 * What one can do to a memory, each as a plan: a pure function of the document's present state that gives the change
 * to write. Every plan names the document it reads, so that plans on one document see each other.
 */

import { valuesOf } from './barred.ts'
import { type Base, baseOf } from './base.ts'
import type { Op, Provenance } from './body.ts'
import { changeOf, checkSize, type Plan, refuseBarred, refuseErased, rowOf, whyOf } from './change-plan.ts'
import { UsageError } from './errors.ts'
import { type DocumentId, keyedDocumentId, type NodeId, newDocumentId, type ScopeNames } from './ids.ts'
import type { Json } from './json.ts'
import { disagree } from './resolve.ts'
import { type ScopeAddress, scopeId } from './scope.ts'

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
      const base = before && baseOf(view, before, statement.why?.basedOn)
      const ops: Op[] = [['put', 'content', content], ...overwrites(base, 'content')]
      for (const [register, value] of Object.entries(statement.registers ?? {}))
        ops.push(['put', register, value])
      for (const [set, elements] of Object.entries(statement.sets ?? {})) {
        for (const element of new Set(elements)) ops.push(['add', set, element])
      }
      const doc = keyed ?? newDocumentId(space, 'record', at.node, salt)
      const body = {
        type: 'change' as const,
        doc,
        deps: [...(base?.deps ?? [])],
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
  return changeOf(id, why, (_, base) => [['put', 'content', content], ...overwrites(base, 'content')])
}

/** No longer true; the history stays. */
export function retract(id: DocumentId, why?: Provenance): Plan {
  return changeOf(id, why, (_, base) => [['end', 'content'], ...overwrites(base, 'content')])
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

/** A writer who saw siblings that disagree and writes anyway has settled them; the record says so. */
function overwrites(base: Base | undefined, register: string): Op[] {
  const siblings = base?.siblings(register) ?? []
  if (!disagree(siblings)) return []
  return [['settle', register, { kind: 'overwrite', supersedes: siblings.map(sibling => sibling.entry) }]]
}
