/** Whether what somebody acted on still stands. */
import {
  type DocumentId,
  type DocumentRow,
  type EntryHash,
  FolkmootError,
  newest,
  type Sibling,
  TooLargeError,
  UsageError,
} from '@folkmoot/core'
import { authorship, type Members } from '../present.ts'
import type { Sight } from '../sight.ts'
import { cautionFor, listenerOf } from './caution.ts'
import type { Stale } from './reports.ts'
import { sayingOf } from './verification.ts'

/** Of one change. A peer would refuse more. */
const BASIS_MAX = 64
const HASH = /^[0-9a-f]{64}$/

interface Eyes {
  readonly sight: Sight
  readonly members: Members
}

/** Each entry once. @throws UsageError | TooLargeError */
export function checkedBasis(hashes: readonly string[]): readonly EntryHash[] {
  const bad = hashes.find(hash => !HASH.test(hash))
  if (bad !== undefined) throw new UsageError(`basedOn ${JSON.stringify(bad)} is no entry hash`)
  const distinct = [...new Set(hashes)] as EntryHash[]
  if (distinct.length > BASIS_MAX) throw new TooLargeError('basedOn', distinct.length, BASIS_MAX)
  return distinct
}

/** What a write acts on, looked at when it is its turn: nothing comes between the look and the write. */
export class Basis {
  readonly #entries: readonly EntryHash[]
  readonly #strict: boolean
  readonly #eyes: Eyes
  #stale: readonly Stale[] = []

  constructor(
    { basedOn, strict }: { readonly basedOn?: readonly string[]; readonly strict?: boolean },
    eyes: Eyes,
  ) {
    this.#entries = checkedBasis(basedOn ?? [])
    this.#strict = strict === true
    this.#eyes = eyes
    if (this.#strict && this.#entries.length === 0)
      throw new UsageError('strict, on what? say which entries it is based on')
  }

  /** What is to be written before this looks. */
  get documents(): readonly DocumentId[] {
    return [...new Set(this.#entries.flatMap(entry => this.#eyes.sight.entry(entry)?.document ?? []))]
  }

  /** @throws FolkmootError changed, if it is strict and something does not stand any more */
  check(): void {
    this.#stale = staleIn(this.#entries, this.#eyes)
    const [first] = this.#stale
    if (!this.#strict || first === undefined) return
    const what = first.key === null ? '' : ` of ${first.key}`
    const most = this.#stale.length > 1 ? `${this.#stale.length} entries, the first` : 'entry'
    throw new FolkmootError(
      'changed',
      `nothing was written: it is based on ${most} ${first.entry.slice(0, 12)}${what}, which is ${WORDS[first.status]}`,
    )
  }

  /** Of what is written, for its author: nothing, if nothing was said of what it is based on. */
  told(): { readonly stale?: readonly Stale[] } {
    return this.#entries.length === 0 ? {} : { stale: this.#stale }
  }
}

const WORDS: { readonly [status in Stale['status']]: string } = {
  superseded: 'superseded',
  conflict: 'in dispute by now',
  retracted: 'retracted',
  erased: 'erased',
  unknown: 'not known here',
}

/** What the newest change of a memory acted on, in other memories, and what has become of it. */
export function staleSince(row: DocumentRow, eyes: Eyes): readonly Stale[] {
  const basedOn = row.why?.basedOn ?? []
  // A change supersedes what it acted on in its own memory: that is what it is for.
  const others = basedOn.filter(entry => eyes.sight.entry(entry)?.document !== row.id)
  return staleIn(others, eyes).filter(({ unknown }) => !unknown)
}

/** Those that do not stand, in their order. */
function staleIn(entries: readonly EntryHash[], eyes: Eyes): readonly Stale[] {
  if (entries.length === 0) return []
  const found = entries.map(entry => ({ entry, row: rowOf(entry, eyes) }))
  const byRecord = Map.groupBy(found, ({ row }) => row?.id)
  const stale = new Map<EntryHash, Stale>()
  for (const group of byRecord.values()) {
    const row = group[0]?.row
    const together = group.map(({ entry }) => entry)
    for (const each of row === undefined ? together.map(unknown) : staleOf(row, together, eyes))
      stale.set(each.entry, each)
  }
  return entries.flatMap(entry => stale.get(entry) ?? [])
}

function rowOf(entry: EntryHash, { sight }: Eyes): DocumentRow | undefined {
  const document = sight.entry(entry)?.document
  return document === undefined ? undefined : sight.row(document)
}

function unknown(entry: EntryHash): Stale {
  return {
    entry,
    status: 'unknown',
    unknown: true,
    record: null,
    key: null,
    by: null,
    value: null,
    caution: null,
  }
}

/**
 * An entry stands as long as the record says what it said as of that entry; or, of several that were in view together,
 * what it said as of all of them.
 */
function staleOf(row: DocumentRow, entries: readonly EntryHash[], eyes: Eyes): readonly Stale[] {
  if (row.erased) return entries.map(entry => erased(entry, row, eyes))
  const now = valuesOf(row)
  if (entries.length === 1 && now.every(({ entry }) => entry === entries[0])) return []
  const said = sayingsOf(now)
  const inView = sayingsOf(valuesOf(eyes.sight.asOf(row, entries)))
  return entries.flatMap(entry => {
    const past = eyes.sight.asOf(row, [entry])
    if (past === undefined) return unknown(entry)
    const meant = sayingsOf(valuesOf(past))
    if ([...meant].every(one => said.has(one)) && [...said].every(one => inView.has(one))) return []
    const other = newest(now.filter(sibling => !meant.has(sayingOf(sibling)))) ?? newest(now)
    return {
      entry,
      status: statusOf(meant, said, other),
      unknown: false,
      ...{ record: row.id, key: row.key },
      by: other === undefined ? null : authorship(eyes.members, other.node, other.at, other.entry),
      value: other?.value ?? null,
      caution: cautionFor(row, listenerOf(eyes), other?.value ?? null),
    }
  })
}

function statusOf(
  meant: ReadonlySet<string>,
  said: ReadonlySet<string>,
  other: Sibling | undefined,
): Stale['status'] {
  if ([...meant].some(one => said.has(one))) return 'conflict'
  return other?.ended === true && said.size === 1 ? 'retracted' : 'superseded'
}

function erased(entry: EntryHash, row: DocumentRow, { sight, members }: Eyes): Stale {
  const [erasure] = row.heads
  const stored = erasure === undefined ? undefined : sight.entry(erasure)?.entry
  const by = stored === undefined ? null : authorship(members, stored.node, stored.at, stored.hash)
  return {
    entry,
    status: 'erased',
    unknown: false,
    record: row.id,
    key: null,
    by,
    value: null,
    caution: null,
  }
}

/** What a memory states; of what states nothing all that it holds. */
function valuesOf(row: DocumentRow | undefined): readonly Sibling[] {
  return row?.registers.content ?? Object.values(row?.registers ?? {}).flat()
}

function sayingsOf(siblings: readonly Sibling[]): ReadonlySet<string> {
  return new Set(siblings.map(sayingOf))
}
