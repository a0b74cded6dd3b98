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
import { directivesOn } from './claims.ts'
import { statementsFor } from './said-of.ts'
import { markOf } from './verification-mark.ts'

/** Null beside what is no directive, or nobody else's. */
export type CautionAt = (change: DocumentChange) => string | null

/** A text that is a directive, and who said so. */
interface Order {
  readonly by: NodeId
  readonly text: string
}

/** What a memory said when a change had been made, as far as that one knew. */
interface Moment {
  readonly texts: readonly string[]
  readonly orders: readonly Order[]
}

const BEFORE_ALL: Moment = { texts: [], orders: [] }

/** Looks at each change of a memory once; what is asked of it then is a look-up. */
export function pastCautions(
  row: DocumentRow,
  { sight, members }: { readonly sight: Sight; readonly members: Listener['members'] },
): CautionAt {
  if (!wasDirective(row, sight)) return () => null
  const document = sight.open(row)
  const find = (entry: EntryHash) => document.change(entry)
  const listener = { members, agents: sight.agents, changeAt: find }
  const moments = new Map<EntryHash, Moment>()
  const momentOf = (change: DocumentChange) =>
    momentAfter(
      change,
      change.body.deps.map(dep => moments.get(dep) ?? BEFORE_ALL),
      find,
    )
  for (const change of document.changes()) moments.set(change.entry, momentOf(change))
  const texts = new Set(
    (row.registers.content ?? [])
      .filter(({ value }) => statementsFor(row, value).some(one => directivesOn(row, one, find).length > 0))
      .map(textOf),
  )
  const nowOf = (change: DocumentChange) => {
    const { node, entry } = change
    const put = contentOf(change)
    const isSaidNow = put !== undefined && texts.has(textOf(put))
    return isSaidNow ? cautionBeside(row, 'content', { node, entry, value: put.value }, listener) : null
  }
  return change => {
    const { orders } = moments.get(change.entry) ?? momentOf(change)
    const put = contentOf(change)
    const text = put && textOf(put)
    const own = orders.filter(order => (text === undefined ? order.by === change.node : order.text === text))
    const sayers = text === undefined || own.length === 0 ? [] : sayersOf(change, find)
    return cautionOf([...own.map(({ by }) => by), ...sayers], listener) ?? nowOf(change)
  }
}

/**
 * New words are no directive unless they are called one; the same words again are, unless they are called something else.
 * A check says nothing of directives.
 */
function momentAfter(
  change: DocumentChange,
  before: readonly Moment[],
  find: (entry: EntryHash) => DocumentChange | undefined,
): Moment {
  const put = contentOf(change)
  const texts = textsAfter(change, before)
  const said = markOf(change) === undefined ? ownWord(change) : undefined
  if (said === false) return { texts, orders: [] }
  const known = said && put !== undefined ? [] : before.flatMap(({ orders }) => orders)
  const called = said ? texts.map(text => ({ by: change.node, text })) : []
  const together = isOfSeveral(change, find)
    ? known.flatMap(({ by }) => texts.map(text => ({ by, text })))
    : []
  const orders = [...known, ...called, ...together]
  return { texts, orders: [...new Map(orders.map(one => [`${one.by} ${one.text}`, one])).values()] }
}

function textsAfter(change: DocumentChange, before: readonly Moment[]): readonly string[] {
  const put = contentOf(change)
  if (put !== undefined) return [textOf(put)]
  return statesContent(change) ? [] : [...new Set(before.flatMap(({ texts }) => texts))]
}

/** Whether its value was put together from what was in dispute. */
function isOfSeveral(
  change: DocumentChange,
  find: (entry: EntryHash) => DocumentChange | undefined,
): boolean {
  const mark = markOn(change, find)
  return mark?.kind === 'context' || (mark?.kind === 'value' && mark.judge === 'rule')
}

function markOn(change: DocumentChange, find: (entry: EntryHash) => DocumentChange | undefined) {
  return settlementsIn([change], find).find(({ register }) => register === 'content')?.mark
}

/** As `pastCautions`, of an entry that the caller knows the hash of. */
export function pastCautionsByEntry(
  row: DocumentRow,
  eyes: { readonly sight: Sight; readonly members: Listener['members'] },
): (entry: EntryHash) => string | null {
  if (!wasDirective(row, eyes.sight)) return () => null
  const cautionAt = pastCautions(row, eyes)
  const document = eyes.sight.open(row)
  return entry => {
    const change = document.change(entry)
    return change === undefined ? null : cautionAt(change)
  }
}

/** Most memories never were one: for those the entries are read, but nothing is merged. */
function wasDirective(row: DocumentRow, sight: Sight): boolean {
  // An erased memory says nothing, and of a block nobody can say what it is.
  if (row.erased || row.type === 'block') return false
  return sight.entriesOf(row).some(item => {
    const change = sight.changeIn(item)
    return change !== undefined && ownWord(change) === true
  })
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

/** Its author; of what settles a dispute the authors of the values that it repeats. */
function sayersOf(
  change: DocumentChange,
  find: (entry: EntryHash) => DocumentChange | undefined,
): readonly NodeId[] {
  const mark = markOn(change, find)
  const put = contentOf(change)
  if (mark === undefined || put === undefined) return [change.node]
  const same = mark.superseded.filter(
    said => !said.ended && (mark.kind === 'context' || textOf(said) === textOf(put)),
  )
  return same.length === 0 ? [change.node] : same.map(({ node }) => node)
}

function contentOf({ body }: DocumentChange): { readonly value: Json } | undefined {
  if (body.type !== 'change') return undefined
  const put = body.ops.find(([kind, place]) => kind === 'put' && place === 'content')
  return put?.[0] === 'put' ? { value: put[2] } : undefined
}

function textOf({ value }: { readonly value: Json }): string {
  return canonicalJson(value)
}
