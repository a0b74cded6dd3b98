import type { Database, Statement } from './database.ts'

/**
 * Texts that wait for the index. FTS5 writes a segment per transaction, at ten times the cost of one text in a
 * batch, so texts are indexed this many at a time, or when somebody searches.
 */
const UNINDEXED_MAX = 256

/**
 * The full-text index: which words a document has, and nothing else. It keeps no text of its own, so whoever
 * changes a text says what it was before.
 */
export class WordIndex {
  readonly #database: Database
  readonly #defer: Statement
  readonly #deferred: Statement
  readonly #count: Statement
  readonly #drop: Statement
  readonly #dropAll: Statement
  readonly #delete: Statement
  readonly #insert: Statement
  readonly #configure: Statement
  readonly #command: Statement
  /** Texts that wait, or undefined after a rollback. */
  #waiting: number | undefined

  constructor(database: Database) {
    this.#database = database
    this.#defer = database.prepare(`
      INSERT INTO unindexed (document, before, after) VALUES (?, ?, ?)
      ON CONFLICT (document) DO UPDATE SET after = excluded.after`)
    this.#deferred = database.prepare('SELECT document, before, after FROM unindexed')
    this.#count = database.prepare('SELECT count(*) AS count FROM unindexed')
    this.#drop = database.prepare('DELETE FROM unindexed WHERE document = ? RETURNING before')
    this.#dropAll = database.prepare('DELETE FROM unindexed')
    this.#delete = database.prepare(`INSERT INTO words (words, rowid, text) VALUES ('delete', ?, ?)`)
    this.#insert = database.prepare('INSERT INTO words (rowid, text) VALUES (?, ?)')
    this.#configure = database.prepare(`INSERT INTO words (words, rank) VALUES ('secure-delete', CAST(? AS INTEGER))`)
    this.#command = database.prepare('INSERT INTO words (words) VALUES (?)')
    database.hook({
      beforeCommit: () => {
        if (this.#behind() >= UNINDEXED_MAX) this.#catchUp()
      },
      afterRollback: () => {
        this.#waiting = undefined
      },
    })
  }

  change(document: number, before: string, after: string): void {
    const waiting = this.#behind()
    this.#defer.run(document, before, after)
    // One too many if the document waits already: then the next batch is a little smaller.
    this.#waiting = waiting + 1
  }

  /**
   * Takes the words of an erased document out of the index and off the disk.
   * @param rewritten an earlier text was indexed too; its words are marked as gone, but are there until merged away
   */
  destroy(document: number, words: string, rewritten: boolean): void {
    const waiting = this.#drop.get(document)
    const indexed = waiting === undefined ? words : (waiting.before as string)
    if (indexed !== '') {
      this.#configure.run(1)
      this.#delete.run(document, indexed)
      this.#configure.run(0)
    }
    if (rewritten) this.#command.run('optimize')
    this.#database.wipe()
  }

  clear(): void {
    this.#dropAll.run()
    this.#command.run('delete-all')
    this.#waiting = 0
  }

  /** Indexes what waits, so that a search finds it. */
  catchUp(): void {
    if (this.#behind() === 0) return
    if (this.#database.running) this.#catchUp()
    else this.#database.transact(false, () => this.#catchUp())
  }

  #catchUp(): void {
    for (const { document, before, after } of this.#deferred.all()) {
      if (before !== '') this.#delete.run(document as number, before as string)
      if (after !== '') this.#insert.run(document as number, after as string)
    }
    this.#dropAll.run()
    this.#waiting = 0
  }

  #behind(): number {
    this.#waiting ??= this.#count.get()?.count as number
    return this.#waiting
  }
}
