import {
  type AccessEdge,
  FolkmootError,
  grant,
  type Membership,
  NotFoundError,
  type Permission,
  type Subject,
} from '@folkmoot/core'
import type { Administrator } from './administrator.ts'
import { checkCounts } from './check-written.ts'
import { findSubject } from './find-subject.ts'
import { granteeOf, isSame, nameOf } from './named.ts'
import { canonical, gives, isInForce, textOf } from './permission.ts'
import type { Granted } from './reports.ts'

interface Wish {
  readonly to: Subject
  readonly permission: Permission
}

/**
 * Lets an agent, or one node, do something from now on. Either all of it is written or nothing.
 * @throws FolkmootError usage | not-found | ambiguous | forbidden
 */
export async function grantTo(
  by: Administrator,
  to: string,
  permissions: readonly Permission[],
): Promise<readonly Granted[]> {
  const { membership } = by.replica
  const nowMs = by.now()
  const asked = permissions.map(permission => canonical(permission, nowMs))
  const subject = findSubject(membership, to)
  checkBelongs(membership, subject)
  for (const permission of asked) checkMayGrant(by, permission)
  const wishes = asked.flatMap(permission => addressed(membership, subject, permission))
  const found = wishes.map(wish => ({ wish, known: grantInForce(membership, wish, nowMs) }))
  const fresh = found.filter(({ known }) => known === undefined).map(({ wish }) => wish)
  const written = await by.write(fresh.map(wish => grant(wish.to, wish.permission)))
  checkCounts(membership, written)
  return found.map(({ wish, known }): Granted => {
    const entry = known?.entry ?? written[fresh.indexOf(wish)]
    return {
      to: granteeOf(membership, wish.to),
      permission: known?.permission ?? wish.permission,
      entry: entry as Granted['entry'],
      isNew: known === undefined,
    }
  })
}

function checkBelongs(membership: Membership, subject: Subject): void {
  if ('agent' in subject || membership.isMember(subject.node)) return
  throw new FolkmootError(
    'not-admitted',
    `${nameOf(membership, subject)} is no member any more: invite it again`,
  )
}

function checkMayGrant({ replica, node, now }: Administrator, permission: Permission): void {
  if (replica.membership.mayGrant(node, permission, now())) return
  const over = 'scope' in permission ? permission.scope : '*'
  throw new FolkmootError(
    'forbidden',
    `this node may not grant ${textOf(permission)}: that takes admin over ${over}`,
  )
}

/** Whoever lets nodes in and out is a key, and not whoever comes next with an agent's name: admin goes to nodes. */
function addressed(membership: Membership, to: Subject, permission: Permission): readonly Wish[] {
  if ('node' in to || 'resource' in permission || !permission.rights.includes('admin'))
    return [{ to, permission }]
  const nodes = [...membership.members()].filter(({ agent }) => agent === to.agent)
  if (nodes.length === 0) throw new NotFoundError(`node that acts as ${to.agent}: admin goes to nodes`)
  const rest = permission.rights.filter(right => right !== 'admin')
  const forAgent: readonly Wish[] =
    rest.length === 0 ? [] : [{ to, permission: { ...permission, rights: rest } }]
  return [
    ...forAgent,
    ...nodes.map(({ node }): Wish => ({ to: { node }, permission: { ...permission, rights: ['admin'] } })),
  ]
}

function grantInForce(
  membership: Membership,
  { to, permission }: Wish,
  nowMs: number,
): AccessEdge | undefined {
  return membership
    .edges()
    .find(edge => isSame(edge.to, to) && isInForce(edge, nowMs) && gives(edge, permission))
}
