/** The values that changes gave to registers. */
import type { ChangeBody, DocumentChange } from './causal-order.ts'
import { compareTime } from './hlc.ts'
import type { Json } from './json.ts'
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

export function sortSiblings(siblings: readonly Sibling[]): readonly Sibling[] {
  if (siblings.length < 2) return siblings
  return [...siblings].sort((a, b) => compareTime(a, b) || (a.entry < b.entry ? -1 : 1))
}

function confidenceOf(body: ChangeBody): number | null {
  for (const op of body.ops) {
    if (op[0] === 'put' && op[1] === 'confidence' && typeof op[2] === 'number') return op[2]
  }
  return null
}
