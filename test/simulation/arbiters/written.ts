/** What was written into a register and what became of it, worked out from the entries in the plainest way. */
import {
  type DocumentBody,
  decodeBody,
  type EntryHash,
  type Json,
  type LogId,
  type StoredEntry,
} from '@folkmoot/core'

interface Change {
  readonly entry: EntryHash
  readonly log: LogId
  readonly seq: number
  readonly body: DocumentBody
}

export interface Written {
  /** Values that nobody replaced who knew of them. */
  readonly left: ReadonlySet<EntryHash>
  /** Verdicts that somebody took back, and the values that were put in their place. */
  readonly undone: ReadonlySet<EntryHash>
  readonly restored: ReadonlySet<EntryHash>
  /** Settlements: no mere overwriting. */
  readonly verdicts: ReadonlySet<EntryHash>
}

export function writtenIn(register: string, stored: readonly StoredEntry[]): Written {
  const changes = stored.flatMap(({ entry, status }): Change[] => {
    const { payload } = entry.bytes
    if (payload === null || status !== 'applied') return []
    return [{ entry: entry.hash, log: entry.log, seq: entry.seq, body: decodeBody(payload) as DocumentBody }]
  })
  const pasts = pastsOf(changes)
  const values = changes.filter(change => saysIn(change, register))
  const left = values.filter(
    ({ entry }) => !values.some(later => pasts.get(later.entry)?.has(entry) === true),
  )
  const marks = changes.flatMap(change => {
    const mark = markIn(change, register)
    return mark === undefined ? [] : [{ entry: change.entry, ...mark }]
  })
  return {
    left: new Set(left.map(({ entry }) => entry)),
    undone: new Set(marks.flatMap(({ undoes }) => undoes)),
    restored: new Set(marks.flatMap(({ restores }) => restores)),
    verdicts: new Set(
      marks.filter(({ kind }) => ['pick', 'value', 'context'].includes(kind)).map(({ entry }) => entry),
    ),
  }
}

function saysIn({ body }: Change, register: string): boolean {
  return (
    body.type === 'change' &&
    body.ops.some(([kind, name]) => name === register && (kind === 'put' || kind === 'end'))
  )
}

function markIn({ body }: Change, register: string) {
  if (body.type !== 'change') return undefined
  const op = body.ops.find(([kind, name]) => kind === 'settle' && name === register)
  const said = op?.[2] as { readonly [name: string]: Json } | undefined
  if (said === undefined) return undefined
  return {
    kind: String(said.kind),
    undoes: (said.undoes ?? []) as readonly EntryHash[],
    restores: (said.restores ?? []) as readonly EntryHash[],
  }
}

/** For each change all that its author had seen: what it names, and all that it wrote itself before. */
function pastsOf(changes: readonly Change[]): ReadonlyMap<EntryHash, ReadonlySet<EntryHash>> {
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
