import { UsageError } from '@folkmoot/core'
import * as v from 'valibot'
import { arbiterShape } from './arbiter-shape.ts'
import { moment, name, natural, scope } from './fields.ts'
import { call } from './operation.ts'
import { permissions } from './permission-fields.ts'

export const invite = call(
  v.strictObject({
    agent: v.exactOptional(name),
    permissions: v.exactOptional(permissions),
    expiresInMs: v.exactOptional(v.pipe(natural, v.minValue(1))),
    uses: v.exactOptional(v.pipe(natural, v.minValue(1))),
    /** When the certificate runs out that the ticket gets. */
    notAfter: v.exactOptional(moment),
  }),
  async (node, options) => ({ ticket: (await node.invite(options)).ticket }),
)

export const peers = call(v.strictObject({}), async node =>
  (await node.peers()).map(({ node, name, agent, connected, addrs, lagEntries }) => ({
    node,
    name,
    agent,
    connected,
    addrs,
    lagEntries,
  })),
)

export const status = call(v.strictObject({}), async node => {
  const { node: id, mesh, name, records, entries, conflicts, peers, root, ...more } = await node.status()
  const { agent, connected, refused, listening, arbiter } = more
  const facts = { node: id, mesh, name, records, entries, conflicts, peers, root }
  return { ...facts, agent, connected, refused, listening, arbiter: arbiter && arbiterShape(arbiter) }
})

export const state = call(v.strictObject({ scope: v.exactOptional(scope) }), async (node, options) => {
  const { root, scopes } = await node.state(options)
  return { root, scopes: scopes.map(({ scope, root, records }) => ({ scope, root, records })) }
})

export const down = call(v.strictObject({}), async (_node, _params, { onDown }) => {
  if (onDown === undefined) throw new UsageError('this node is not run by moot up')
  await onDown()
  return { stopped: true as const }
})
