import type { NodeId, Replica } from '@folkmoot/core'
import { rowOf } from './access.ts'
import { named } from './named.ts'
import { isInForce } from './permission.ts'
import type { IdentityReport } from './reports.ts'

/** Who this node is to the mesh, and what it may do now. */
export function identityReport(replica: Replica, node: NodeId, nowMs: number): IdentityReport {
  const { membership } = replica
  const self = named(membership, node)
  const edges = membership
    .edges()
    .filter(({ to }) => ('agent' in to ? to.agent === self.agent : to.node === node))
  return {
    ...self,
    mesh: replica.mesh,
    notAfter: membership.member(node)?.notAfter ?? null,
    isAdmin: membership.isAdmin(node, nowMs),
    rights: edges.filter(edge => isInForce(edge, nowMs)).map(edge => rowOf(edge, membership, nowMs)),
    sealed: membership.sealed,
    incarnation: replica.incarnation,
    agentsNodes: [...membership.members()]
      .filter(member => member.agent === self.agent && member.node !== node)
      .map(({ node, name }) => ({ node, name })),
  }
}
