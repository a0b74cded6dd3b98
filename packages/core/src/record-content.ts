/** What the operations of changes amount to, in the words of a row. Shared by a first change and by a merge. */
import type { ChangeBody, DocumentChange } from './causal-order.ts'
import { compareTime } from './hlc.ts'
import type { EntryHash } from './ids.ts'
import type { Json } from './json.ts'
import type { DocumentContent, SettlementMark } from './open-document.ts'
import type { Sibling } from './row.ts'

/** The value that `change` gave to `register`, as one of its siblings. */
export function siblingOf(change: DocumentChange, register: string): Sibling | undefined {
  if (change.body.type !== 'change') return undefined
  const op = change.body.ops.find(([kind, field]) => field === register && (kind === 'put' || kind === 'end'))
  if (op === undefined) return undefined
  return sibling(change, change.body, op[0] === 'put' ? op[2] : null, op[0] === 'end')
}

export function sibling(change: DocumentChange, body: ChangeBody, value: Json, ended: boolean): Sibling {
  const { node, at, tick, entry } = change
  return { value, ended, node, at, tick, entry, confidence: confidenceOf(body) }
}

function confidenceOf(body: ChangeBody): number | null {
  for (const op of body.ops) {
    if (op[0] === 'put' && op[1] === 'confidence' && typeof op[2] === 'number') return op[2]
  }
  return null
}

const KINDS = ['pick', 'value', 'defer', 'overwrite'] as const

/** Reads a settlement mark; one that makes no sense settles nothing and is left out. */
export function settlementMark(
  by: Sibling,
  register: string,
  changeOf: (entry: EntryHash) => DocumentChange | undefined,
): SettlementMark | undefined {
  if (by.value === null || typeof by.value !== 'object' || Array.isArray(by.value)) return undefined
  const { kind, supersedes, reason } = by.value as { readonly [key: string]: Json }
  const known = KINDS.find(candidate => candidate === kind)
  if (known === undefined || !Array.isArray(supersedes)) return undefined
  const superseded = supersedes.flatMap(entry => {
    const change = changeOf(entry as EntryHash)
    return change === undefined ? [] : (siblingOf(change, register) ?? [])
  })
  const own = changeOf(by.entry)
  return {
    kind: known,
    superseded: sortSiblings(superseded),
    reason: typeof reason === 'string' ? reason : null,
    chosen: (own && siblingOf(own, register)?.value) ?? null,
    by,
  }
}

export function sortSiblings(siblings: readonly Sibling[]): readonly Sibling[] {
  if (siblings.length < 2) return siblings
  return [...siblings].sort((a, b) => compareTime(a, b) || (a.entry < b.entry ? -1 : 1))
}

/**
 * The content of a record that has one change: its operations, read straight off. There is nothing to merge, so
 * no Automerge document is opened; record-document.test.ts proves that both ways read the same.
 */
export function contentOfFirst(change: DocumentChange, body: ChangeBody): DocumentContent {
  const registers: { [register: string]: readonly Sibling[] } = {}
  const sets: { [set: string]: string[] } = {}
  const settlements: { [register: string]: readonly SettlementMark[] } = {}
  const itself = (entry: EntryHash) => (entry === change.entry ? change : undefined)
  for (const op of body.ops) {
    if (op[0] === 'put') registers[op[1]] = [sibling(change, body, op[2], false)]
    if (op[0] === 'end') registers[op[1]] = [sibling(change, body, null, true)]
    if (op[0] === 'add') sets[op[1]] = [...(sets[op[1]] ?? []), op[2]]
    if (op[0] !== 'settle') continue
    const mark = settlementMark(sibling(change, body, op[2], false), op[1], itself)
    settlements[op[1]] = mark === undefined ? [] : [mark]
  }
  for (const elements of Object.values(sets)) elements.sort()
  return { registers, sets, settlements }
}
