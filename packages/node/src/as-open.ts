import type { DocumentRow } from '@folkmoot/core'

/** What fewer may use than may read the scope. */
interface Restrictions {
  readonly resources?: readonly string[] | undefined
  readonly contributors?: readonly string[] | undefined
}

/** Restricted by the same resources and contributors: of one scope, what the one says may be said in the other. */
export function isAsOpen(
  { resources, contributors }: Pick<DocumentRow, 'resources' | 'contributors'>,
  other: Restrictions = {},
): boolean {
  return isSame(resources, other.resources) && isSame(contributors, other.contributors)
}

function isSame(one: readonly string[], other: readonly string[] = []): boolean {
  return one.length === other.length && one.every(name => other.includes(name))
}
