import { type Json, newest, type Sibling, UsageError } from '@folkmoot/core'
import { type ChangeAt, claimsOn, type Said, standingFor, statementsBehind } from './said-of.ts'

/**
 * What kind of statement a memory is, as its author says: seen · concluded · checked · to be followed. Only what
 * somebody else checked is `verified` in the sense of `Memory.verified`.
 */
export const CLAIMS = ['observation', 'inference', 'verified', 'directive'] as const
export type ClaimKind = (typeof CLAIMS)[number]

/** Null for whatever else a peer wrote. */
export function claimOf(value: Json | undefined): ClaimKind | null {
  return CLAIMS.find(known => known === value) ?? null
}

/**
 * Of statements that all say one value. One that anybody says plainly is no directive, whoever else makes it one.
 * @param statements oldest first
 */
export function claimOfAll(row: Said, statements: readonly Sibling[], changeAt?: ChangeAt): ClaimKind | null {
  const kinds = statements.map(statement => kindOf(claimsOn(row, statement, changeAt)))
  if (kinds.length > 0 && kinds.every(kind => kind === 'directive')) return 'directive'
  return kinds.findLast(kind => kind !== null && kind !== 'directive') ?? null
}

/** The newest word; but what one of several who spoke at the same time calls a directive is taken for one. */
function kindOf(claims: readonly Sibling[]): ClaimKind | null {
  const isDirective = claims.some(({ value }) => value === 'directive')
  return isDirective ? 'directive' : claimOf(newest(claims)?.value)
}

/** Everybody's word that a statement is a directive. */
export function directivesOn(row: Said, statement: Sibling, changeAt?: ChangeAt): readonly Sibling[] {
  return claimsOn(row, statement, changeAt).filter(({ value }) => value === 'directive')
}

/** Everybody's word that what a memory says last is one; nobody's, if somebody says it plainly. */
export function directives(row: Said, changeAt?: ChangeAt): readonly Sibling[] {
  const said = newest(row.registers.content ?? [])
  if (said === undefined) return (row.registers.claim ?? []).filter(({ value }) => value === 'directive')
  if (said.ended) return []
  const statements = standingFor(row, said.value).flatMap(one => statementsBehind(row, one))
  const words = statements.map(statement => directivesOn(row, statement, changeAt))
  return words.every(word => word.length > 0) ? words.flat() : []
}

/** @throws UsageError */
export function checkClaim(claim: string | undefined): void {
  if (claim !== undefined && claimOf(claim) === null)
    throw new UsageError(`claim ${JSON.stringify(claim)}: one of ${CLAIMS.join(', ')}`)
}
