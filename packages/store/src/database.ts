import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite'
import { assert } from '@folkmoot/core'
import { diskError } from './disk-error.ts'

export type Fields = { readonly [column: string]: SQLOutputValue }

/** What a table does at the edges of a transaction. */
export interface TransactionHooks {
  /** Its last chance to write. */
  beforeCommit?(): void
  afterCommit?(): void
  /** What it remembers of this transaction has not happened. */
  afterRollback?(): void
}

/** One SQLite connection: prepared statements, transactions and errors that callers understand. */
export class Database {
  readonly #sqlite: DatabaseSync
  readonly #file: string
  readonly #hooks: TransactionHooks[] = []
  readonly #begin: Statement
  readonly #commit: Statement
  readonly #rollback: Statement
  readonly #touch: Statement
  #running = false
  #synchronous = false
  /** Commits were made since the last that was waited for. */
  #behind = false
  #wiping = false

  constructor(sqlite: DatabaseSync, file: string) {
    this.#sqlite = sqlite
    this.#file = file
    this.#begin = this.prepare('BEGIN IMMEDIATE')
    this.#commit = this.prepare('COMMIT')
    this.#rollback = this.prepare('ROLLBACK')
    this.#touch = this.prepare(`UPDATE meta SET value = value + 1 WHERE name = 'syncs'`)
    this.exec('PRAGMA synchronous = NORMAL')
  }

  get running(): boolean {
    return this.#running
  }

  hook(hooks: TransactionHooks): void {
    this.#hooks.push(hooks)
  }

  prepare(sql: string): Statement {
    return new Statement(
      this.#guarded(() => this.#sqlite.prepare(sql)),
      this.#file,
    )
  }

  exec(sql: string): void {
    this.#guarded(() => this.#sqlite.exec(sql))
  }

  /** Every change is made under this. */
  assertRunning(): void {
    assert(this.#running, 'a change outside a transaction')
  }

  /** What the running transaction frees shall be nowhere in the files once it is committed. */
  wipe(): void {
    this.#wiping = true
  }

  transact<T>(durable: boolean, work: () => T): T {
    assert(!this.#running, 'transactions do not nest')
    this.#synchronise(durable)
    this.#begin.run()
    this.#running = true
    let result: T
    try {
      result = work()
      for (const hooks of this.#hooks) hooks.beforeCommit?.()
      // A commit without changes waits for nothing, but the caller waits for the commits before it.
      if (durable && this.#behind) this.#touch.run()
      this.#commit.run()
    } catch (error) {
      this.#undo()
      throw error
    }
    this.#running = false
    this.#behind = !durable
    for (const hooks of this.#hooks) hooks.afterCommit?.()
    if (this.#wiping) this.#truncateLog()
    return result
  }

  close(): void {
    if (this.#sqlite.isOpen) this.#guarded(() => this.#sqlite.close())
  }

  #undo(): void {
    this.#running = false
    // SQLite has rolled back by itself after some errors, a full disk among them.
    if (this.#sqlite.isOpen && this.#sqlite.isTransaction) this.#rollback.run()
    for (const hooks of this.#hooks) hooks.afterRollback?.()
  }

  /** In WAL mode a commit under FULL is on the disk with all before it; under NORMAL it follows at some time. */
  #synchronise(durable: boolean): void {
    if (this.#synchronous === durable) return
    this.exec(`PRAGMA synchronous = ${durable ? 'FULL' : 'NORMAL'}`)
    this.#synchronous = durable
  }

  /** Freed bytes are zeroed in the pages (secure_delete), but the write-ahead log has the pages as they were. */
  #truncateLog(): void {
    try {
      this.#sqlite.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      this.#wiping = false
    } catch {
      // The transaction is committed and its caller must not hear otherwise; the next commit tries again.
    }
  }

  #guarded<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw diskError(error, this.#file)
    }
  }
}

/** A prepared statement whose errors callers understand. */
export class Statement {
  readonly #statement: StatementSync
  readonly #file: string

  constructor(statement: StatementSync, file: string) {
    this.#statement = statement
    this.#file = file
  }

  run(...values: SQLInputValue[]): number {
    try {
      return Number(this.#statement.run(...values).lastInsertRowid)
    } catch (error) {
      throw diskError(error, this.#file)
    }
  }

  get(...values: SQLInputValue[]): Fields | undefined {
    try {
      return this.#statement.get(...values)
    } catch (error) {
      throw diskError(error, this.#file)
    }
  }

  all(...values: SQLInputValue[]): readonly Fields[] {
    try {
      return this.#statement.all(...values)
    } catch (error) {
      throw diskError(error, this.#file)
    }
  }

  *iterate(...values: SQLInputValue[]): Iterable<Fields> {
    try {
      yield* this.#statement.iterate(...values)
    } catch (error) {
      throw diskError(error, this.#file)
    }
  }
}
