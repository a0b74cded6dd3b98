import { newest } from './resolve.ts'
import type { Sibling } from './row.ts'

/** Of what nobody has said how important it is. */
export const IMPORTANCE = 0.5

/** What a memory's register of that name says, from 0 to 1. */
export function importanceIn(siblings: readonly Sibling[] = []): number {
  const said = newest(siblings)?.value
  return typeof said === 'number' && said >= 0 && said <= 1 ? said : IMPORTANCE
}
