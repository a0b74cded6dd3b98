import * as v from 'valibot'
import { flag, name, natural, scope } from './fields.ts'
import { call } from './operation.ts'
import { isoTime } from './shapes.ts'

/** How long; a policy of no time at all would hide everything by mistake. */
const duration = v.pipe(natural, v.minValue(1))

export const endRun = call(v.strictObject({ run: name }), async (node, { run }) => node.endRun(run))

export const expire = call(
  v.strictObject({
    olderThanMs: v.exactOptional(duration),
    inactiveMs: v.exactOptional(duration),
    keep: v.exactOptional(natural),
    keepBytes: v.exactOptional(natural),
    scope: v.exactOptional(scope),
    kind: v.exactOptional(name),
    dryRun: v.exactOptional(flag),
  }),
  async (node, options) => {
    const { dryRun, records } = await node.expire(options)
    return {
      dryRun,
      records: records.map(({ updatedAt, ...record }) => ({ ...record, at: isoTime(updatedAt) })),
    }
  },
)
