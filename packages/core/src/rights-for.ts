import type { Right } from './access/right.ts'
import type { Body, Op } from './body.ts'
import { keyedDocumentId, type ScopeId } from './ids.ts'
import { NOTE_PREFIX } from './note.ts'
import { POLICY } from './policy.ts'
import { SUSPICION } from './suspicion.ts'

const RULES: readonly Right[] = ['arbitrate']
const SETTLES: readonly Right[] = ['arbitrate', 'write']
const WRITES: readonly Right[] = ['write']

/** Sets of a memory that say how it stands to others. */
export const JUDGED = 'judged'
export const LINKS = 'links'

/** The rights any one of which is enough for this in that scope. */
export function rightsFor(body: Body, scope: ScopeId): readonly Right[] {
  if (body.type === 'open') return SETTLES
  // Whoever may write could otherwise destroy a policy, and no other could ever take its place.
  if (body.type === 'erase') return body.doc === policyOf(scope) ? RULES : WRITES
  if (body.type !== 'change') return WRITES
  if (body.ops.some(([, place]) => place === POLICY)) return RULES
  const settled = new Set(body.ops.filter(([kind]) => kind === 'settle').map(([, register]) => register))
  return body.ops.every(op => settled.has(op[1]) || isArbitersOwn(op)) ? SETTLES : WRITES
}

function policyOf(scope: ScopeId): string {
  return keyedDocumentId(scope, 'record', `${NOTE_PREFIX}${POLICY}`)
}

/** What an arbiter may write that settles nothing: who is at it, what it suspects, what was judged, what is the same. */
function isArbitersOwn([kind, place]: Op): boolean {
  return kind === 'claim' || place === SUSPICION || place === JUDGED || place === LINKS
}
