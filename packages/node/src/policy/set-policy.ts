import {
  DEFAULT_SCOPE,
  type Json,
  note,
  POLICY,
  type Policy,
  PRESET_POLICY,
  parsePolicy,
  parseScope,
  type Right,
} from '@folkmoot/core'
import type { Written } from '../api.ts'
import type { Writer } from '../writer.ts'
import { written } from '../written.ts'

/** Core asks for it too. */
const RULING: readonly Right[] = ['arbitrate']

/**
 * Writes the policy of a scope into its note; null takes it away.
 * @throws UsageError that names the place in the policy
 * @throws FolkmootError forbidden, without the right to arbitrate
 */
export async function setPolicy(
  given: Policy | 'standard' | null,
  { scope: where, reason }: { readonly scope?: string; readonly reason?: string },
  writer: Pick<Writer, 'change' | 'why' | 'at'>,
): Promise<Written & { readonly policy: Policy | null }> {
  const policy = given === null ? null : policyFrom(given)
  const scope = where === undefined ? DEFAULT_SCOPE : parseScope(where)
  const why = writer.why(reason === undefined ? {} : { reason })
  const statement = { scope, name: POLICY, register: POLICY, value: policy as Json }
  const plan = note(why === undefined ? statement : { ...statement, why }, writer.at.names)
  return { ...written(await writer.change(scope, plan, RULING)), policy }
}

/** @throws UsageError that names the place */
export function policyFrom(given: Policy | 'standard'): Policy {
  return given === 'standard' ? PRESET_POLICY : parsePolicy(given)
}
