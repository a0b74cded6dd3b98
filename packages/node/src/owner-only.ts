import { FolkmootError } from '@folkmoot/core'
import type { MemoryNode } from './api.ts'

/** What only the owner of the directory may do: whoever may, could let itself see everything. */
export const OWNER_ONLY = [
  'invite',
  'grant',
  'revoke',
  'access',
  'certify',
  'verify',
  'rebuild',
  'doctor',
  'erasures',
  'createToken',
  'tokens',
  'revokeToken',
  'createBranch',
  'branches',
  'merge',
  'dropBranch',
] as const satisfies readonly (keyof MemoryNode)[]

/** The node as a visitor is given it. */
export function withoutAdministration(node: MemoryNode): MemoryNode {
  const refused = OWNER_ONLY.map(name => [
    name,
    async () => {
      throw new FolkmootError('forbidden', `${name} is for the owner of the node, not for its visitors`)
    },
  ])
  return {
    ...node,
    ...(Object.fromEntries(refused) as Pick<MemoryNode, (typeof OWNER_ONLY)[number]>),
    visitor: () => undefined,
    close: async () => {},
  }
}
