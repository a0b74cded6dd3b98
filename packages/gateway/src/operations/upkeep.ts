import type { VerifyReport } from '@folkmoot/node'
import * as v from 'valibot'
import { call, type OperationContext } from './operation.ts'
import { isoTime } from './shapes.ts'

export const verify = call(v.strictObject({}), async (node, _params, { onProgress }) => {
  const report = await node.verify(onProgress)
  const { entries, logs, valid, faults, uncounted, rowsDiffer } = report
  return { valid, entries, logs, faults, uncounted: uncounted.map(uncountedShape), rowsDiffer }
})

export const rebuild = call(v.strictObject({}), async (node, _params, { onProgress }: OperationContext) => {
  const { entries, records, root } = await node.rebuild(onProgress)
  return { entries, records, root }
})

export const doctor = call(v.strictObject({}), async node => {
  const { ok, findings, refusals } = await node.doctor()
  return { ok, findings, refusals: refusals.map(refusal => ({ ...refusal, at: isoTime(refusal.at) })) }
})

function uncountedShape(one: VerifyReport['uncounted'][number]) {
  const { entry, status, reason, node, name, agent, scope, seq, at } = one
  return { entry, status, reason, node, name, agent, scope, seq, at: isoTime(at) }
}
