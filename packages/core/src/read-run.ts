import type { EntryBytes } from './entry.ts'
import type { LogId } from './ids.ts'
import { RUN_BYTES_MAX, RUN_ENTRIES_MAX } from './limits.ts'
import type { EntryStore, StoredEntry } from './ports.ts'

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
  const page = entries.read(log, seq, Math.min(bytesMax, RUN_BYTES_MAX)).slice(0, RUN_ENTRIES_MAX)
  const end = page.findLastIndex(isSigned)
  if (end >= 0) return upTo(page, end)
  const rest = entries.read(log, seq, RUN_BYTES_MAX).slice(0, RUN_ENTRIES_MAX)
  return upTo(rest, rest.findIndex(isSigned))
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
