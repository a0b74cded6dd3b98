import {
  canonicalJson,
  DEFAULT_SCOPE,
  type DocumentId,
  type Json,
  limits,
  NotFoundError,
  note,
  type Plan,
  POLICY,
  type Policy,
  PRESET_POLICY,
  parsePolicy,
  parseScope,
  policyWarnings,
  type Right,
  type ScopeAddress,
  TooLargeError,
  utf8,
} from '@folkmoot/core'
import { policyNoteId } from '../policies.ts'
import type { PolicySet } from '../policy-reports.ts'
import type { Writer } from '../writer.ts'
import { written } from '../written.ts'

/** Core asks for it too. */
const RULING: readonly Right[] = ['arbitrate']

/**
 * Writes the policy of a scope into its note; null takes it away.
 * @param agents that members act as
 * @throws UsageError that names the place in the policy
 * @throws TooLargeError
 * @throws NotFoundError if there is none to take away
 * @throws FolkmootError forbidden, without the right to arbitrate
 */
export async function setPolicy(
  given: Policy | 'standard' | null,
  { scope: where, reason }: { readonly scope?: string; readonly reason?: string },
  writer: Pick<Writer, 'change' | 'why' | 'at'>,
  agents: ReadonlySet<string>,
): Promise<PolicySet> {
  const policy = given === null ? null : policyFrom(given)
  const scope = where === undefined ? DEFAULT_SCOPE : parseScope(where)
  const why = writer.why(reason === undefined ? {} : { reason })
  if (policy !== null) checkSize(policy)
  const statement = { scope, name: POLICY, register: POLICY, value: policy as Json }
  const plan = note(why === undefined ? statement : { ...statement, why }, writer.at.names)
  const result = await writer.change(
    scope,
    policy === null ? whereSet(plan, scope, policyNoteId(scope, writer.at.names)) : plan,
    RULING,
  )
  return { ...written(result), policy, warnings: policy === null ? [] : policyWarnings(policy, agents) }
}

/** A policy is a value like any other: as long as one memory may be. */
function checkSize(policy: Policy): void {
  const size = utf8(canonicalJson(policy as Json)).length
  if (size > limits.TEXT_BYTES_MAX)
    throw new TooLargeError('the policy in bytes of JSON', size, limits.TEXT_BYTES_MAX)
}

/** Nothing is written where there is none. */
function whereSet(plan: Plan, scope: ScopeAddress, id: DocumentId): Plan {
  return {
    ...plan,
    plan(view) {
      const said = view.row(id)?.registers[POLICY]
      if (said?.some(({ value }) => value !== null) !== true)
        throw new NotFoundError(`policy of its own in ${scope}: nothing to take away`)
      return plan.plan(view)
    },
  }
}

/** @throws UsageError that names the place */
export function policyFrom(given: Policy | 'standard'): Policy {
  return given === 'standard' ? PRESET_POLICY : parsePolicy(given)
}
