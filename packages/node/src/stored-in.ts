import type { LogHead, Replica, StoredEntry } from '@folkmoot/core'

const PAGE_BYTES = 256 * 1024

/** Part of a log: entries from `from` up to, and not with, `below`. */
export interface Stretch {
  readonly head: LogHead
  readonly from: number
  readonly below: number
}

/** What a replica has of it, without holding all of it at once. */
export function* storedIn({ head, from, below }: Stretch, { storage }: Replica): Generator<StoredEntry> {
  for (let seq = from; seq < below; ) {
    const page = storage.entries.read(head.log, seq, PAGE_BYTES)
    if (page.length === 0) return
    for (const stored of page) if (stored.entry.seq < below) yield stored
    seq += page.length
  }
}
