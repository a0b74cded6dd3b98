import type { TokenReport } from '@folkmoot/node'
import * as v from 'valibot'
import { name } from './fields.ts'
import { call } from './operation.ts'
import { permissions } from './permission-fields.ts'
import { isoTime } from './shapes.ts'

export const createToken = call(
  v.strictObject({
    name,
    agent: v.exactOptional(name),
    user: v.exactOptional(name),
    permissions: v.exactOptional(permissions),
    expiresInMs: v.exactOptional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
  }),
  async (node, options) => {
    const { token, ...report } = await node.createToken(options)
    return { ...tokenShape(report), token }
  },
)

export const listTokens = call(v.strictObject({}), async node => (await node.tokens()).map(tokenShape))

export const revokeToken = call(v.strictObject({ name }), async (node, { name }) =>
  tokenShape(await node.revokeToken(name)),
)

export type TokenShape = ReturnType<typeof tokenShape>
function tokenShape({ name, agent, user, permissions, createdAt, expiresAt }: TokenReport) {
  return {
    name,
    agent,
    user,
    permissions,
    createdAt: isoTime(createdAt),
    expiresAt: expiresAt === null ? null : isoTime(expiresAt),
  }
}
