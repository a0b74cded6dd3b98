/**
 * What is said of a statement beside its words: of what kind it is, and how sure one can be of it. It stands in registers
 * of the whole memory, but holds only for the words that it was said of. Every read goes by this one rule:
 *
 *   in the change of a statement   of that statement and no other
 *   in a check                     of the value that was checked, unless it was refuted since
 *   by itself                      of what stood then: what was said before it, by hybrid time, and stands still
 *
 * Who repeats the words of a directive, and does not say what they are, has them as a directive too.
 */
import {
  canonicalJson,
  compareTime,
  type DocumentChange,
  type DocumentRow,
  type EntryHash,
  type Json,
  type Sibling,
  saying,
} from '@folkmoot/core'
import { isAbout, markIn, markOf, VERIFICATION, type VerificationMark } from './verification-mark.ts'

export type Said = Pick<DocumentRow, 'registers' | 'conflicts'>

/** Finds what an entry says that counts in the same memory; undefined if it is not here, or not to be read. */
export type ChangeAt = (entry: EntryHash) => DocumentChange | undefined

const DIRECTIVE = 'directive'

/** What a register says of a statement, oldest first. */
export function saidOf(
  row: Said,
  register: 'claim' | 'confidence',
  statement: Sibling,
  changeAt?: ChangeAt,
): readonly Sibling[] {
  return (row.registers[register] ?? []).filter(
    mark => !mark.ended && isSaidOf(mark, statement, row, changeAt),
  )
}

/** Everybody's word on what kind of statement it is, oldest first. One of its own is not lost by what is said of others. */
export function claimsOn(row: Said, statement: Sibling, changeAt?: ChangeAt): readonly Sibling[] {
  const said = saidOf(row, 'claim', statement, changeAt)
  if (said.length > 0) return said
  const isReplaced = (row.registers.claim ?? []).some(mark => compareTime(statement, mark) < 0)
  const own = isReplaced ? changeAt?.(statement.entry) : undefined
  const op = own && putIn(own, 'claim')
  return op?.[0] === 'put' ? [{ ...statement, value: op[2], ended: false }] : []
}

/** 0 to 1, as it was said last; null if nobody said it. */
export function confidenceIn(row: Said, statements: readonly Sibling[], changeAt?: ChangeAt): number | null {
  const said = statements.flatMap(statement => [
    ...(statement.confidence === null ? [] : [{ ...statement, value: statement.confidence }]),
    ...saidOf(row, 'confidence', statement, changeAt),
  ])
  const last = said
    .filter(({ value }) => typeof value === 'number')
    .sort(compareTime)
    .at(-1)?.value
  return typeof last === 'number' ? last : null
}

/** The contents that say the effective value. */
export function standingFor(row: Said, value: Json): readonly Sibling[] {
  const said = canonicalJson(value)
  return (row.registers.content ?? []).filter(
    sibling => !sibling.ended && canonicalJson(sibling.value) === said,
  )
}

/** Who says the effective value. */
export function statementsFor(row: Said, value: Json): readonly Sibling[] {
  const statements = standingFor(row, value).flatMap(said => statementsBehind(row, said))
  return [...new Map(statements.map(one => [one.entry, one])).values()]
}

/** Whose statement a content is: of one that was picked theirs who said it, not the judge's. */
export function statementsBehind(row: Said, said: Sibling): readonly Sibling[] {
  const same = settledBy(row, said).filter(one => saying(one) === saying(said))
  return same.length === 0 ? [said] : same
}

/** What a verdict was about whose value stands. Rows of earlier versions do not say what it rests on. */
export function settledBy({ conflicts }: Said, { entry, verdict }: Sibling): readonly Sibling[] {
  if (verdict !== undefined && verdict.on.length > 0) return verdict.on
  return conflicts
    .filter(({ register, resolution }) => register === 'content' && resolution?.entry === entry)
    .flatMap(({ resolution, candidates }) => (resolution?.kind === 'overwrite' ? [] : candidates))
    .flatMap(candidate => (candidate.verdict?.on.length ? candidate.verdict.on : [candidate]))
}

function isSaidOf(mark: Sibling, statement: Sibling, row: Said, changeAt: ChangeAt | undefined): boolean {
  if (mark.entry === statement.entry) return true
  const isLater = compareTime(statement, mark) < 0
  // Most of what was said before it is told from the row: an entry is only looked up where it could count.
  if (!isLater && mark.value !== DIRECTIVE && row.registers[VERIFICATION] === undefined) return false
  const beside = besideOf(mark, row, changeAt)
  switch (beside.kind) {
    case 'words':
      return mark.value === DIRECTIVE && isRepeated(mark, beside.words, statement, row)
    case 'check':
      return (
        mark.value !== DIRECTIVE &&
        isAbout(beside.check, statement) &&
        !(beside.check.outcome === 'confirmed' && isRefutedAfter(mark, statement, row))
      )
    case 'nothing':
      return isLater
    case 'unknown':
      return mark.value === DIRECTIVE
  }
}

/** What else a change says. */
type Beside =
  | { readonly kind: 'words'; readonly words: Words }
  | { readonly kind: 'check'; readonly check: VerificationMark }
  | { readonly kind: 'nothing' | 'unknown' }

type Words = Pick<Sibling, 'value' | 'ended'>

/** Most of it the row tells itself. */
function besideOf({ entry, value }: Sibling, row: Said, changeAt: ChangeAt | undefined): Beside {
  const words = contentsIn(row).find(content => content.entry === entry)
  if (words !== undefined) return { kind: 'words', words }
  const noted = row.registers[VERIFICATION]?.find(one => one.entry === entry)
  const known = noted && value !== DIRECTIVE ? markIn(noted.value) : undefined
  if (known !== undefined) return { kind: 'check', check: known }
  const change = changeAt?.(entry)
  if (change?.body.type !== 'change') return { kind: 'unknown' }
  const op = putIn(change, 'content')
  if (op !== undefined)
    return { kind: 'words', words: { value: op[0] === 'put' ? op[2] : null, ended: op[0] === 'end' } }
  const check = markOf(change)
  return check === undefined ? { kind: 'nothing' } : { kind: 'check', check }
}

/** What is known of the contents, standing or settled. */
function contentsIn({ registers, conflicts }: Said): readonly Sibling[] {
  const disputed = conflicts.filter(({ register }) => register === 'content')
  const standing = [...(registers.content ?? []), ...disputed.flatMap(({ candidates }) => candidates)]
  return standing.flatMap(said => [said, ...(said.verdict?.on ?? [])])
}

function isRepeated(mark: Sibling, words: Words, statement: Sibling, { registers }: Said): boolean {
  const stands = (registers.content ?? []).some(({ entry }) => entry === mark.entry)
  const saysWhatItIs = (registers.claim ?? []).some(({ entry }) => entry === statement.entry)
  return (
    !(stands || saysWhatItIs || words.ended) &&
    compareTime(mark, statement) < 0 &&
    canonicalJson(words.value) === canonicalJson(statement.value)
  )
}

function isRefutedAfter(check: Sibling, statement: Sibling, { registers }: Said): boolean {
  return (registers[VERIFICATION] ?? []).some(by => {
    const mark = markIn(by.value)
    return mark?.outcome === 'refuted' && isAbout(mark, statement) && compareTime(check, by) < 0
  })
}

function putIn({ body }: DocumentChange, place: string) {
  if (body.type !== 'change') return undefined
  return body.ops.find(([kind, register]) => (kind === 'put' || kind === 'end') && register === place)
}
