import type { EntryBytes } from './entry.ts'
import type { LogId } from './ids.ts'
import { RUN_BYTES_MAX, RUN_ENTRIES_MAX } from './limits.ts'
import type { EntryStore, StoredEntry } from './ports.ts'

/**
 * A run to send: as much as fits `bytesMax`, ending with a signed entry. Where one signature covers more than that,
 * the run goes on to it. Signatures before the last prove nothing more and stay at home.
 */
export function readRun(
  entries: EntryStore,
  log: LogId,
  seq: number,
  bytesMax: number,
): readonly EntryBytes[] {
  for (const bytes of [Math.min(bytesMax, RUN_BYTES_MAX), RUN_BYTES_MAX * 2]) {
    const stored = entries.read(log, seq, bytes).slice(0, RUN_ENTRIES_MAX)
    const end = stored.findLastIndex(({ entry }) => entry.bytes.signature !== null)
    if (end >= 0)
      return stored.slice(0, end + 1).map((item, i) => (i === end ? item.entry.bytes : unsigned(item)))
    if (stored.length === 0) return []
  }
  return []
}

function unsigned({ entry }: StoredEntry): EntryBytes {
  return { header: entry.bytes.header, signature: null, payload: entry.bytes.payload }
}
