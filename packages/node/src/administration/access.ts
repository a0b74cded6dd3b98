/** Who could see what, when, and by whose word. */
import {
  type AccessEdge,
  covers,
  coversResource,
  type Membership,
  parseScope,
  type Replica,
  type Right,
  type ScopeAddress,
  type Subject,
} from '@folkmoot/core'
import { everybody } from './everybody.ts'
import { granteeOf, named } from './named.ts'
import { isInForce } from './permission.ts'
import type { AccessQuery, AccessReport, AccessRow, Named, Reach } from './reports.ts'

/** What one does in a scope; `relay` and `admin` are not done in one. */
const IN_SCOPE: readonly Right[] = ['arbitrate', 'read', 'write']

/** @throws UsageError for what is no scope */
export function accessReport(replica: Replica, query: AccessQuery, nowMs: number): AccessReport {
  const { membership } = replica
  const { scope, ...rest } = query
  const asked: Asked = { ...rest, ...(scope === undefined ? {} : { scope: parseScope(scope) }) }
  const asOf = asked.asOf ?? nowMs
  const edges = membership.edges().filter(edge => edge.from <= asOf && isAskedFor(edge, asked, membership))
  const wantsReach = [asked.scope, asked.user, asked.resource].some(one => one !== undefined)
  return {
    asOf,
    grants: edges.map(edge => rowOf(edge, membership, asOf)),
    reach: wantsReach ? reachOf(replica, asked, asOf) : null,
  }
}

export function rowOf(edge: AccessEdge, membership: Membership, atMs: number): AccessRow {
  const { to, permission, from, until, by, entry } = edge
  return {
    to: granteeOf(membership, to),
    scope: 'scope' in permission ? permission.scope : null,
    resource: 'resource' in permission ? permission.resource : null,
    rights: 'rights' in permission ? permission.rights : [],
    from,
    until,
    by: named(membership, by),
    entry,
    inForce: isInForce(edge, atMs),
  }
}

type Asked = Omit<AccessQuery, 'scope'> & { readonly scope?: ScopeAddress }

function isAskedFor({ to, permission }: AccessEdge, asked: Asked, membership: Membership): boolean {
  const agent = agentOf(to, membership)
  if (asked.agent !== undefined && agent !== asked.agent) return false
  if ('resource' in permission) {
    const isAboutScopes = asked.scope !== undefined || asked.user !== undefined
    return asked.resource === undefined ? !isAboutScopes : coversResource(permission.resource, asked.resource)
  }
  if (asked.resource !== undefined && asked.scope === undefined && asked.user === undefined) return false
  if (asked.scope !== undefined && !covers(permission.scope, asked.scope, agent)) return false
  return asked.user === undefined || isAboutUser(permission.scope, asked.user)
}

function agentOf(to: Subject, membership: Membership): string | undefined {
  return 'agent' in to ? to.agent : membership.member(to.node)?.agent
}

/** The pattern covers some scope of this user. */
function isAboutUser(pattern: string, user: string): boolean {
  if (pattern === '*') return true
  const part = pattern.split(',').find(one => one.startsWith('user='))
  return part !== undefined && coversResource(part.slice('user='.length), user)
}

/** Only those that were members at that time. */
function reachOf(replica: Replica, asked: Asked, asOf: number): readonly Reach[] {
  const { membership } = replica
  return everybody(replica)
    .filter(({ agent }) => asked.agent === undefined || agent === asked.agent)
    .filter(one => isCertified(membership, one, asOf))
    .map(one => {
      const { scope, user, resource } = asked
      return {
        ...one,
        rights:
          scope === undefined ? null : IN_SCOPE.filter(right => membership.can(one, right, scope, asOf)),
        serves: user === undefined ? null : membership.mayServe(one.agent, user, asOf),
        uses: resource === undefined ? null : membership.mayUse(one, resource, asOf),
      }
    })
}

const OWN_RUN = parseScope('run=any')

/** A node's own runs need no grant, only a certificate. */
function isCertified(membership: Membership, one: Named, atMs: number): boolean {
  return membership.can(one, 'read', OWN_RUN, atMs)
}
