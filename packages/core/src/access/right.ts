/** What an agent may do in the scopes that a pattern covers. In this order in every list, which is that of the alphabet. */
export const RIGHTS = ['admin', 'arbitrate', 'read', 'relay', 'write'] as const

/**
 * `read` and `write` its memories; `arbitrate`: settle what its writers disagree about; `relay`: store and forward what
 * one cannot read; `admin`: grant and revoke within the pattern.
 */
export type Right = (typeof RIGHTS)[number]
