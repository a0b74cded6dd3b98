/** Who asks: an agent on this node, in whose service, and within which limits. */
import {
  type AccessReader,
  covers,
  coversResource,
  FolkmootError,
  type Permission,
  parsePattern,
  parseResource,
  RIGHTS,
  type Right,
  type ScopeAddress,
  UsageError,
} from '@folkmoot/core'

/** What a visitor is held to, beside what the node's own agent may do. */
export interface Limit {
  /** Only what this agent may do too. */
  readonly agent?: string
  /** Only what these cover; an empty list covers nothing. Scopes, or resources, are free while only the others are named. */
  readonly permissions?: readonly Permission[]
  /** False once the token that it came with is revoked or has expired: then nothing is allowed any more. */
  readonly holds?: () => boolean
}

export interface Principal {
  readonly reader: AccessReader
  /** On whose behalf. Without it the agent asks for itself. */
  readonly user?: string
  /** All of them apply. */
  readonly limits: readonly Limit[]
  /** The node itself, as whoever has its directory may use it. */
  readonly isOwner: boolean
}

export interface Narrowing extends Limit {
  readonly user?: string
}

/** The same principal with less. @throws FolkmootError forbidden, if it is another user's already */
export function narrowed(principal: Principal, { user, permissions, ...others }: Narrowing): Principal {
  const limit: Limit = {
    ...others,
    ...(permissions === undefined ? {} : { permissions: permissions.map(checkedPermission) }),
  }
  if (user !== undefined && principal.user !== undefined && user !== principal.user) {
    throw new FolkmootError('forbidden', `this visitor serves ${principal.user}, not ${user}`)
  }
  const isLimited = Object.values(limit).some(part => part !== undefined)
  const served = user ?? principal.user
  return {
    reader: principal.reader,
    ...(served === undefined ? {} : { user: served }),
    limits: isLimited ? [...principal.limits, limit] : principal.limits,
    isOwner: false,
  }
}

/** In canonical form. @throws UsageError */
export function checkedPermission(permission: Permission): Permission {
  if ('resource' in permission) return { ...permission, resource: parseResource(permission.resource) }
  const unknown = permission.rights.find(right => !RIGHTS.includes(right))
  if (unknown !== undefined) throw new UsageError(`no right ${unknown}: one of ${RIGHTS.join(', ')}`)
  return {
    ...permission,
    scope: parsePattern(permission.scope),
    rights: [...new Set(permission.rights)].sort(),
  }
}

/** Whether a visitor's limits leave it a right in a scope. */
export function limitCovers(
  limit: Limit,
  reader: AccessReader,
  right: Right,
  scope: ScopeAddress,
  nowMs: number,
) {
  const { agent = reader.agent, permissions = [], holds } = limit
  if (holds?.() === false) return false
  const named = permissions.filter(permission => 'scope' in permission)
  if (named.length === 0) return limit.permissions?.length !== 0
  return named.some(
    permission =>
      isDue(permission, nowMs) && permission.rights.includes(right) && covers(permission.scope, scope, agent),
  )
}

/** Whether a visitor's limits leave it a resource. */
export function limitCoversResource({ permissions = [], holds }: Limit, resource: string, nowMs: number) {
  if (holds?.() === false) return false
  const named = permissions.filter(permission => 'resource' in permission)
  return (
    named.length === 0 ||
    named.some(permission => isDue(permission, nowMs) && coversResource(permission.resource, resource))
  )
}

function isDue({ until }: Permission, nowMs: number): boolean {
  return until === undefined || nowMs < until
}
