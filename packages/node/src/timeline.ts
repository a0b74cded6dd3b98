/** What happened to a document, entry by entry. */
import type {
  DocumentBody,
  DocumentChange,
  DocumentId,
  DocumentRow,
  EntryHash,
  Json,
  StoredEntry,
} from '@folkmoot/core'
import type { Event } from './api.ts'
import { authorship, type Members } from './present.ts'
import type { Sight } from './sight.ts'

/** Every entry of a document that may be read, oldest first. */
export function timeline(sight: Sight, members: Members, row: DocumentRow): Event[] {
  return sight
    .entriesOf(row)
    .map(stored => eventOf(sight, members, stored))
    .sort((a, b) => a.at - b.at || (a.deps.includes(b.entry) ? 1 : b.deps.includes(a.entry) ? -1 : 0))
}

/** How many sources of sources are followed: enough for a chain of reasoning, too few for a loop to matter. */
const SOURCES_DEPTH_MAX = 8

/** The entries that the effective value rests on: those that gave the content, and those of its sources. */
export function reasons(
  sight: Sight,
  members: Members,
  row: DocumentRow,
  depth = SOURCES_DEPTH_MAX,
): Event[] {
  const stored = new Map(sight.entriesOf(row).map(item => [item.entry.hash, item]))
  const found = new Set<EntryHash>()
  const sources = new Set<DocumentId>()
  const open: EntryHash[] = (row.registers.content ?? []).map(sibling => sibling.entry)
  for (const conflict of row.conflicts) if (conflict.resolution !== null) open.push(conflict.resolution.entry)
  for (let hash = open.pop(); hash !== undefined; hash = open.pop()) {
    const item = stored.get(hash)
    if (item === undefined || found.has(hash)) continue
    found.add(hash)
    const change = sight.changeIn(item)
    open.push(...(change?.body.deps ?? []))
    for (const source of change?.body.why?.derivedFrom ?? []) sources.add(source)
  }
  const own = [...stored.values()].filter(
    item => found.has(item.entry.hash) && statesContent(sight.changeIn(item)),
  )
  const events = own.map(item => eventOf(sight, members, item))
  const deeper = [...sources].flatMap(id => {
    const source = sight.row(id)
    return source === undefined || depth === 0 ? [] : reasons(sight, members, source, depth - 1)
  })
  return [...deeper, ...events].sort((a, b) => a.at - b.at)
}

function statesContent(change: DocumentChange | undefined): boolean {
  if (change === undefined || change.body.type !== 'change') return true
  return change.body.ops.some(([, register]) => register === 'content')
}

function eventOf(sight: Sight, members: Members, stored: StoredEntry): Event {
  const { entry, status } = stored
  const change = sight.changeIn(stored)
  const by = authorship(members, entry.node, entry.at, entry.hash)
  if (change === undefined) return { op: 'erase', value: null, reason: null, status, deps: [], ...by }
  const { body } = change
  return { ...said(body), reason: body.why?.reason ?? null, status, deps: body.deps, ...by }
}

function said(body: DocumentBody): { op: Event['op']; value: Json } {
  if (body.type === 'erase') return { op: 'erase', value: null }
  if (body.type === 'block') return { op: 'edit', value: null }
  const put = body.ops.find(op => op[0] === 'put' && op[1] === 'content')
  const value = put?.[0] === 'put' ? put[2] : null
  if (body.ops.some(([kind]) => kind === 'settle')) return { op: 'resolve', value }
  if (body.ops.some(([kind, register]) => kind === 'end' && register === 'content'))
    return { op: 'retract', value: null }
  if (put !== undefined) return { op: body.deps.length === 0 ? 'remember' : 'update', value }
  const tags = body.ops.flatMap(op =>
    op[0] === 'add' ? [`+${op[2]}`] : op[0] === 'cut' ? [`-${op[2]}`] : [],
  )
  return { op: 'tag', value: tags }
}
