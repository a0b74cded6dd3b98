/** What the checkers look at when a run is over. */
import type { DocumentRow } from '@folkmoot/core'
import type { SimulatedMesh } from '../mesh.ts'
import type { SimulatedNode } from '../node.ts'
import { sightOf } from './pen.ts'
import type { Problem, ProblemKind } from './problem.ts'
import type { Work } from './work.ts'

export interface Scene {
  readonly mesh: SimulatedMesh
  readonly work: Work
  readonly hasJudge: boolean
}

/** All that the owner of a node may read, notes too. */
export function rowsAt(node: SimulatedNode): readonly DocumentRow[] {
  const sight = sightOf(node)
  return [...sight.list({ limit: 10_000 }), ...sight.list({ type: 'note', limit: 10_000 })]
}

export function problemIn(row: DocumentRow, node: SimulatedNode) {
  return (kind: ProblemKind, detail: string): Problem => ({
    kind,
    detail: `${node.name}, ${row.scope} ${row.key}: ${detail}`,
  })
}
