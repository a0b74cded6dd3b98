/** Nothing is left open that the policy of its scope leaves to rules, or to arbiters who can do it. */
import {
  type Conflict,
  DEFAULT_SCOPE,
  type DocumentRow,
  keyedDocumentId,
  NOTE_PREFIX,
  POLICY,
  policyIn,
  type ScopeAddress,
  SUSPICION,
  scopeId,
  statusAt,
} from '@folkmoot/core'
import { barredDigest } from '../../../packages/core/src/barred.ts'
import { isLeftToPeople } from '../../../packages/node/src/left-to-people.ts'
import { decisionOf } from '../../../packages/node/src/policy/decision.ts'
import { isGone, suspectsOf } from '../../../packages/node/src/suspects.ts'
import type { SimulatedMesh } from '../mesh.ts'
import type { SimulatedNode } from '../node.ts'
import { ARBITERS } from './law.ts'
import { sightOf } from './pen.ts'
import type { Problem } from './problem.ts'
import { problemIn, type Scene } from './scene.ts'
import { writtenIn } from './written.ts'

/** Rules that choose one of two memories; others put values together, which two memories cannot be. */
const CHOOSING: readonly string[] = ['latest', 'authority', 'confidence']
const FALLBACK = { resolver: 'latest', authority: [] } as const

export function checkSettled(scene: Scene, node: SimulatedNode, row: DocumentRow): readonly Problem[] {
  if (row.erased || !isLookedAfter(scene.mesh, row.scope)) return []
  return row.conflicts.flatMap(conflict => {
    const status = statusAt(conflict, node.replica.now)
    const isOpen = status === 'open' || status === 'claimed'
    const rule = isOpen && !isLeftToPeople(conflict) ? ruleFor(scene, node, row, conflict) : undefined
    if (rule === undefined) return []
    const { register, candidates, reopened } = conflict
    const values = candidates.map(({ value }) => JSON.stringify(value)).join()
    const detail = `${register} is ${status}, for ${rule}: ${values}; ${reopened?.kind} of ${reopened?.judge}`
    return [problemIn(row, node)('not settled', detail)]
  })
}

/** Some arbiter is there that may do it. */
function isLookedAfter({ nodes, healthy }: SimulatedMesh, scope: ScopeAddress): boolean {
  return nodes.slice(0, ARBITERS).some(node => {
    if (!healthy.includes(node)) return false
    const sight = sightOf(node)
    return sight.mayReadScope(scope) && sight.mayWrite(scope, ['arbitrate'])
  })
}

/** Undefined if it is for people, or for nobody. */
function ruleFor(
  { hasJudge }: Scene,
  node: SimulatedNode,
  row: DocumentRow,
  conflict: Conflict,
): string | undefined {
  const { register } = conflict
  const memories = register === SUSPICION ? suspectsOf(row, id => node.replica.storage.rows.get(id)) : [row]
  if (memories === undefined || register === POLICY) return undefined
  if (memories.length === 2 && memories.some(memory => isGone(memory, node.replica.now))) return undefined
  const found = decisionOf(row.scope, memories, conflict, scope => policyAt(node, scope), FALLBACK)
  const { clause, rule } = found
  if (clause === null || rule === 'person' || isBarred(node, row, conflict)) return undefined
  const isAble = rule === 'arbiter' ? hasJudge : register !== SUSPICION || CHOOSING.includes(rule)
  return isAble ? rule : undefined
}

/** A value that was erased elsewhere in that scope is not written again, not even by a verdict. */
function isBarred({ replica }: SimulatedNode, { scope }: DocumentRow, conflict: Conflict): boolean {
  const { notes } = replica.storage
  return conflict.candidates.some(({ value }) =>
    notes.isBarred(() => barredDigest(replica.names, scope, value)),
  )
}

/** As its entries say: that of the scope itself, or else that of all. */
function policyAt(node: SimulatedNode, scope: ScopeAddress): ReturnType<Parameters<typeof decisionOf>[3]> {
  const { replica } = node
  const id = keyedDocumentId(scopeId(replica.names, scope), 'record', `${NOTE_PREFIX}${POLICY}`)
  const said = writtenIn(POLICY, replica.storage.entries.ofDocument(id)).stands.at(-1)
  const policy = said && policyIn(said.value)
  if (policy !== undefined) return { scope, policy }
  return scope === DEFAULT_SCOPE ? undefined : policyAt(node, DEFAULT_SCOPE)
}
