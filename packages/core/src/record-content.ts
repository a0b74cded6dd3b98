/** What the operations of changes amount to, in the words of a row. */
import type { ChangeBody, DocumentChange } from './causal-order.ts'
import type { EntryHash } from './ids.ts'
import type { DocumentContent } from './open-document.ts'
import type { Sibling } from './row.ts'
import { type SettlementMark, settlementMark } from './settlement.ts'
import { sibling } from './sibling.ts'

/**
 * The content of a record that has one change: its operations, read straight off. There is nothing to merge, so
 * no Automerge document is opened; record-document.test.ts proves that both ways read the same.
 */
export function contentOfFirst(change: DocumentChange, body: ChangeBody): DocumentContent {
  const registers: { [register: string]: readonly Sibling[] } = {}
  const sets: { [set: string]: string[] } = {}
  const settlements: { [register: string]: readonly SettlementMark[] } = {}
  const claims: { [register: string]: readonly Sibling[] } = {}
  const itself = (entry: EntryHash) => (entry === change.entry ? change : undefined)
  for (const op of body.ops) {
    if (op[0] === 'put') registers[op[1]] = [sibling(change, body, op[2], false)]
    if (op[0] === 'end') registers[op[1]] = [sibling(change, body, null, true)]
    if (op[0] === 'add') sets[op[1]] = [...(sets[op[1]] ?? []), op[2]]
    if (op[0] === 'claim') claims[op[1]] = [sibling(change, body, op[2], false)]
    if (op[0] !== 'settle') continue
    const mark = settlementMark(sibling(change, body, op[2], false), op[1], itself)
    settlements[op[1]] = mark === undefined ? [] : [mark]
  }
  for (const elements of Object.values(sets)) elements.sort()
  return { registers, sets, settlements, claims }
}
