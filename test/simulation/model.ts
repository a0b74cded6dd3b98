/**
 * What a record must say, worked out from its entries in the plainest way: an operation stands unless a later one,
 * whose author had seen it, landed on the same place. Knows nothing of Automerge, of order of arrival or of time.
 */
import {
  canonicalJson,
  type DocumentBody,
  type DocumentRow,
  decodeBody,
  type EntryHash,
  type Json,
  type LogId,
  type NodeId,
  type Op,
  type StoredEntry,
} from '@folkmoot/core'

interface Change {
  readonly entry: EntryHash
  /** Which log, and where in it. */
  readonly log: LogId
  readonly seq: number
  readonly node: NodeId
  readonly body: DocumentBody
}

/** Says how the row differs from what its entries say, or gives undefined. */
export function modelFault(row: DocumentRow | undefined, stored: readonly StoredEntry[]): string | undefined {
  const changes = stored.flatMap(({ entry }): Change[] => {
    const { payload } = entry.bytes
    return payload === null ? [] : [{ ...placeOf(entry), body: decodeBody(payload) as DocumentBody }]
  })
  if (changes.some(({ body }) => body.type === 'erase')) {
    return row?.erased === true ? undefined : 'it is not erased'
  }
  if (row === undefined) return 'it has no row'
  const expected = canonicalJson(expectedContent(changes))
  const found = canonicalJson(contentOf(row))
  return expected === found ? undefined : `its entries say ${expected}, its row ${found}`
}

function placeOf({ hash, log, seq, node }: StoredEntry['entry']) {
  return { entry: hash, log, seq, node }
}

function expectedContent(changes: readonly Change[]): Json {
  const registers: { [register: string]: string[] } = {}
  const sets: { [set: string]: string[] } = {}
  const pasts = pastsOf(changes)
  for (const { entry, node, body } of changes) {
    if (body.type !== 'change') continue
    for (const op of body.ops) {
      const overtaken = changes.some(later => pasts.get(later.entry)?.has(entry) && touches(later, op))
      if (overtaken) continue
      const [kind, name, value] = op
      if (kind === 'put') registers[name] = [...(registers[name] ?? []), saying(entry, node, value)]
      if (kind === 'end') registers[name] = [...(registers[name] ?? []), saying(entry, node, null)]
      if (kind === 'add') sets[name] = [...new Set([...(sets[name] ?? []), value])]
    }
  }
  return { registers: sorted(registers), sets: sorted(sets) }
}

function contentOf(row: DocumentRow): Json {
  const registers = Object.entries(row.registers).map(([register, siblings]) => [
    register,
    siblings.map(({ entry, node, value }) => saying(entry, node, value)),
  ])
  return {
    registers: sorted(Object.fromEntries(registers) as { [register: string]: string[] }),
    sets: sorted(row.sets),
  }
}

function saying(entry: EntryHash, node: NodeId, value: Json): string {
  return `${entry} ${node} ${canonicalJson(value)}`
}

/** For each change, every change that its author had seen: its own, too, where what led back to them was cut. */
function pastsOf(changes: readonly Change[]): ReadonlyMap<EntryHash, ReadonlySet<EntryHash>> {
  const known = new Map(changes.map(change => [change.entry, depsOf(change, changes)]))
  const pasts = new Map<EntryHash, ReadonlySet<EntryHash>>()
  for (const { entry } of changes) {
    const past = new Set<EntryHash>()
    const open = [...(known.get(entry) ?? [])]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (past.has(next)) continue
      past.add(next)
      open.push(...(known.get(next) ?? []))
    }
    pasts.set(entry, past)
  }
  return pasts
}

function depsOf({ log, seq, body }: Change, changes: readonly Change[]): readonly EntryHash[] {
  const own = changes.filter(other => other.log === log && other.seq < seq)
  return [...body.deps, ...own.map(({ entry }) => entry)]
}

/** A later operation on the same register, or on the same element of the same set. */
function touches({ body }: Change, [kind, name, value]: Op): boolean {
  if (body.type !== 'change' || kind === 'settle') return false
  const isElement = kind === 'add' || kind === 'cut'
  return body.ops.some(([otherKind, otherName, otherValue]) => {
    if (otherName !== name || otherKind === 'settle') return false
    return isElement ? otherValue === value : true
  })
}

function sorted(named: { readonly [name: string]: readonly string[] }): Json {
  const entries = Object.entries(named).filter(([, values]) => values.length > 0)
  return Object.fromEntries(entries.map(([name, values]) => [name, [...values].sort()]))
}
