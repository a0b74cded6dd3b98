/** What is told of who may do what, as JSON: times are ISO 8601, and null where there is none. */
import type { AccessRow, Granted, Permission, Reach, Revoked } from '@folkmoot/node'
import { isoTime } from './shapes.ts'

export function isoOrNull(ms: number | null | undefined): string | null {
  return ms === null || ms === undefined ? null : isoTime(ms)
}

export type PermissionShape = ReturnType<typeof permissionShape>
function permissionShape(permission: Permission) {
  return {
    scope: 'scope' in permission ? permission.scope : null,
    resource: 'resource' in permission ? permission.resource : null,
    rights: 'rights' in permission ? permission.rights : [],
  }
}

export type GrantedShape = ReturnType<typeof grantedShape>
export function grantedShape({ to, permission, entry, isNew }: Granted) {
  return { ...to, ...permissionShape(permission), until: isoOrNull(permission.until), entry, isNew }
}

export type RevokedShape = ReturnType<typeof revokedShape>
export function revokedShape({ to, permission, entry, cut, unseen, remaining }: Revoked) {
  return {
    ...to,
    permission: permission === null ? null : permissionShape(permission),
    entry,
    cut: cut.map(({ log, node, scope, seq }) => ({ log, node, scope, seq })),
    unseen,
    remaining: remaining.map(permissionShape),
  }
}

export type AccessRowShape = ReturnType<typeof accessRowShape>
export function accessRowShape(row: AccessRow) {
  const { to, scope, resource, rights, from, until, by, entry, inForce } = row
  return {
    ...to,
    scope,
    resource,
    rights,
    from: isoTime(from),
    until: isoOrNull(until),
    by: { node: by.node, name: by.name, agent: by.agent },
    entry,
    inForce,
  }
}

export type ReachShape = ReturnType<typeof reachShape>
export function reachShape({ node, name, agent, rights, serves, uses }: Reach) {
  return { node, name, agent, rights, serves, uses }
}
