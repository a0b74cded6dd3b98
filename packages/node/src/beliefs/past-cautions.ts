/** Cautions beside what was said once: an entry was a directive then, or it is one now. */
import {
  canonicalJson,
  type DocumentChange,
  type DocumentRow,
  type EntryHash,
  type Json,
  type NodeId,
  settlementsIn,
} from '@folkmoot/core'
import type { Sight } from '../sight.ts'
import { cautionBeside, cautionOf, type Listener } from './caution.ts'
import { directives } from './claims.ts'

/** Null beside what is no directive, or nobody else's. */
export type CautionAt = (change: DocumentChange) => string | null

/** Looks at each change of a memory once; what is asked of it then is a look-up. */
export function pastCautions(
  row: DocumentRow,
  { sight, members }: { readonly sight: Sight; readonly members: Listener['members'] },
): CautionAt {
  // An erased memory says nothing, and of a block nobody can say what it is.
  if (row.erased || row.type === 'block') return () => null
  const listener = { members, agents: sight.agents }
  const document = sight.open(row)
  const inForce = new Map<EntryHash, NodeId>()
  const directiveAt = (change: DocumentChange): NodeId | undefined => {
    const said = ownWord(change)
    if (said !== undefined) return said ? change.node : undefined
    const before = change.body.deps.flatMap(dep => inForce.get(dep) ?? [])
    return before.find(node => cautionOf([node], listener) !== null) ?? before[0]
  }
  for (const change of document.changes()) {
    const by = directiveAt(change)
    if (by !== undefined) inForce.set(change.entry, by)
  }
  const texts = new Set(directives(row).length === 0 ? [] : (row.registers.content ?? []).map(textOf))
  const nowOf = (change: DocumentChange) => {
    const { node, entry } = change
    const put = contentOf(change)
    const isSaidNow = put !== undefined && texts.has(textOf(put))
    return isSaidNow ? cautionBeside(row, 'content', { node, entry, value: put.value }, listener) : null
  }
  return change => {
    const by = inForce.get(change.entry) ?? directiveAt(change)
    if (by === undefined) return nowOf(change)
    const authors = statesContent(change)
      ? [change.node, by, ...settledBy(change, entry => document.change(entry))]
      : [change.node]
    return cautionOf(authors, listener) ?? nowOf(change)
  }
}

/** As `pastCautions`, of an entry that the caller knows the hash of. */
export function pastCautionsByEntry(
  row: DocumentRow,
  eyes: { readonly sight: Sight; readonly members: Listener['members'] },
): (entry: EntryHash) => string | null {
  if (row.erased || row.type === 'block') return () => null
  const cautionAt = pastCautions(row, eyes)
  const document = eyes.sight.open(row)
  return entry => {
    const change = document.change(entry)
    return change === undefined ? null : cautionAt(change)
  }
}

/** Whether it calls the memory a directive; undefined if it does not say. Where two meet, the one who does is heard. */
function ownWord({ body }: DocumentChange): boolean | undefined {
  if (body.type !== 'change') return undefined
  const op = body.ops.find(([kind, place]) => (kind === 'put' || kind === 'end') && place === 'claim')
  return op && op[0] === 'put' && op[2] === 'directive'
}

function statesContent({ body }: DocumentChange): boolean {
  return body.type === 'change' && body.ops.some(([, place]) => place === 'content')
}

/** Authors of the settled values that it repeats. */
function settledBy(
  change: DocumentChange,
  find: (entry: EntryHash) => DocumentChange | undefined,
): readonly NodeId[] {
  const mark = settlementsIn([change], find).find(({ register }) => register === 'content')?.mark
  const put = contentOf(change)
  if (mark === undefined || put === undefined) return []
  return mark.superseded
    .filter(said => !said.ended && (mark.kind === 'context' || textOf(said) === textOf(put)))
    .map(({ node }) => node)
}

function contentOf({ body }: DocumentChange): { readonly value: Json } | undefined {
  if (body.type !== 'change') return undefined
  const put = body.ops.find(([kind, place]) => kind === 'put' && place === 'content')
  return put?.[0] === 'put' ? { value: put[2] } : undefined
}

function textOf({ value }: { readonly value: Json }): string {
  return canonicalJson(value)
}
