/** Permissions as people give them, and how two of them compare. */
import {
  type AccessEdge,
  isWithin,
  type Permission,
  parsePattern,
  parseResource,
  type Right,
  UsageError,
} from '@folkmoot/core'

/** In canonical form, so that equal permissions are equal texts. @throws UsageError */
export function canonical(permission: Permission, nowMs: number): Permission {
  const { until } = permission
  if (until !== undefined && !(until > nowMs)) throw new UsageError('a grant must be good for some time')
  const rest = until === undefined ? {} : { until }
  if ('resource' in permission) return { resource: parseResource(permission.resource), ...rest }
  const rights = [...new Set(permission.rights)].sort()
  if (rights.length === 0) throw new UsageError('a grant names at least one right')
  return { scope: parsePattern(permission.scope), rights, ...rest }
}

/** Whoever takes something back takes it for good. */
export function withoutEnd(permission: Permission): Permission {
  if ('resource' in permission) return { resource: permission.resource }
  return { scope: permission.scope, rights: permission.rights }
}

/** `read, write over user=alice`, for people. */
export function textOf(permission: Permission): string {
  if ('resource' in permission) return `use of ${permission.resource}`
  return `${permission.rights.join(', ')} over ${permission.scope}`
}

export function rightsOf(permission: Permission): readonly Right[] {
  return 'rights' in permission ? permission.rights : []
}

export function isInForce({ from, until }: AccessEdge, atMs: number): boolean {
  return from <= atMs && (until === null || until > atMs)
}

/** Gives at least as much, for at least as long. */
export function gives({ permission: has, until }: AccessEdge, wanted: Permission): boolean {
  const isLongEnough = until === null || (wanted.until !== undefined && until >= wanted.until)
  return isLongEnough && isPartOf(wanted, has)
}

/** Every scope and right of one, or every resource, is in the other as well. */
function isPartOf(one: Permission, other: Permission): boolean {
  if ('resource' in one || 'resource' in other) {
    return 'resource' in one && 'resource' in other && isResourceWithin(one.resource, other.resource)
  }
  const isCovered = isWithin(one.scope, other.scope) && !(other.scope === '*' && namesAgent(one.scope))
  return isCovered && one.rights.every(right => other.rights.includes(right))
}

/** `*` gives nobody what other agents keep for themselves, though whoever has admin over `*` may grant it. */
function namesAgent(pattern: string): boolean {
  return pattern.split(',').some(part => part.startsWith('agent='))
}

/** A revocation takes from grants over its pattern and over narrower ones. */
export function takes(revoked: Permission, { permission: has }: Pick<AccessEdge, 'permission'>): boolean {
  if ('resource' in revoked || 'resource' in has) {
    return 'resource' in revoked && 'resource' in has && isResourceWithin(has.resource, revoked.resource)
  }
  return isWithin(has.scope, revoked.scope) && shareRight(revoked, has)
}

/** The grant gives some of what is revoked, but over a wider pattern. */
export function isWiderThan({ permission: has }: AccessEdge, revoked: Permission): boolean {
  if ('resource' in revoked || 'resource' in has) {
    return 'resource' in revoked && 'resource' in has && isResourceWithin(revoked.resource, has.resource)
  }
  return isWithin(revoked.scope, has.scope) && shareRight(revoked, has)
}

function shareRight(one: Permission, other: Permission): boolean {
  return rightsOf(one).some(right => rightsOf(other).includes(right))
}

function isResourceWithin(narrow: string, wide: string): boolean {
  return wide.endsWith('*') ? narrow.startsWith(wide.slice(0, -1)) : narrow === wide
}
