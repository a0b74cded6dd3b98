import {
  type AccessEdge,
  FolkmootError,
  HIDDEN_PATTERN,
  type Membership,
  NotFoundError,
  type Permission,
  type Right,
  removeNode,
  revoke,
  type Subject,
} from '@folkmoot/core'
import type { Administrator } from './administrator.ts'
import { checkCounts } from './check-written.ts'
import { cutReport, cutsAt, endsUnseen, logsEndedBy, logsOf } from './cuts.ts'
import { findSubject } from './find-subject.ts'
import { granteeOf, isSame, nameOf } from './named.ts'
import { canonical, isInForce, isWiderThan, takes, textOf, withoutEnd } from './permission.ts'
import type { Revoked, RevokeOptions } from './reports.ts'

type ANode = Extract<Subject, { readonly node: unknown }>

/** Admin is never an agent's. */
const RIGHTS_OF_AGENTS: readonly Right[] = ['arbitrate', 'read', 'relay', 'write']

/**
 * Takes permissions back; all that an agent has, or a node's membership, if none is named. What was written before stays:
 * the logs concerned end at their last entries that are known here.
 * @throws FolkmootError usage | not-found | ambiguous | forbidden
 */
export async function revokeFrom(
  by: Administrator,
  to: string,
  permissions: readonly Permission[],
  options: RevokeOptions = {},
): Promise<readonly Revoked[]> {
  const { membership } = by.replica
  const asked = permissions.map(permission => canonical(withoutEnd(permission), by.now()))
  const subject = findSubject(membership, to)
  if (asked.length === 0) checkIsOther(by, subject, options)
  await by.hearNews()
  if (asked.length === 0 && 'node' in subject) return [await remove(by, subject, options)]
  const wanted = asked.length > 0 ? asked : allGrantsOf(by, subject)
  for (const permission of asked) checkIsGranted(by, subject, permission)
  for (const permission of wanted) checkMayRevoke(by, subject, permission)
  const revoked: Revoked[] = []
  for (const permission of wanted) revoked.push(await take(by, subject, permission, options))
  return revoked
}

function checkIsOther({ node, replica }: Administrator, to: Subject, { force = false }: RevokeOptions): void {
  const { membership } = replica
  const isSelf = 'node' in to ? to.node === node : to.agent === membership.member(node)?.agent
  if (!isSelf || force) return
  const what = 'node' in to ? 'this node itself' : 'the agent that this node acts as'
  throw new FolkmootError('forbidden', `${nameOf(membership, to)} is ${what}: say --force if that is meant`)
}

async function remove(by: Administrator, to: ANode, { reason }: RevokeOptions): Promise<Revoked> {
  const { replica, node, now } = by
  const { membership } = replica
  const name = nameOf(membership, to)
  if (!membership.isMember(to.node)) throw new FolkmootError('not-admitted', `${name} is no member any more`)
  if (to.node !== node) {
    if (!membership.isAdmin(node, now())) {
      throw new FolkmootError('forbidden', 'only an admin over * can remove a node')
    }
    checkIsSenior(by, to)
  }
  const heads = logsOf(replica, to.node)
  const unseen = endsUnseen(by, to, null)
  const written = await by.write(removeNode(to.node, cutsAt(heads), reason))
  checkCounts(membership, written)
  const entry = written.at(-1) as Revoked['entry']
  return {
    ...{ to: granteeOf(membership, to), permission: null, entry, cut: cutReport(replica, heads) },
    ...{ unseen, remaining: [] },
  }
}

/** Founders stand in the order of the genesis; who was made admin by another stands below. */
function checkIsSenior({ replica, node }: Administrator, to: ANode): void {
  const { membership } = replica
  if (membership.isSenior(node, to.node)) return
  const name = nameOf(membership, to)
  throw new FolkmootError('forbidden', `${name} is an admin that this node does not stand above`)
}

/** One permission for each pattern, less those that others hold. @throws FolkmootError not-found */
function allGrantsOf({ replica, now }: Administrator, to: Subject): readonly Permission[] {
  const edges = edgesOf(replica.membership, to, now())
  if (edges.length === 0) throw new NotFoundError(`grant to ${nameOf(replica.membership, to)}`)
  const wide = edges.map(({ permission }): Permission => {
    if ('resource' in permission) return { resource: permission.resource }
    // A pattern that cannot be read here is taken away with everything.
    const scope = permission.scope === HIDDEN_PATTERN ? '*' : permission.scope
    return { scope, rights: [...RIGHTS_OF_AGENTS] }
  })
  const distinct = wide.filter((one, i) => wide.findIndex(other => textOf(other) === textOf(one)) === i)
  return distinct.filter(one => !distinct.some(other => other !== one && takes(other, { permission: one })))
}

/** A part of a grant cannot be taken out of it. @throws FolkmootError not-found | usage */
function checkIsGranted({ replica, now }: Administrator, to: Subject, revoked: Permission): void {
  const { membership } = replica
  const name = nameOf(membership, to)
  const edges = edgesOf(membership, to, now())
  if (edges.some(edge => takes(revoked, edge))) return
  const wider = edges.find(edge => isWiderThan(edge, revoked))
  if (wider === undefined) throw new NotFoundError(`grant of ${textOf(revoked)} to ${name}`)
  throw new FolkmootError(
    'usage',
    `${name} has ${textOf(wider.permission)}, and a part of a grant cannot be revoked: revoke that, then grant the rest`,
  )
}

/** What somebody gives up of itself takes no right. @throws FolkmootError forbidden */
function checkMayRevoke(by: Administrator, to: Subject, revoked: Permission): void {
  const { replica, node, now } = by
  if ('node' in to && to.node === node) return
  if (!replica.membership.mayGrant(node, revoked, now())) {
    const over = 'scope' in revoked ? revoked.scope : '*'
    throw new FolkmootError(
      'forbidden',
      `this node may not revoke ${textOf(revoked)}: that takes admin over ${over}`,
    )
  }
  if ('node' in to && 'rights' in revoked && revoked.rights.includes('admin')) checkIsSenior(by, to)
}

async function take(
  by: Administrator,
  to: Subject,
  permission: Permission,
  { reason }: RevokeOptions,
): Promise<Revoked> {
  const { replica, now } = by
  const { membership } = replica
  const heads = logsEndedBy(replica, to, permission)
  const unseen = endsUnseen(by, to, permission)
  const written = await by.write(revoke(to, permission, cutsAt(heads), reason))
  checkCounts(membership, written)
  const left = [...edgesOf(membership, to, now()), ...edgesOfItsAgent(membership, to, now())].filter(
    edge => isWiderThan(edge, permission) || takes(permission, edge),
  )
  return {
    to: granteeOf(membership, to),
    permission,
    entry: written.at(-1) as Revoked['entry'],
    cut: cutReport(replica, heads),
    unseen,
    remaining: left.map(edge => edge.permission),
  }
}

function edgesOf(membership: Membership, to: Subject, nowMs: number): readonly AccessEdge[] {
  return membership.edges().filter(edge => isSame(edge.to, to) && isInForce(edge, nowMs))
}

/** What a node may do because of the agent that it acts as. */
function edgesOfItsAgent(membership: Membership, to: Subject, nowMs: number): readonly AccessEdge[] {
  const agent = 'node' in to ? membership.member(to.node)?.agent : undefined
  return agent === undefined ? [] : edgesOf(membership, { agent }, nowMs)
}
