import { parsePolicy } from '@folkmoot/core'
import * as v from 'valibot'
import { policyShape, policyTestShape } from './conflict-shapes.ts'
import { reason, scope } from './fields.ts'
import { call } from './operation.ts'
import { changedShape } from './shapes.ts'

/** A policy of one's own, checked where its faults can be named; or the one to begin with. */
const policy = v.union(
  [
    v.literal('standard'),
    v.pipe(
      v.custom<object>(input => typeof input === 'object' && input !== null, 'no policy'),
      v.transform((input: object) => parsePolicy(input)),
    ),
  ],
  'a policy is a map with version and clauses, or "standard"',
)

export const showPolicy = call(v.strictObject({ scope: v.exactOptional(scope) }), async (node, { scope }) =>
  policyShape(await node.policy(scope)),
)

export const setPolicy = call(
  v.strictObject({
    /** Null takes it away. */
    policy: v.nullable(policy),
    scope: v.exactOptional(scope),
    reason: v.exactOptional(reason),
  }),
  async (node, { policy, ...options }) => {
    const written = await node.setPolicy(policy, options)
    const { scope, policy: set, warnings } = written
    return { ...changedShape(written), scope, policy: set, warnings }
  },
)

export const testPolicy = call(
  v.strictObject({ policy, scope: v.exactOptional(scope) }),
  async (node, { policy, ...options }) => policyTestShape(await node.testPolicy(policy, options)),
)
