/** Records of the mesh's own, beside what agents remember: a scope's policy, a suspicion about two memories. */
import type { Op, Provenance } from './body.ts'
import { type Plan, refuseErased } from './change-plan.ts'
import { keyedDocumentId, type ScopeNames } from './ids.ts'
import type { Json } from './json.ts'
import { disagree } from './resolve.ts'
import type { DocumentRow } from './row.ts'
import { type ScopeAddress, scopeId } from './scope.ts'
import { SUSPICION } from './suspicion.ts'

/** Agents' own keys do not begin so. */
export const NOTE_PREFIX = 'moot/'

export function isNoteKey(key: string | null): boolean {
  return key?.startsWith(NOTE_PREFIX) === true
}

export interface NoteStatement {
  readonly scope: ScopeAddress
  /** Without the prefix. */
  readonly name: string
  readonly register: string
  readonly value: Json
  readonly why?: Provenance
}

/** Says something in a note, which is made if it is not there. */
export function note({ scope, name, register, value, why }: NoteStatement, names: ScopeNames): Plan {
  const key = `${NOTE_PREFIX}${name}`
  const doc = keyedDocumentId(scopeId(names, scope), 'record', key)
  return {
    touches: doc,
    plan(view) {
      const row = view.row(doc)
      refuseErased(row)
      const deps = [...(row?.heads ?? [])]
      const ops: Op[] = [['put', register, value], ...overwrites(row, register)]
      return {
        scope,
        body: {
          type: 'change',
          doc,
          key,
          deps,
          salt: view.salt(),
          ops,
          ...(why === undefined ? {} : { why }),
        },
      }
    },
  }
}

/**
 * Who states it anew in sight of statements that differ has settled them. Of a suspicion there is nothing to settle:
 * another statement only says what it rests on now.
 */
function overwrites(row: DocumentRow | undefined, register: string): Op[] {
  const siblings = row?.registers[register] ?? []
  if (register === SUSPICION || !disagree(siblings)) return []
  return [['settle', register, { kind: 'overwrite', supersedes: siblings.map(({ entry }) => entry) }]]
}
