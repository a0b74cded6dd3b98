/** Whether what a memory says was checked, as its registers tell. */
import {
  canonicalJson,
  compareTime,
  type DocumentChange,
  type DocumentRow,
  type EntryHash,
  type Json,
  type NodeId,
  newest,
  type Sibling,
} from '@folkmoot/core'
import type { Listener } from './caution.ts'
import type { Verification } from './reports.ts'
import { standingFor, statementsBehind } from './said-of.ts'
import { isAbout, markIn, markOf, VERIFICATION, type VerificationMark } from './verification-mark.ts'

export { markIn, VERIFICATION } from './verification-mark.ts'

type Eyes = Pick<Listener, 'members' | 'changeAt'>

export interface Checked {
  /** Of the value that stands, the newest first. */
  readonly checks: readonly Verification[]
  /** The first of them, a refutation before all others; of another value, if there is none. */
  readonly verification: Verification | null
  readonly verified: boolean
}

const UNCHECKED: Checked = { checks: [], verification: null, verified: false }

/** @param value the effective one */
export function checkedIn(row: DocumentRow, value: Json, eyes: Eyes): Checked {
  const marks = marksIn(row, eyes)
  const last = marks.at(-1)
  if (last === undefined) return UNCHECKED
  const checks = marks
    .filter(({ mark }) => contentsOf(row, value).some(said => isAbout(mark, said)))
    .map(marked => verificationOf(marked, row, eyes))
    .reverse()
  const refutation = checks.find(({ outcome }) => outcome === 'refuted')
  return {
    checks,
    verification: refutation ?? checks[0] ?? verificationOf(last, row, eyes),
    verified: refutation === undefined && checks.some(({ independent }) => independent),
  }
}

/** The check that an entry has made. */
export function checkBy(row: DocumentRow, entry: EntryHash, eyes: Eyes): Verification | undefined {
  const marked = marksIn(row, eyes).find(({ by }) => by.entry === entry)
  return marked && verificationOf(marked, row, eyes)
}

/** Checks that stand of a content, the oldest first. */
export function checksOf(row: DocumentRow, content: Content, eyes: Eyes): readonly Marked[] {
  return marksIn(row, eyes).filter(({ mark }) => isAbout(mark, content))
}

type Content = Parameters<typeof isAbout>[1]

interface Marked {
  readonly mark: VerificationMark
  readonly by: Pick<DocumentChange, 'node' | 'at' | 'tick' | 'entry'>
}

/** Oldest first. With those that it names beside itself; but of what a node says twice only the second counts. */
function marksIn(row: DocumentRow, { changeAt }: Eyes): readonly Marked[] {
  const written = (row.registers[VERIFICATION] ?? []).flatMap(by => {
    const mark = markIn(by.value)
    return mark === undefined ? [] : [{ mark, by }]
  })
  const named = new Set(written.flatMap(({ mark }) => mark.beside ?? []))
  if (named.size === 0) return written
  const beside = [...named].flatMap(entry => {
    const by = changeAt?.(entry)
    const mark = by?.body.doc === row.id ? markOf(by) : undefined
    const isReplaced = written.some(one => one.by.entry === entry || one.by.node === by?.node)
    return by === undefined || mark === undefined || isReplaced ? [] : [{ mark, by }]
  })
  return [...beside, ...written].sort((one, other) => compareTime(one.by, other.by))
}

/** What says the value; of one that was picked, also where it was said. */
function contentsOf(row: DocumentRow, value: Json): readonly Content[] {
  return standingFor(row, value).flatMap(said => [said, ...statementsBehind(row, said)])
}

function verificationOf({ mark, by }: Marked, row: DocumentRow, { members, changeAt }: Eyes): Verification {
  const agentOf = (node: NodeId) => members.member(node)?.agent ?? node
  const candidates = row.conflicts.flatMap(conflict => conflict.candidates)
  const checked = [...candidates, ...(row.registers.content ?? [])].filter(said => isAbout(mark, said))
  const { of, outcome, how } = mark
  const first = checked.some(({ entry }) => entry === of) ? undefined : changeAt?.(of)
  const authors = [...checked.flatMap(said => statementsBehind(row, said)), ...(first ? [first] : [])]
  const member = members.member(by.node)
  return {
    ...{ by: by.node, name: member?.name ?? '', agent: member?.agent ?? '', at: by.at, entry: by.entry },
    ...{ of, outcome, how },
    independent: authors.every(({ node }) => agentOf(node) !== agentOf(by.node)),
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
