import { UsageError } from '@folkmoot/core'
import * as v from 'valibot'
import { name, natural, scope } from './fields.ts'
import { call } from './operation.ts'

const GRANTS_MAX = 64

export const invite = call(
  v.strictObject({
    agent: v.exactOptional(name),
    grants: v.exactOptional(v.pipe(v.array(v.string()), v.maxLength(GRANTS_MAX))),
    expiresInMs: v.exactOptional(v.pipe(natural, v.minValue(1))),
  }),
  async (node, options) => ({ ticket: (await node.invite(options)).ticket }),
)

export const whoami = call(v.strictObject({}), async ({ id, mesh, name, agent, dir }) => ({
  node: id,
  mesh,
  name,
  agent,
  dir,
}))

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
  const { agent, connected, refused, listening } = more
  const facts = { node: id, mesh, name, records, entries, conflicts, peers, root }
  return { ...facts, agent, connected, refused, listening }
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
