import { type DocumentRow, type Json, newest, type Sibling, UsageError } from '@folkmoot/core'

/**
 * What kind of statement a memory is, as its author says: seen · concluded · checked · to be followed. Only what
 * somebody checked is `verified` in the sense of `Memory.verified`.
 */
export const CLAIMS = ['observation', 'inference', 'verified', 'directive'] as const
export type ClaimKind = (typeof CLAIMS)[number]

/** Null for whatever else a peer wrote. */
export function claimOf(value: Json | undefined): ClaimKind | null {
  return CLAIMS.find(known => known === value) ?? null
}

/** The newest word; but what one of several who spoke at the same time calls a directive is taken for one. */
export function claimed(row: Pick<DocumentRow, 'registers'>): Sibling | undefined {
  return newest(directives(row)) ?? newest(row.registers.claim ?? [])
}

/** Everybody's word that it is one. */
export function directives({ registers }: Pick<DocumentRow, 'registers'>): readonly Sibling[] {
  return (registers.claim ?? []).filter(({ value }) => value === 'directive')
}

/** @throws UsageError */
export function checkClaim(claim: string | undefined): void {
  if (claim !== undefined && claimOf(claim) === null)
    throw new UsageError(`claim ${JSON.stringify(claim)}: one of ${CLAIMS.join(', ')}`)
}
