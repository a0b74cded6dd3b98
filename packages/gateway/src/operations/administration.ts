/** Who may do what: grant, revoke, look up, certify. */
import * as v from 'valibot'
import { accessRowShape, grantedShape, isoOrNull, reachShape, revokedShape } from './administration-shapes.ts'
import { flag, moment, name, reason, scope } from './fields.ts'
import { call } from './operation.ts'
import { permissions } from './permission-fields.ts'
import { isoTime } from './shapes.ts'

export const grant = call(v.strictObject({ to: name, permissions }), async (node, { to, permissions }) =>
  (await node.grant(to, permissions)).map(grantedShape),
)

export const revoke = call(
  v.strictObject({
    to: name,
    permissions: v.exactOptional(permissions),
    reason: v.exactOptional(reason),
    force: v.exactOptional(flag),
  }),
  async (node, { to, permissions = [], ...options }) =>
    (await node.revoke(to, permissions, options)).map(revokedShape),
)

export const access = call(
  v.strictObject({
    asOf: v.exactOptional(moment),
    user: v.exactOptional(name),
    agent: v.exactOptional(name),
    scope: v.exactOptional(scope),
    resource: v.exactOptional(name),
  }),
  async (node, query) => {
    const { asOf, grants, reach } = await node.access(query)
    return {
      // Only the time that was asked about: the answer is the same whenever it is given.
      asOf: query.asOf === undefined ? null : isoTime(asOf),
      grants: grants.map(accessRowShape),
      reach: reach === null ? null : reach.map(reachShape),
    }
  },
)

export const certify = call(
  v.strictObject({
    node: name,
    notAfter: v.exactOptional(moment),
    readmit: v.exactOptional(flag),
  }),
  async (node, { node: subject, ...options }) => {
    const { node: id, name, agent, notAfter, entry } = await node.certify(subject, options)
    return { node: id, name, agent, notAfter: isoOrNull(notAfter), entry }
  },
)

export const whoami = call(v.strictObject({}), async self => {
  const { node, mesh, name, agent, ...more } = await self.identity()
  const { notAfter, isAdmin, rights, sealed, incarnation, agentsNodes } = more
  return {
    ...{ node, mesh, name, agent, dir: self.dir },
    notAfter: isoOrNull(notAfter),
    isAdmin,
    sealed,
    incarnation,
    rights: rights.map(accessRowShape),
    agentsNodes: agentsNodes.map(({ node, name }) => ({ node, name })),
  }
})
