import { UsageError } from '@folkmoot/core'
import type { MemoryNode } from '../api.ts'
import { type Mesh, offlineMesh } from '../mesh.ts'

/**
 * What a branch is not for: who may do what, and who comes in. A revocation ends logs where they stand, and a branch
 * knows no more of the others' logs than it did when it was made.
 */
const OF_THE_NODE = [
  'invite',
  'grant',
  'revoke',
  'certify',
  'createToken',
  'tokens',
  'revokeToken',
] as const satisfies readonly (keyof MemoryNode)[]

/** A branch as those see it who work in it. */
export function withoutMesh(node: MemoryNode): MemoryNode {
  const refused = OF_THE_NODE.map(name => [
    name,
    async () => {
      throw new UsageError(`${name} is for the node itself, not for a branch of it: leave the branch out`)
    },
  ])
  return { ...node, ...(Object.fromEntries(refused) as Pick<MemoryNode, (typeof OF_THE_NODE)[number]>) }
}

/** A branch hears nobody and is heard by nobody until it is merged. */
export function branchMesh(...parts: Parameters<typeof offlineMesh>): Mesh {
  const alone = async () => {
    throw new UsageError('a branch has no peers to ask: leave the branch out')
  }
  return { ...offlineMesh(...parts), refresh: alone, held: alone }
}
