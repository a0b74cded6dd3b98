/** Reads everything back: does the log still prove itself, and do the rows still follow from it? */

import { rowFrom } from './as-of.ts'
import { rowAfterErasure } from './document-facts.ts'
import { decodeEntry, type VerifiedEntry } from './entry.ts'
import { FolkmootError } from './errors.ts'
import { checkRun } from './gate.ts'
import { type DocumentId, type EntryHash, type LogId, MEMBERSHIP_SCOPE } from './ids.ts'
import { RUN_BYTES_MAX } from './limits.ts'
import type { LogHead, StoredEntry } from './ports.ts'
import { runFrom } from './read-run.ts'
import type { Replica } from './replica.ts'
import type { DocumentRow } from './row.ts'

export interface AuditReport {
  readonly entries: number
  readonly logs: number
  /** Logs that do not prove themselves, with the position of the first fault. */
  readonly faults: readonly { readonly log: LogId; readonly seq: number; readonly reason: string }[]
  /** Entries in order that do not count, each with why. */
  readonly uncounted: readonly {
    readonly entry: EntryHash
    readonly status: string
    readonly reason: string
  }[]
  /** Documents whose row is not what their entries give. */
  readonly rowsDiffer: readonly DocumentId[]
}

/** Called with entries done and entries in all. */
export type OnProgress = (done: number, total: number) => void

/** Checks every chain, signature and hash from position 0, and every row against its entries. Changes nothing. */
export function audit(replica: Replica, onProgress: OnProgress = () => {}): AuditReport {
  const { rows } = replica.storage
  const faults: { log: LogId; seq: number; reason: string }[] = []
  const uncounted: { entry: EntryHash; status: string; reason: string }[] = []
  const documents = new Set<DocumentId>()
  const logs = [...replica.heads()]
  const total = logs.reduce((sum, head) => sum + head.seq + 1, 0)
  let done = 0
  for (const head of logs) {
    for (const run of runsOf(replica, head, fault => faults.push({ log: head.log, ...fault }))) {
      for (const { entry, status, reason, document } of run) {
        if (document !== undefined) documents.add(document)
        const objection = entry.scope === MEMBERSHIP_SCOPE ? replica.membership.voided(entry.hash) : undefined
        if (status !== 'applied') uncounted.push({ entry: entry.hash, status, reason: reason ?? status })
        else if (objection !== undefined)
          uncounted.push({ entry: entry.hash, status: 'void', reason: objection })
      }
      done += run.length
      onProgress(done, total)
    }
  }
  const rowsDiffer = [...documents].filter(id => rowOf(replica, id)?.digest !== rows.get(id)?.digest)
  return { entries: total, logs: logs.length, faults, uncounted, rowsDiffer }
}

/** Entries that are stored and do not count, found by reading every log: for people who ask why. */
export function findUncounted(replica: Replica): readonly StoredEntry[] {
  return [...replica.heads()].flatMap(head =>
    [...pagesOf(replica, head)].flat().filter(({ status }) => status !== 'applied'),
  )
}

function* pagesOf(replica: Replica, head: LogHead): Iterable<readonly StoredEntry[]> {
  for (let seq = 0; seq <= head.seq; ) {
    const page = replica.storage.entries.read(head.log, seq, RUN_BYTES_MAX)
    if (page.length === 0) return
    yield page
    seq += page.length
  }
}

/** Drops every row and makes them again from the entries. Gives the number of documents. */
export function rebuild(replica: Replica, onProgress: OnProgress = () => {}): number {
  const { rows } = replica.storage
  const documents = new Set<DocumentId>()
  for (const head of replica.heads()) {
    for (const page of pagesOf(replica, head)) {
      for (const { document } of page) if (document !== undefined) documents.add(document)
    }
  }
  let done = 0
  replica.storage.transact(true, () => {
    const forgotten = [...documents].flatMap(id => forgottenRow(replica, id) ?? [])
    rows.clear()
    for (const row of forgotten) rows.put(row)
    for (const id of documents) {
      const row = rowOf(replica, id)
      if (row !== undefined) rows.put(row)
      onProgress(++done, documents.size)
    }
  })
  replica.roots.reset()
  return documents.size
}

function* runsOf(
  replica: Replica,
  head: LogHead,
  onFault: (fault: { seq: number; reason: string }) => void,
): Iterable<readonly StoredEntry[]> {
  let before: VerifiedEntry | undefined
  for (let seq = 0; seq <= head.seq; ) {
    const page = signedPart(runFrom(replica.storage.entries, head.log, seq, RUN_BYTES_MAX))
    if (page.length === 0) {
      onFault({ seq, reason: 'the log ends early, or without a signature' })
      return
    }
    const link = before
    try {
      checkRun(
        page.map(({ entry }) => decodeEntry(entry.bytes)),
        {
          mesh: replica.mesh,
          nowMs: Number.MAX_SAFE_INTEGER,
          head: () => link && { ...link, log: head.log },
          hashAt: () => link?.hash,
          knows: entry => replica.membership.knows(entry),
          objection: claim => replica.membership.memberObjection(claim),
          // What stands after the end of its log is stored as cut: it is read here like the rest.
          shown: () => undefined,
        },
      )
    } catch (error) {
      if (!(error instanceof FolkmootError)) throw error
      onFault({ seq, reason: error.message })
      return
    }
    yield page
    before = page.at(-1)?.entry
    seq += page.length
  }
}

function signedPart(page: readonly StoredEntry[]): readonly StoredEntry[] {
  return page.slice(0, page.findLastIndex(({ entry }) => entry.bytes.signature !== null) + 1)
}

/** A document that the membership log had destroyed, while its erasure is not here: nothing but its row tells of that. */
function forgottenRow({ storage }: Replica, id: DocumentId): DocumentRow | undefined {
  const row = storage.rows.get(id)
  const isForgotten = row?.erased && storage.entries.ofDocument(id).every(({ status }) => status === 'erased')
  return isForgotten ? row : undefined
}

/** A document's row, made from its entries alone. */
function rowOf(replica: Replica, id: DocumentId): DocumentRow | undefined {
  const forgotten = forgottenRow(replica, id)
  if (forgotten !== undefined) return forgotten
  const stored = replica.storage.entries.ofDocument(id)
  const scopeOf = ({ entry }: StoredEntry) => replica.scopeName(entry.scope) as DocumentRow['scope']
  const erasures = stored.filter(
    item => item.status === 'applied' && replica.changeIn(item)?.body.type === 'erase',
  )
  if (erasures.length > 0) {
    return erasures.reduce<DocumentRow | undefined>(
      (row, item) => rowAfterErasure(id, item.entry, scopeOf(item), row),
      undefined,
    )
  }
  // Any entry may name this document; those that count are all of its own scope.
  const counted = stored.find(({ status }) => status === 'applied')
  return counted && rowFrom(stored, scopeOf(counted), replica.changeIn)
}
