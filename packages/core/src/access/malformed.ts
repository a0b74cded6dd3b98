import { FolkmootError } from '../errors.ts'
import type { EntryHash, MeshId } from '../ids.ts'
import type { MembershipBody, Subject, WirePermission } from '../membership-body.ts'
import { parsePattern, parseResource } from './pattern.ts'

/** Why an entry can never count, whatever else there is; nothing, if it might. */
export function malformation(
  entry: { readonly hash: EntryHash; readonly node: string },
  body: MembershipBody,
  mesh: MeshId,
): string | undefined {
  switch (body.type) {
    case 'genesis':
      return entry.hash === (mesh as string) ? undefined : 'not the genesis of this mesh'
    case 'invite':
      return firstOf((body.grants ?? []).map(faultOf))
    case 'grant':
      return faultOf(body.permission) ?? faultOfAdmin(body.to, body.permission)
    case 'revoke':
      return faultOf(body.permission)
    case 'rotate':
      return body.node === entry.node ? 'a node cannot rotate to the key that it has' : undefined
    default:
      return undefined
  }
}

function faultOf(permission: WirePermission): string | undefined {
  try {
    if ('scope' in permission) parsePattern(permission.scope)
    else if ('resource' in permission) parseResource(permission.resource)
    return undefined
  } catch (error) {
    if (error instanceof FolkmootError) return error.message
    throw error
  }
}

/** An agent is as many keys as admins care to admit: whoever admits one would make an admin. */
function faultOfAdmin(to: Subject, permission: WirePermission): string | undefined {
  const isOnlyAdmin = 'scope' in permission && permission.rights.every(right => right === 'admin')
  return 'agent' in to && isOnlyAdmin ? 'only a node can be an admin' : undefined
}

function firstOf(faults: readonly (string | undefined)[]): string | undefined {
  return faults.find(fault => fault !== undefined)
}
