/** What was written into a register and what became of it, worked out from the entries in the plainest way. */
import {
  compareTime,
  type DocumentBody,
  decodeBody,
  type EntryHash,
  type Json,
  type LogId,
  type StoredEntry,
} from '@folkmoot/core'

export interface Value {
  readonly entry: EntryHash
  readonly at: number
  readonly tick: number
  readonly value: Json
  readonly ended: boolean
}

/** A settlement as it was written. */
export interface Mark {
  readonly entry: EntryHash
  readonly at: number
  readonly tick: number
  readonly kind: string
  readonly judge: string
  readonly confidence: number
  readonly pick: Json
  /** What it put into the register; undefined if nothing. */
  readonly chosen: Json | undefined
  readonly seen: readonly EntryHash[]
  readonly undoes: readonly EntryHash[]
}

export interface Written {
  /** Everything that was ever said, oldest first. */
  readonly values: readonly Value[]
  /** Values that nobody replaced who knew of them. */
  readonly left: ReadonlySet<EntryHash>
  /** What stands, oldest first: as if the verdicts that were taken back had never been given. */
  readonly stands: readonly Value[]
  /** Verdicts that somebody took back. */
  readonly undone: ReadonlySet<EntryHash>
  /** Settlements that no later one took the place of. */
  readonly marks: readonly Mark[]
  /** Settlements that put a value there: no mere overwriting. */
  readonly verdicts: ReadonlySet<EntryHash>
  /** What somebody knew of who took something back. */
  readonly knownToUndoers: ReadonlySet<EntryHash>
}

interface Change {
  readonly entry: EntryHash
  readonly log: LogId
  readonly seq: number
  readonly at: number
  readonly tick: number
  readonly body: DocumentBody
}

type Pasts = ReadonlyMap<EntryHash, ReadonlySet<EntryHash>>

export function writtenIn(register: string, stored: readonly StoredEntry[]): Written {
  const changes = stored.flatMap(({ entry, status }): Change[] => {
    const { payload } = entry.bytes
    if (payload === null || status !== 'applied') return []
    const { hash, log, seq, at, tick } = entry
    return [{ entry: hash, log, seq, at, tick, body: decodeBody(payload) as DocumentBody }]
  })
  const pasts = pastsOf(changes)
  const values = changes
    .flatMap(change => valueIn(change, register) ?? [])
    .sort((a, b) => compareTime(a, b) || (a.entry < b.entry ? -1 : 1))
  const marks = changes.flatMap(change => markIn(change, register) ?? [])
  const undone = new Set(marks.flatMap(({ undoes }) => undoes))
  const undoers = marks.filter(({ kind }) => kind === 'undo')
  return {
    values,
    undone,
    left: new Set(unreplaced(values, pasts).map(({ entry }) => entry)),
    stands: unreplaced(
      values.filter(({ entry }) => !undone.has(entry)),
      pasts,
    ),
    marks: unreplaced(marks, pasts),
    verdicts: new Set(marks.filter(isVerdict).map(({ entry }) => entry)),
    knownToUndoers: new Set(undoers.flatMap(({ entry }) => [...(pasts.get(entry) ?? [])])),
  }
}

/** Somebody judged, and did not merely put it off or say something else. */
export function isVerdict({ kind }: Mark): boolean {
  return kind === 'pick' || kind === 'value' || kind === 'context'
}

function unreplaced<One extends { readonly entry: EntryHash }>(
  all: readonly One[],
  pasts: Pasts,
): readonly One[] {
  return all.filter(({ entry }) => !all.some(later => pasts.get(later.entry)?.has(entry) === true))
}

function valueIn({ entry, at, tick, body }: Change, register: string): Value | undefined {
  if (body.type !== 'change') return undefined
  const op = body.ops.find(([kind, name]) => name === register && (kind === 'put' || kind === 'end'))
  if (op === undefined) return undefined
  return { entry, at, tick, value: op[2] ?? null, ended: op[0] === 'end' }
}

function markIn(change: Change, register: string): Mark | undefined {
  const { entry, at, tick, body } = change
  if (body.type !== 'change') return undefined
  const op = body.ops.find(([kind, name]) => kind === 'settle' && name === register)
  const said = op?.[2] as { readonly [name: string]: Json } | undefined
  if (said === undefined) return undefined
  return {
    ...{ entry, at, tick, kind: String(said.kind), judge: String(said.judge ?? 'person') },
    confidence: Number(said.confidence ?? 0),
    pick: said.pick ?? null,
    chosen: valueIn(change, register)?.value,
    seen: (said.supersedes ?? []) as readonly EntryHash[],
    undoes: (said.undoes ?? []) as readonly EntryHash[],
  }
}

/** For each change all that its author had seen: what it names, and all that it wrote itself before. */
function pastsOf(changes: readonly Change[]): Pasts {
  const before = new Map(
    changes.map(({ entry, log, seq, body }) => {
      const own = changes.filter(other => other.log === log && other.seq < seq)
      return [entry, [...body.deps, ...own.map(other => other.entry)]] as const
    }),
  )
  const pasts = new Map<EntryHash, ReadonlySet<EntryHash>>()
  for (const { entry } of changes) {
    const past = new Set<EntryHash>()
    const open = [...(before.get(entry) ?? [])]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (past.has(next)) continue
      past.add(next)
      open.push(...(before.get(next) ?? []))
    }
    pasts.set(entry, past)
  }
  return pasts
}
