/** Where logs end that somebody may not go on with: at the last entry of each that is known here. */
import {
  type Cut,
  covers,
  type LogHead,
  MEMBERSHIP_SCOPE,
  type NodeId,
  type Permission,
  parseScope,
  type Replica,
  type ScopeAddress,
  type ScopeId,
  type Subject,
  scopeHas,
  scopeId,
} from '@folkmoot/core'
import type { Administrator } from './administrator.ts'
import { isSame } from './named.ts'
import { gives, isInForce, rightsOf } from './permission.ts'
import type { CutLog } from './reports.ts'

/** All logs of a node. */
export function logsOf(replica: Replica, node: NodeId): readonly LogHead[] {
  return [...replica.heads()].filter(head => head.node === node)
}

/**
 * The logs that a revocation ends: all that the pattern covers, but for what an agent keeps for itself. One whose scope
 * has no name here is named as well: where it has one, and the pattern covers it, a log that is not named would end
 * before its first entry.
 */
export function logsEndedBy(replica: Replica, to: Subject, revoked: Permission): readonly LogHead[] {
  if ('resource' in revoked) return []
  const rights = rightsOf(revoked)
  return [...replica.heads()].filter(({ node, scope }) => {
    const agent = replica.membership.member(node)?.agent
    if ('node' in to ? node !== to.node : agent !== to.agent) return false
    if (scope === MEMBERSHIP_SCOPE) return 'node' in to && rights.includes('admin')
    if (!rights.includes('write')) return false
    const address = replica.scopeName(scope)
    if (address === undefined) return mayMean(revoked.scope, scope, replica)
    return covers(revoked.scope, address, agent) && !isKept(address, agent)
  })
}

/** Whether a scope without a name here may be one that the pattern covers. A pattern without a star covers one alone. */
function mayMean(pattern: string, scope: ScopeId, { names }: Replica): boolean {
  return pattern.includes('*') || scopeId(names, parseScope(pattern)) === scope
}

function isKept(scope: ScopeAddress, agent: string | undefined): boolean {
  return scopeHas(scope, 'run') || scope.split(',').includes(`agent=${agent}`)
}

export function cutsAt(heads: readonly LogHead[]): readonly Cut[] {
  return heads.map(({ log, seq, hash }): Cut => [log, seq, hash])
}

export function cutReport(replica: Replica, heads: readonly LogHead[]): readonly CutLog[] {
  return heads.map(({ log, node, scope, seq }) => {
    const name = scope === MEMBERSHIP_SCOPE ? 'membership' : (replica.scopeName(scope) ?? null)
    return { log, node, scope: name, seq }
  })
}

/** Whether logs may end of which there is no copy here, by what this node may read. */
export function endsUnseen(
  { replica, node, now }: Administrator,
  to: Subject,
  revoked: Permission | null,
): boolean {
  const { membership } = replica
  if (revoked !== null && !rightsOf(revoked).includes('write')) return false
  if (membership.relays(node, now())) return false
  const agentOf = (one: NodeId) => membership.member(one)?.agent
  // What other agents keep for themselves is open only to patterns that name them.
  if (revoked === null && 'node' in to && agentOf(to.node) !== agentOf(node)) return true
  const scope = revoked !== null && 'scope' in revoked ? revoked.scope : '*'
  const self: readonly Subject[] = [{ node }, { agent: agentOf(node) ?? '' }]
  return !membership
    .edges()
    .some(
      edge =>
        self.some(one => isSame(one, edge.to)) &&
        isInForce(edge, now()) &&
        gives({ ...edge, until: null }, { scope, rights: ['read'] }),
    )
}
