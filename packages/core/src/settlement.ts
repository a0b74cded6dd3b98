/** What somebody left on a register's disagreement: a settlement, or a claim to be settling it. */
import type { DocumentChange } from './causal-order.ts'
import { compareTime } from './hlc.ts'
import type { EntryHash } from './ids.ts'
import type { Json } from './json.ts'
import type { Claim, Grounds, Resolution, Sibling } from './row.ts'
import { sibling, siblingOf, sortSiblings } from './sibling.ts'

/** A settlement as its author wrote it, with what it names looked up. */
export interface SettlementMark extends Grounds {
  readonly kind: Resolution['kind']
  /** Entries of the siblings that its author had in view. */
  readonly seen: readonly EntryHash[]
  /** Those of them that this document holds, oldest first. */
  readonly superseded: readonly Sibling[]
  /** The place of the candidate that was picked, from 1; null if none was. */
  readonly pick: number | null
  readonly contexts: Resolution['contexts']
  /** Verdicts that it takes back, and the siblings that these had superseded. */
  readonly undoes: readonly EntryHash[]
  readonly restored: readonly Sibling[]
  readonly reason: string | null
  /** What its author put into the register in the same change; null if nothing, or a tombstone. */
  readonly chosen: Json
  readonly by: Sibling
}

/** Finds an applied change of the same document. */
export type ChangeOf = (entry: EntryHash) => DocumentChange | undefined

/** Finds what such a change gave to a register. */
type SiblingAt = (entry: EntryHash, register: string) => Sibling | undefined

/** Somebody's judgement on a register, as its change tells it. */
export interface Verdict {
  readonly entry: EntryHash
  readonly kind: 'pick' | 'value' | 'context'
  readonly judge: Grounds['judge']
  readonly supersedes: readonly EntryHash[]
}

const KINDS = ['pick', 'value', 'context', 'defer', 'overwrite', 'undo'] as const
const GROUNDS = ['person', 'model', 'rule'] as const
/** One arbiter at work for longer than this has most likely crashed: others need not wait for it. */
export const CLAIM_MS_MAX = 10 * 60_000
/** Characters of what a settlement says for itself: more than any honest rationale has. */
const SAID_LENGTH_MAX = 4096
const HASH = /^[0-9a-f]{64}$/

/** Reads a settlement; one that makes no sense settles nothing and is left out. */
export function settlementMark(
  by: Sibling,
  register: string,
  changeOf: ChangeOf,
  siblingAt: SiblingAt = statedIn(changeOf),
): SettlementMark | undefined {
  const said = mapIn(by.value)
  const kind = KINDS.find(known => known === said?.kind)
  if (said === undefined || kind === undefined || !Array.isArray(said.supersedes)) return undefined
  const seen = entriesIn(said.supersedes)
  const own = changeOf(by.entry)
  const undone = undoneIn(by.value, register, changeOf)
  const freed = undone.flatMap(({ supersedes }) => supersedes)
  return {
    kind,
    seen,
    superseded: siblingsOf(seen, register, siblingAt),
    pick: placeIn(said.pick),
    contexts: contextsIn(said.contexts),
    undoes: undone.map(({ entry }) => entry),
    restored: siblingsOf(freed, register, siblingAt),
    reason: textIn(said.reason),
    chosen: (own && siblingOf(own, register)?.value) ?? null,
    ...groundsIn(said),
    by,
  }
}

/** Only verdicts can be taken back: a statement that merely stands there is its author's own. */
export function verdictIn(change: DocumentChange | undefined, register: string): Verdict | undefined {
  if (change?.body.type !== 'change') return undefined
  const op = change.body.ops.find(([kind, field]) => kind === 'settle' && field === register)
  const said = op?.[0] === 'settle' ? mapIn(op[2]) : undefined
  if (said?.kind !== 'pick' && said?.kind !== 'value' && said?.kind !== 'context') return undefined
  const { judge } = groundsIn(said)
  return { entry: change.entry, kind: said.kind, judge, supersedes: entriesIn(said.supersedes) }
}

/** Verdicts that a settlement takes back, or says again to be taken back. */
export function undoneIn(value: Json, register: string, changeOf: ChangeOf): readonly Verdict[] {
  return entriesIn(mapIn(value)?.undoes).flatMap(entry => verdictIn(changeOf(entry), register) ?? [])
}

/** Every settlement that was ever written in a document, oldest first, also those that do not stand. */
export function settlementsIn(
  changes: Iterable<DocumentChange>,
  changeOf: ChangeOf,
  siblingAt: SiblingAt = statedIn(changeOf),
): readonly { readonly register: string; readonly mark: SettlementMark }[] {
  const found = [...changes].flatMap(change => {
    const { body } = change
    if (body.type !== 'change') return []
    return body.ops.flatMap(op => {
      if (op[0] !== 'settle') return []
      const mark = settlementMark(sibling(change, body, op[2], false), op[1], changeOf, siblingAt)
      return mark === undefined ? [] : { register: op[1], mark }
    })
  })
  return found.sort(
    (a, b) => compareTime(a.mark.by, b.mark.by) || (a.mark.by.entry < b.mark.by.entry ? -1 : 1),
  )
}

/** Reads a claim; one that makes no sense claims nothing. */
export function claimIn(by: Sibling): (Claim & { readonly seen: readonly EntryHash[] }) | undefined {
  const said = mapIn(by.value)
  const until = numberIn(said?.until)
  if (said === undefined || until === null) return undefined
  const { node, at, entry } = by
  return { node, at, entry, until: Math.min(until, at + CLAIM_MS_MAX), seen: entriesIn(said.seen) }
}

function groundsIn(said: { readonly [key: string]: Json }): Grounds {
  return {
    judge: GROUNDS.find(known => known === said.judge) ?? 'person',
    rule: textIn(said.rule),
    model: textIn(said.model),
    promptHash: hashIn(said.promptHash),
    confidence: shareIn(said.confidence),
  }
}

function statedIn(changeOf: ChangeOf): SiblingAt {
  return (entry, register) => {
    const change = changeOf(entry)
    return change && siblingOf(change, register)
  }
}

function siblingsOf(
  entries: readonly EntryHash[],
  register: string,
  siblingAt: SiblingAt,
): readonly Sibling[] {
  return sortSiblings(entries.flatMap(entry => siblingAt(entry, register) ?? []))
}

/** 0 to 1: more would outweigh every honest judge. */
function shareIn(value: Json | undefined): number | null {
  const share = numberIn(value)
  return share !== null && share >= 0 && share <= 1 ? share : null
}

/** No more than two memories are ever in question. */
const CONTEXTS_MAX = 2

function contextsIn(value: Json | undefined): Resolution['contexts'] {
  if (!Array.isArray(value) || value.length > CONTEXTS_MAX) return []
  const read = value.map((item: Json) => {
    const said = mapIn(item)
    return { pick: placeIn(said?.pick), when: textIn(said?.when) }
  })
  return read.flatMap(({ pick, when }) => (pick === null || when === null ? [] : [{ pick, when }]))
}

/** Counted from 1. */
function placeIn(value: Json | undefined): number | null {
  const place = numberIn(value)
  return place !== null && Number.isSafeInteger(place) && place >= 1 ? place : null
}

function hashIn(value: Json | undefined): string | null {
  const text = textIn(value)
  return text !== null && HASH.test(text) ? text : null
}

function mapIn(value: Json): { readonly [key: string]: Json } | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined
  return value as { readonly [key: string]: Json }
}

function entriesIn(value: Json | undefined): readonly EntryHash[] {
  if (!Array.isArray(value)) return []
  return [...new Set(value.filter(entry => typeof entry === 'string'))] as EntryHash[]
}

function textIn(value: Json | undefined): string | null {
  return typeof value === 'string' ? value.slice(0, SAID_LENGTH_MAX).toWellFormed() : null
}

function numberIn(value: Json | undefined): number | null {
  return typeof value === 'number' ? value : null
}
