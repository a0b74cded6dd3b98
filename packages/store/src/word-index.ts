import type { Database, Statement } from './database.ts'

/**
 * Texts that wait for the index. FTS5 writes a segment per transaction, at ten times the cost of one text in a
 * batch, so texts are indexed this many at a time, or when somebody searches.
 */
const UNINDEXED_MAX = 256

/** A document that is not there, and its text. */
const NOBODY = -1
const FILLER = '0'

interface Change {
  /** The text that the index has; empty if none. */
  readonly before: string
  readonly after: string
}

/**
 * The full-text index: which words a document has, and nothing else. It keeps no text of its own, so whoever
 * changes a text says what it was before.
 *
 *   change() ── running transaction ──┬── few: wait in table `unindexed` ──┐
 *                                     └── many, or a search ───────────────┴── FTS5 table `words`
 */
export class WordIndex {
  readonly #database: Database
  readonly #find: Statement
  readonly #all: Statement
  readonly #defer: Statement
  readonly #drop: Statement
  readonly #dropAll: Statement
  readonly #delete: Statement
  readonly #insert: Statement
  readonly #configure: Statement
  readonly #command: Statement
  readonly #boundaries: Statement
  readonly #anyWith: Statement
  /** Changes of the running transaction. */
  readonly #changes = new Map<number, Change>()
  /** What the index has of documents that the running transaction destroys. */
  readonly #doomed = new Map<number, string>()
  /** Texts that were replaced are to go too: they are marked as gone, but are there until merged away. */
  #merging = false
  /** Changes in `unindexed`. */
  #deferred: number

  constructor(database: Database) {
    this.#database = database
    this.#find = database.prepare('SELECT before FROM unindexed WHERE document = ?')
    this.#all = database.prepare('SELECT document, before, after FROM unindexed')
    this.#defer = database.prepare(
      'INSERT OR REPLACE INTO unindexed (document, before, after) VALUES (?, ?, ?)',
    )
    this.#drop = database.prepare('DELETE FROM unindexed WHERE document = ?')
    this.#dropAll = database.prepare('DELETE FROM unindexed')
    this.#delete = database.prepare(`INSERT INTO words (words, rowid, text) VALUES ('delete', ?, ?)`)
    this.#insert = database.prepare('INSERT INTO words (rowid, text) VALUES (?, ?)')
    this.#configure = database.prepare(
      `INSERT INTO words (words, rank) VALUES ('secure-delete', CAST(? AS INTEGER))`,
    )
    this.#command = database.prepare('INSERT INTO words (words) VALUES (?)')
    // FTS5's own table: between two pages of words it keeps as much of the next word as tells it from the last.
    this.#boundaries = database.prepare('SELECT CAST(substr(term, 2) AS TEXT) AS start FROM words_idx')
    this.#anyWith = database.prepare('SELECT rowid FROM words WHERE words MATCH ? LIMIT 1')
    this.#deferred = this.#all.all().length
    database.hook({
      beforeCommit: () => this.#settle(),
      afterRollback: () => {
        this.#changes.clear()
        this.#doomed.clear()
        this.#merging = false
        this.#deferred = this.#all.all().length
      },
    })
  }

  change(document: number, before: string, after: string): void {
    this.#changes.set(document, { before: this.#indexed(document, before), after })
  }

  /**
   * Takes the words of a document out of the index and off the disk, once the transaction is committed.
   * @param rewritten an earlier text was indexed too
   */
  destroy(document: number, words: string, rewritten: boolean): void {
    const indexed = this.#indexed(document, words)
    this.#changes.delete(document)
    this.#drop.run(document)
    if (indexed !== '') this.#doomed.set(document, indexed)
    this.#merging ||= rewritten
    this.#database.wipe()
  }

  clear(): void {
    this.#changes.clear()
    this.#doomed.clear()
    this.#deferred = 0
    this.#dropAll.run()
    this.#command.run('delete-all')
  }

  /** Indexes what waits, so that a search finds it. */
  catchUp(): void {
    if (this.#database.running) this.#index()
    else if (this.#deferred > 0) this.#database.transact(false, () => this.#index())
  }

  /** What the index has of a document whose text is `words` now. */
  #indexed(document: number, words: string): string {
    const change = this.#changes.get(document)
    if (change !== undefined) return change.before
    const deferred = this.#deferred === 0 ? undefined : this.#find.get(document)
    return deferred === undefined ? words : (deferred.before as string)
  }

  #settle(): void {
    this.#wipeOut()
    if (this.#changes.size + this.#deferred >= UNINDEXED_MAX) {
      this.#index()
      return
    }
    for (const [document, { before, after }] of this.#changes) this.#defer.run(document, before, after)
    // Counts a document twice if it waited before: then the next batch is a little smaller.
    this.#deferred += this.#changes.size
    this.#changes.clear()
  }

  #index(): void {
    this.#wipeOut()
    for (const { document, before, after } of this.#deferred === 0 ? [] : this.#all.all()) {
      const later = this.#changes.get(document as number)
      this.#changes.set(document as number, {
        before: before as string,
        after: later?.after ?? String(after),
      })
    }
    for (const [document, { before, after }] of this.#changes) {
      if (before !== '') this.#delete.run(document, before)
      if (after !== '') this.#insert.run(document, after)
    }
    if (this.#deferred > 0) this.#dropAll.run()
    this.#deferred = 0
    this.#changes.clear()
  }

  /** What FTS5 deletes under `secure-delete` it also overwrites, but for what stands between its pages. */
  #wipeOut(): void {
    this.#deleteSecurely(this.#doomed)
    if (this.#merging || this.#leavesTraces()) this.#rewrite()
    this.#doomed.clear()
    this.#merging = false
  }

  #deleteSecurely(texts: ReadonlyMap<number, string>): void {
    if (texts.size === 0) return
    this.#configure.run(1)
    for (const [document, words] of texts) this.#delete.run(document, words)
    // Setting an option writes all that waits, still under the old one.
    this.#configure.run(0)
  }

  /** Writes the whole index anew. FTS5 leaves an index of one segment as it is, so a second one is made. */
  #rewrite(): void {
    this.#insert.run(NOBODY, FILLER)
    this.#configure.run(0)
    this.#command.run('optimize')
    this.#deleteSecurely(new Map([[NOBODY, FILLER]]))
  }

  /** True if a boundary is the beginning of a destroyed word, and of no word that is left. */
  #leavesTraces(): boolean {
    if (this.#doomed.size === 0) return false
    const beginnings = new Set([...this.#doomed.values()].flatMap(beginningsIn))
    for (const { start } of this.#boundaries.all()) {
      const isTrace = beginnings.has(start as string) && this.#anyWith.get(`"${start}"*`) === undefined
      if (isTrace) return true
    }
    return false
  }
}

/** Every beginning of every word, as the tokenizer writes words: without case and diacritics. */
function beginningsIn(text: string): readonly string[] {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  return (plain.match(/[\p{L}\p{N}]+/gu) ?? []).flatMap(word =>
    Array.from({ length: word.length }, (_, i) => word.slice(0, i + 1)),
  )
}
