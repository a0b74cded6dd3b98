import type { EntryHash } from './ids.ts'
import type { OpenDocument } from './open-document.ts'
import type { DocumentRow, Sibling } from './row.ts'
import type { PlanView } from './work.ts'

/** What a change is made upon: the entries it names as its past, and what a register said by them. */
export interface Base {
  readonly deps: readonly EntryHash[]
  siblings(register: string): readonly Sibling[]
}

/**
 * A node holds more than its agent has read. Who says what it read (`basedOn`) replaces that and no more: a value that it
 * never saw stays beside the new one, as if the two had been written apart. Who says nothing is taken to have read it all.
 */
export function baseOf(view: PlanView, row: DocumentRow, basedOn: readonly EntryHash[] = []): Base {
  const everything = { deps: row.heads, siblings: (register: string) => row.registers[register] ?? [] }
  if (basedOn.length === 0 || row.type === 'block') return everything
  const document = view.document(row.id)
  const read = basedOn.filter(entry => document.change(entry) !== undefined)
  if (read.length === 0) return everything
  // What a log says of a record stands in the log's order, so a node's own changes are always in its past.
  const past = ancestry(document, [...read, ...ownChanges(document, view)])
  if (everything.siblings('content').every(({ entry }) => past.has(entry))) return everything
  const deps = headsOf(document, past)
  return { deps, siblings: register => document.read(deps).registers[register] ?? [] }
}

function ownChanges(document: OpenDocument, { node }: PlanView): readonly EntryHash[] {
  const own: EntryHash[] = []
  for (const change of document.changes()) {
    if (change.node === node) own.push(change.entry)
  }
  return own
}

function ancestry(document: OpenDocument, from: readonly EntryHash[]): ReadonlySet<EntryHash> {
  const found = new Set<EntryHash>()
  const open = [...from]
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    if (found.has(entry)) continue
    found.add(entry)
    open.push(...(document.change(entry)?.body.deps ?? []))
  }
  return found
}

/** Those that no other of them depends on, in order. */
function headsOf(document: OpenDocument, entries: ReadonlySet<EntryHash>): readonly EntryHash[] {
  const heads = new Set(entries)
  for (const entry of entries) for (const dep of document.change(entry)?.body.deps ?? []) heads.delete(dep)
  return [...heads].sort()
}
