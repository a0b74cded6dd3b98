import { FolkmootError, UsageError } from '@folkmoot/core'
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

/** What does not look into the memory, or ends by itself. */
const WITHOUT_MEMORY: readonly string[] = ['as', 'visitor', 'listenAddresses', 'watch', 'close']

/**
 * A branch as those see it who work in it.
 * @param whyClosed what became of it, once it is closed
 */
export function branchFace(
  node: MemoryNode,
  whyClosed: () => FolkmootError | undefined = () => undefined,
): MemoryNode {
  return untilClosed(withoutMesh(node), whyClosed)
}

/** They may hold it long after somebody else has merged or dropped it, and should hear that rather than of a disk. */
function untilClosed(
  { export: exported, ...node }: MemoryNode,
  whyClosed: () => FolkmootError | undefined,
): MemoryNode {
  const check = () => {
    const failure = whyClosed()
    if (failure !== undefined) throw failure
  }
  const guarded = Object.entries(node).map(([name, member]) => {
    if (typeof member !== 'function' || WITHOUT_MEMORY.includes(name)) return [name, member]
    const method = member as (...args: unknown[]) => Promise<unknown>
    return [name, (...args: unknown[]) => answered(() => method(...args), check)]
  })
  return {
    ...(Object.fromEntries(guarded) as typeof node),
    async *export(options) {
      check()
      yield* exported(options)
    },
  }
}

async function answered(ask: () => Promise<unknown>, check: () => void): Promise<unknown> {
  check()
  try {
    return await ask()
  } catch (error) {
    // It was closed meanwhile, and the disk says so in its own words.
    if (error instanceof FolkmootError && error.code === 'closed') check()
    throw error
  }
}

function withoutMesh(node: MemoryNode): MemoryNode {
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
