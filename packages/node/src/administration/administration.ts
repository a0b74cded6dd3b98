import type { NodeId, Permission, Replica } from '@folkmoot/core'
import type { MemoryNode } from '../api.ts'
import type { Mesh } from '../mesh.ts'
import type { Writer } from '../writer.ts'
import { accessReport } from './access.ts'
import type { Administrator } from './administrator.ts'
import { certify } from './certify.ts'
import { grantTo } from './grant.ts'
import { identityReport } from './identity-report.ts'
import { revokeFrom } from './revoke.ts'

/** A peer that does not answer for so long is not waited for. */
const NEWS_MS = 3000

export interface AdministrationParts {
  readonly id: NodeId
  readonly replica: Replica
  readonly writer: Writer
  readonly mesh: Mesh
  readonly now: () => number
}

/** Who may do what: the part of a node that reads and writes the membership log for people. */
export function administrationOf(
  parts: AdministrationParts,
): Pick<MemoryNode, 'grant' | 'revoke' | 'access' | 'certify' | 'identity'> {
  const { id, replica, writer, mesh, now } = parts
  const by: Administrator = {
    replica,
    node: id,
    now,
    async write(plans) {
      const results = await Promise.all(plans.map(plan => writer.write(plan)))
      return results.map(({ entry }) => entry)
    },
    hearNews: () => mesh.refresh(AbortSignal.timeout(NEWS_MS)).catch(() => {}),
  }
  return {
    grant: (to, permissions) => grantTo(by, to, listOf(permissions)),
    revoke: (to, permissions = [], options = {}) => revokeFrom(by, to, listOf(permissions), options),
    access: async (query = {}) => accessReport(replica, query, now()),
    certify: (node, options = {}) => certify(by, node, options),
    identity: async () => identityReport(replica, id, now()),
  }
}

function listOf(permissions: Permission | readonly Permission[]): readonly Permission[] {
  return 'scope' in permissions || 'resource' in permissions ? [permissions] : permissions
}
