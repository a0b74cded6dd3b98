import { UsageError } from '@folkmoot/core'
import * as v from 'valibot'

/** @throws UsageError that names the field and says in one line what is wrong with it. */
export function parseParams<Schema extends v.GenericSchema>(
  schema: Schema,
  input: unknown,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, input, { abortEarly: true })
  if (parsed.success) return parsed.output
  throw new UsageError(describe(parsed.issues[0]))
}

function describe(issue: v.BaseIssue<unknown>): string {
  const field = v.getDotPath(issue)
  if (field === null) return issue.message
  if (issue.type === 'strict_object') {
    return issue.expected === 'never' ? `unknown field ${field}` : `field ${field} is missing`
  }
  return `field ${field}: ${issue.message}`
}
