import { type Conflict, SUSPICION } from '@folkmoot/core'

/** What a person took back nobody decides again unasked, until somebody says something new. */
export function isTakenBack({ register, candidates, reopened }: Conflict): boolean {
  if (reopened?.kind !== 'undo') return false
  // Of a suspicion nothing is restored: the two memories stand as they stood.
  const known = register === SUSPICION ? reopened.supersedes : reopened.restores
  return candidates.every(({ entry }) => known.includes(entry))
}
