import { admit, FolkmootError, UsageError } from '@folkmoot/core'
import type { Administrator } from './administrator.ts'
import { checkCounts } from './check-written.ts'
import { findNode } from './find-subject.ts'
import { named } from './named.ts'
import type { Certified, CertifyOptions } from './reports.ts'

/**
 * Renews a node's certificate: the same name and agent, until later. Of several certificates the latest holds, so none
 * is ever shortened; a node whose time is up sooner is revoked.
 * @throws FolkmootError usage | not-found | ambiguous | forbidden | not-admitted
 */
export async function certify(
  by: Administrator,
  text: string,
  { notAfter, readmit = false }: CertifyOptions = {},
): Promise<Certified> {
  const { replica, now } = by
  const { membership } = replica
  const node = findNode(membership, text)
  const member = membership.member(node)
  if (!membership.isAdmin(by.node, now()))
    throw new FolkmootError('forbidden', 'only an admin can certify a node')
  if (member === undefined)
    throw new FolkmootError('not-admitted', `${text} was never admitted: it needs no certificate`)
  const isOut = membership.wasMember(node)
  if (isOut && !readmit) {
    throw new FolkmootError(
      'not-admitted',
      `${member.name} is no member any more: say --readmit to let it in again`,
    )
  }
  if (notAfter !== undefined && !(notAfter > now()))
    throw new UsageError('a certificate must be good for some time')
  if (!isOut) checkIsLater(member.name, member.notAfter, notAfter)
  const written = await by.write([
    admit(node, member.name, member.agent, notAfter === undefined ? {} : { notAfter }),
  ])
  checkCounts(membership, written)
  return {
    ...named(membership, node),
    entry: written[0] as Certified['entry'],
    notAfter: membership.member(node)?.notAfter ?? null,
  }
}

function checkIsLater(name: string, present: number | null, wanted: number | undefined): void {
  if (present !== null && (wanted === undefined || wanted > present)) return
  const until = present === null ? 'for ever' : `until ${new Date(present).toISOString()}`
  throw new UsageError(
    `${name} is certified ${until} already, and the latest certificate holds: to end it sooner, revoke it`,
  )
}
