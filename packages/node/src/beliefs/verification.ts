/** Whether what a memory says was checked, as its registers tell. */
import {
  type Access,
  canonicalJson,
  type DocumentRow,
  type EntryHash,
  type Json,
  newest,
  type Sibling,
  sha256,
  toHex,
  utf8,
} from '@folkmoot/core'
import type { Verification } from './reports.ts'

export const VERIFICATION = 'verification'

type Members = Pick<Access, 'member'>

/** As it is written. `says` outlives the entry: an equal value that came later was checked, too. */
export interface VerificationMark {
  readonly of: EntryHash
  readonly outcome: Verification['outcome']
  readonly how: string
  /** SHA-256 of the value as canonical JSON, 64 hex digits. */
  readonly says?: string
}

export interface Checked {
  /** About the value that stands, the newest first; of others, if there is none. */
  readonly verification: Verification | null
  readonly verified: boolean
}

const UNCHECKED: Checked = { verification: null, verified: false }

export function digestOfValue(value: Json): string {
  return toHex(sha256(utf8(canonicalJson(value))))
}

/** @param value the effective one */
export function checkedIn(row: DocumentRow, value: Json, members: Members): Checked {
  const marks = marksIn(row)
  if (marks.length === 0) return UNCHECKED
  const standing = standingFor(row, value)
  const about = marks.filter(({ mark }) => isAbout(mark, standing, value))
  const shown = about.at(-1) ?? marks.at(-1)
  const outcomes = about.map(({ mark }) => mark.outcome)
  return {
    verification: shown === undefined ? null : verificationOf(shown, row, standing, members),
    verified: outcomes.includes('confirmed') && !outcomes.includes('refuted'),
  }
}

/** The siblings that say the effective value. */
export function standingFor(row: DocumentRow, value: Json): readonly Sibling[] {
  const said = canonicalJson(value)
  return (row.registers.content ?? []).filter(
    sibling => !sibling.ended && canonicalJson(sibling.value) === said,
  )
}

/** True of a `verified` that came with a check of another value than stands now. */
export function isOutdated(row: DocumentRow, claim: Sibling, value: Json): boolean {
  if (claim.value !== 'verified') return false
  const mark = marksIn(row).find(({ by }) => by.entry === claim.entry)?.mark
  return mark !== undefined && !isAbout(mark, standingFor(row, value), value)
}

interface Marked {
  readonly mark: VerificationMark
  readonly by: Sibling
}

/** Oldest first. What makes no sense checks nothing. */
function marksIn(row: DocumentRow): readonly Marked[] {
  return (row.registers[VERIFICATION] ?? []).flatMap(by => {
    const mark = markIn(by.value)
    return mark === undefined ? [] : [{ mark, by }]
  })
}

export function markIn(value: Json): VerificationMark | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined
  const { of, outcome, how, says } = value as { readonly [key: string]: Json }
  if (typeof of !== 'string' || typeof how !== 'string') return undefined
  if (outcome !== 'confirmed' && outcome !== 'refuted') return undefined
  return { of: of as EntryHash, outcome, how, ...(typeof says === 'string' ? { says } : {}) }
}

function isAbout(mark: VerificationMark, standing: readonly Sibling[], value: Json): boolean {
  if (standing.length === 0) return false
  return standing.some(({ entry }) => entry === mark.of) || mark.says === digestOfValue(value)
}

function verificationOf(
  { mark, by }: Marked,
  row: DocumentRow,
  standing: readonly Sibling[],
  members: Members,
): Verification {
  const candidates = row.conflicts.flatMap(conflict => conflict.candidates)
  const checked = [...candidates, ...(row.registers.content ?? [])].filter(({ entry }) => entry === mark.of)
  const member = members.member(by.node)
  const { of, outcome, how } = mark
  return {
    ...{ by: by.node, name: member?.name ?? '', agent: member?.agent ?? '', at: by.at, entry: by.entry },
    ...{ of, outcome, how },
    independent: [...standing, ...checked].every(({ node }) => node !== by.node),
  }
}

/** The value that stands, where there is just one. */
export function onlyStanding(row: DocumentRow): Sibling | undefined {
  const siblings = row.registers.content ?? []
  const last = newest(siblings)
  if (last === undefined) return undefined
  const said = sayingOf(last)
  return siblings.every(sibling => sayingOf(sibling) === said) ? last : undefined
}

/** Two siblings that say the same have the same saying. */
export function sayingOf({ ended, value }: Pick<Sibling, 'ended' | 'value'>): string {
  return ended ? 'x' : `v${canonicalJson(value)}`
}
