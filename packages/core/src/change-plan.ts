/** What plans of changes share: finding the document, refusing what cannot be, and putting operations into a body. */
import { type Base, baseOf } from './base.ts'
import type { Op, Provenance } from './body.ts'
import { utf8 } from './bytes.ts'
import { isPlain } from './canonical.ts'
import { FolkmootError, NotFoundError, TooLargeError, UsageError } from './errors.ts'
import type { DocumentId } from './ids.ts'
import { canonicalJson, type Json } from './json.ts'
import { DEPTH_MAX, TEXT_BYTES_MAX } from './limits.ts'
import type { DocumentRow } from './row.ts'
import type { ScopeAddress } from './scope.ts'
import type { LocalWork, Planned, PlanView } from './work.ts'

export type Plan = Pick<LocalWork, 'touches' | 'plan'>

export function changeOf(
  id: DocumentId,
  why: Provenance | undefined,
  opsOf: (row: DocumentRow, base: Base) => readonly Op[],
): Plan {
  return {
    touches: id,
    plan(view): Planned {
      const row = rowOf(view, id)
      refuseErased(row)
      if (row.type === 'block') throw new UsageError('a block is edited, not updated')
      const base = baseOf(view, row, why?.basedOn)
      const ops = [...opsOf(row, base)]
      for (const op of ops) {
        if (op[0] === 'put' && op[1] === 'content') refuseBarred(view, row.scope, op[2])
      }
      return {
        scope: row.scope,
        body: { type: 'change', doc: id, deps: [...base.deps], salt: view.salt(), ops, ...whyOf(why) },
      }
    },
  }
}

export function rowOf(view: PlanView, id: DocumentId): DocumentRow {
  const row = view.row(id)
  if (row === undefined) throw new NotFoundError(`memory ${id}`)
  return row
}

export function refuseErased(row: DocumentRow | undefined): void {
  if (row?.erased === true) throw new FolkmootError('erased', `memory ${row.id} has been erased for good`)
}

export function refuseBarred(view: PlanView, scope: ScopeAddress, value: Json): void {
  if (view.isBarred(scope, value)) {
    throw new FolkmootError('erased', `this value was erased in ${scope} and is not to be written again`)
  }
}

export function whyOf(why: Provenance | undefined): { why?: Provenance } {
  return why === undefined || Object.keys(why).length === 0 ? {} : { why }
}

export function checkSize(content: Json): void {
  if (!isPlain(content))
    throw new UsageError(`the value nests deeper than ${DEPTH_MAX}, or has a key __proto__`)
  const size = utf8(typeof content === 'string' ? content : canonicalJson(content)).length
  if (size > TEXT_BYTES_MAX) throw new TooLargeError('text', size, TEXT_BYTES_MAX)
  if (content === '') throw new UsageError('the text is empty')
}
