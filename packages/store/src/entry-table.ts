import {
  assert,
  type DocumentId,
  decodeHeader,
  type EntryHash,
  type EntryStatus,
  type EntryStore,
  entryOf,
  FolkmootError,
  fromHex,
  type LogHead,
  type LogId,
  type Placement,
  type ScopeId,
  type StoredEntry,
  toHex,
  type VerifiedEntry,
} from '@folkmoot/core'
import type { Database, Fields, Statement } from './database.ts'
import type { DocumentNumbers } from './document-numbers.ts'
import { LogHeads } from './log-heads.ts'

const READ = `
  SELECT status, reason, documents.id AS document, header, signature, payload FROM entries
  LEFT JOIN documents ON documents.number = entries.document`

export class EntryTable implements EntryStore {
  readonly #database: Database
  readonly #documents: DocumentNumbers
  readonly #heads: LogHeads
  readonly #insertLog: Statement
  readonly #insert: Statement
  readonly #page: Statement
  readonly #find: Statement
  readonly #ofDocument: Statement
  readonly #amend: Statement
  readonly #destroy: Statement
  readonly #documentsOf: Statement
  readonly #documentsIn: Statement
  readonly #dropEntries: Statement
  readonly #dropLog: Statement
  readonly #isNamed: Statement

  constructor(database: Database, documents: DocumentNumbers) {
    this.#database = database
    this.#documents = documents
    this.#heads = new LogHeads(database)
    this.#insertLog = database.prepare('INSERT INTO logs (id) VALUES (?)')
    this.#insert = database.prepare(`
      INSERT INTO entries (log, seq, hash, status, reason, document, header, signature, payload)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
    this.#page = database.prepare(`${READ} WHERE log = ? AND seq >= ? ORDER BY seq`)
    this.#find = database.prepare(`${READ} WHERE substr(hash, 1, 6) = substr(?1, 1, 6) AND hash = ?1`)
    this.#ofDocument = database.prepare(`${READ} WHERE document = ? ORDER BY arrival`)
    this.#amend = database.prepare(`
      UPDATE entries SET status = ?, reason = ?, document = ?
      WHERE substr(hash, 1, 6) = substr(?4, 1, 6) AND hash = ?4 RETURNING arrival`)
    this.#destroy = database.prepare('UPDATE entries SET payload = NULL WHERE arrival = ?')
    this.#documentsOf = database.prepare(
      'SELECT DISTINCT document FROM entries WHERE log = ? AND document IS NOT NULL',
    )
    this.#documentsIn = database.prepare(`
      SELECT DISTINCT lower(hex(documents.id)) AS id FROM entries
      CROSS JOIN documents ON documents.number = entries.document WHERE log = ? AND seq >= ? AND seq < ?`)
    this.#dropEntries = database.prepare('DELETE FROM entries WHERE log = ?')
    this.#dropLog = database.prepare('DELETE FROM logs WHERE number = ?')
    this.#isNamed = database.prepare('SELECT 1 FROM entries WHERE document = ? LIMIT 1')
  }

  append(entry: VerifiedEntry, placement: Placement): void {
    this.#database.assertRunning()
    const head = this.#heads.get(entry.log)
    const next = head === undefined ? 0 : head.seq + 1
    if (entry.seq !== next || entry.prev !== (head?.hash ?? '')) {
      throw new FolkmootError('gap', `log ${entry.log} goes on at ${next}, not with this ${entry.seq}`)
    }
    const log = head?.number ?? this.#insertLog.run(fromHex(entry.log))
    const { header, signature, payload } = entry.bytes
    this.#insert.run(
      log,
      entry.seq,
      fromHex(entry.hash),
      ...this.#placed(placement),
      header,
      signature,
      payload,
    )
    this.#heads.move(log, entry)
  }

  heads(): Iterable<LogHead> {
    return this.#heads.all()
  }

  read(log: LogId, seq: number, bytesMax: number): readonly StoredEntry[] {
    const head = this.#heads.get(log)
    const page: StoredEntry[] = []
    if (head === undefined) return page
    let bytes = 0
    for (const fields of this.#page.iterate(head.number, seq)) {
      const stored = storedEntry(fields)
      const { header, signature, payload } = stored.entry.bytes
      bytes += header.length + (signature?.length ?? 0) + (payload?.length ?? 0)
      if (page.length > 0 && bytes > bytesMax) break
      page.push(stored)
    }
    return page
  }

  find(hash: EntryHash): StoredEntry | undefined {
    const fields = this.#find.get(fromHex(hash))
    return fields && storedEntry(fields)
  }

  *documentsIn(log: LogId, from: number, to: number): Iterable<DocumentId> {
    const number = this.#heads.get(log)?.number
    if (number === undefined) return
    for (const { id } of this.#documentsIn.iterate(number, from, to)) yield id as DocumentId
  }

  ofDocument(document: DocumentId): readonly StoredEntry[] {
    const number = this.#documents.find(document)
    return number === undefined ? [] : this.#ofDocument.all(number).map(storedEntry)
  }

  amend(hash: EntryHash, placement: Placement): void {
    this.#database.assertRunning()
    const amended = this.#amend.get(...this.#placed(placement), fromHex(hash))
    assert(amended !== undefined, `no entry ${hash}`)
    if (placement.status !== 'erased') return
    this.#destroy.run(amended.arrival as number)
    this.#database.wipe()
  }

  logsOf(scope: ScopeId): readonly LogId[] {
    return [...this.#heads.all()].flatMap(head => (head.scope === scope ? head.log : []))
  }

  /** Numbers of the documents that entries of these logs name. */
  documentsOf(logs: readonly LogId[]): ReadonlySet<number> {
    const numbers = logs.flatMap(log => this.#heads.get(log)?.number ?? [])
    const named = numbers.flatMap(number => this.#documentsOf.all(number))
    return new Set(named.map(({ document }) => document as number))
  }

  /** Destroys whole logs. */
  drop(logs: readonly LogId[]): void {
    this.#database.assertRunning()
    for (const log of logs) {
      const number = this.#heads.get(log)?.number
      if (number === undefined) continue
      this.#dropEntries.run(number)
      this.#dropLog.run(number)
      this.#heads.drop(log)
    }
    this.#database.wipe()
  }

  isNamed(document: number): boolean {
    return this.#isNamed.get(document) !== undefined
  }

  #placed({ status, reason, document }: Placement): [string, string | null, number | null] {
    return [status, reason ?? null, document === undefined ? null : this.#documents.give(document)]
  }
}

function storedEntry(fields: Fields): StoredEntry {
  const header = fields.header as Uint8Array
  const signature = fields.signature as Uint8Array | null
  const payload = fields.payload as Uint8Array | null
  // Only verified entries are ever inserted.
  const entry = entryOf(decodeHeader(header), { header, signature, payload }) as VerifiedEntry
  return {
    status: fields.status as EntryStatus,
    ...(fields.reason === null ? {} : { reason: fields.reason as string }),
    ...(fields.document === null ? {} : { document: toHex(fields.document as Uint8Array) as DocumentId }),
    entry,
  }
}
