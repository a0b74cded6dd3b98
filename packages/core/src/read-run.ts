import type { EntryBytes } from './entry.ts'
import type { LogId } from './ids.ts'
import { RUN_BYTES_MAX, RUN_ENTRIES_MAX, RUN_HEADER_BYTES_MAX } from './limits.ts'
import type { EntryStore, LogHead, StoredEntry } from './ports.ts'

/**
 * A run to send: as much as fits `bytesMax`, ending with a signed entry. Where one signature covers more than that,
 * the run goes on to it: no run that was let in is larger than RUN_BYTES_MAX. Signatures before the last prove
 * nothing more and stay at home.
 */
export function readRun(
  entries: EntryStore,
  log: LogId,
  seq: number,
  bytesMax: number,
): readonly EntryBytes[] {
  const page = runFrom(entries, log, seq, bytesMax)
  const end = page.findLastIndex(isSigned)
  if (end >= 0) return upTo(page, end)
  const rest = runFrom(entries, log, seq, RUN_BYTES_MAX)
  return upTo(rest, rest.findIndex(isSigned))
}

/** What a peer, or the gate, looks at at once. */
export function runFrom(
  entries: EntryStore,
  log: LogId,
  seq: number,
  bytesMax: number,
): readonly StoredEntry[] {
  const page = entries.read(log, seq, Math.min(bytesMax, RUN_BYTES_MAX)).slice(0, RUN_ENTRIES_MAX)
  let headers = 0
  const over = page.findIndex(({ entry }) => {
    headers += entry.bytes.header.length
    return headers > RUN_HEADER_BYTES_MAX
  })
  return over < 0 ? page : page.slice(0, over)
}

/** A whole log, without holding all of it at once. */
export function* entriesOf(entries: EntryStore, { log, seq: last }: LogHead): Iterable<StoredEntry> {
  for (let seq = 0; seq <= last; ) {
    const page = entries.read(log, seq, RUN_BYTES_MAX)
    if (page.length === 0) return
    yield* page
    seq += page.length
  }
}

function upTo(stored: readonly StoredEntry[], end: number): readonly EntryBytes[] {
  return stored.slice(0, end + 1).map((item, i) => (i === end ? item.entry.bytes : unsigned(item)))
}

function isSigned({ entry }: StoredEntry): boolean {
  return entry.bytes.signature !== null
}

function unsigned({ entry }: StoredEntry): EntryBytes {
  return { header: entry.bytes.header, signature: null, payload: entry.bytes.payload }
}
