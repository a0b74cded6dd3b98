import { decodeBody, encodeBody, FolkmootError, type Plan, type WriteResult } from '@folkmoot/core'

/** Thrown by a plan that could be written. */
const COULD_BE = new FolkmootError('changed', 'it was only asked whether this could be written')

/**
 * Why a plan could not be written as things stand, undefined if it could. It is made in its turn, as a write is, and
 * then dropped.
 */
export async function unwritten(
  plan: Plan,
  submit: (plan: Plan) => Promise<WriteResult | FolkmootError>,
): Promise<FolkmootError | undefined> {
  const result = await submit({
    ...plan,
    plan(view) {
      decodeBody(encodeBody(plan.plan(view).body))
      throw COULD_BE
    },
  })
  return result instanceof FolkmootError && result !== COULD_BE ? result : undefined
}
