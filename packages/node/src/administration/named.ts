import type { Membership, NodeId, Subject } from '@folkmoot/core'
import type { Grantee, Named } from './reports.ts'

/** As the membership log names it; a key that was never admitted has no names. */
export function named(membership: Membership, node: NodeId): Named {
  const { name = '', agent = '' } = membership.member(node) ?? {}
  return { node, name, agent }
}

export function granteeOf(membership: Membership, to: Subject): Grantee {
  if ('agent' in to) return { agent: to.agent }
  return { node: to.node, name: named(membership, to.node).name }
}

/** For messages. */
export function nameOf(membership: Membership, to: Subject): string {
  if ('agent' in to) return to.agent
  return named(membership, to.node).name || to.node
}

export function isSame(one: Subject, other: Subject): boolean {
  return 'agent' in one
    ? 'agent' in other && one.agent === other.agent
    : 'node' in other && one.node === other.node
}
