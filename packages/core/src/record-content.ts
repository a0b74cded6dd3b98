/** What the operations of changes amount to, where there is nothing to merge. */
import type { ChangeBody, DocumentChange } from './causal-order.ts'
import type { EntryHash } from './ids.ts'
import type { Json } from './json.ts'
import type { DocumentContent } from './open-document.ts'
import type { Sibling } from './row.ts'
import { type SettlementMark, settlementMark } from './settlement.ts'
import { sibling } from './sibling.ts'
import { withVerdict } from './verdict.ts'

/** What a record said before: nothing yet, or the registers and sets of a row in which nothing was settled. */
type Said = Pick<DocumentContent, 'registers' | 'sets'>

const NOTHING: Said = { registers: {}, sets: {} }

/**
 * The content of a record after a change that knew of all that was said in it: its operations, read straight off. There
 * is nothing to merge, so no Automerge document is opened; record-document.test.ts proves that both ways read the same.
 * @param before what it said; in a record in which nothing was ever settled or claimed
 * @param changeOf finds an applied change of the same document
 */
export function contentAfter(
  change: DocumentChange,
  body: ChangeBody,
  before: Said = NOTHING,
  changeOf: (entry: EntryHash) => DocumentChange | undefined = () => undefined,
): DocumentContent {
  const registers: { [register: string]: readonly Sibling[] } = { ...before.registers }
  const settlements: { [register: string]: readonly SettlementMark[] } = {}
  const claims: { [register: string]: readonly Sibling[] } = {}
  const found = (entry: EntryHash) => (entry === change.entry ? change : changeOf(entry))
  const stated = (register: string, value: Json, ended: boolean) => [
    withVerdict(sibling(change, body, value, ended), register, {
      changeOf: found,
      replaced: entry => (entry === change.entry ? (before.registers[register] ?? []) : []).map(entryOf),
      isUndone: () => false,
    }),
  ]
  for (const op of body.ops) {
    if (op[0] === 'put') registers[op[1]] = stated(op[1], op[2], false)
    if (op[0] === 'end') registers[op[1]] = stated(op[1], null, true)
    if (op[0] === 'claim') claims[op[1]] = [sibling(change, body, op[2], false)]
    if (op[0] !== 'settle') continue
    const mark = settlementMark(sibling(change, body, op[2], false), op[1], found)
    settlements[op[1]] = mark === undefined ? [] : [mark]
  }
  return { registers, sets: setsAfter(body, before.sets), settlements, claims }
}

function entryOf({ entry }: Sibling): EntryHash {
  return entry
}

function setsAfter({ ops }: ChangeBody, before: DocumentContent['sets']): DocumentContent['sets'] {
  const sets: { [set: string]: readonly string[] } = { ...before }
  for (const [kind, set, element] of ops) {
    if (kind !== 'add' && kind !== 'cut') continue
    const others = (sets[set] ?? []).filter(other => other !== element)
    const elements = kind === 'cut' ? others : [...others, element as string].sort()
    if (elements.length > 0) sets[set] = elements
    else delete sets[set]
  }
  return sets
}
