import { type Conflict, SUSPICION, saying } from '@folkmoot/core'

/** No rule and no arbiter decides it unasked: people took a verdict back, or judged it differently. */
export function isLeftToPeople(conflict: Conflict): boolean {
  return isTakenBack(conflict) || peopleDiffer(conflict)
}

/** Until somebody says something new. */
function isTakenBack({ register, candidates, reopened }: Conflict): boolean {
  if (reopened?.kind !== 'undo') return false
  // Of a suspicion nothing is restored: the two memories stand as they stood.
  const known = register === SUSPICION ? reopened.supersedes : reopened.restores
  return candidates.every(({ entry }) => known.includes(entry))
}

function peopleDiffer({ register, status, candidates, overruled }: Conflict): boolean {
  if (status === 'resolved' || status === 'deferred') return false
  if (register === SUSPICION) return overruled.filter(({ judge }) => judge === 'person').length > 1
  const judged = candidates.filter(({ verdict }) => verdict?.judge === 'person')
  return new Set(judged.map(saying)).size > 1
}
