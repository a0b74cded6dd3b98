import { decodeHeader, type LogHead, type LogId, toHex, type VerifiedEntry } from '@folkmoot/core'
import type { Database } from './database.ts'

export interface NumberedHead extends LogHead {
  /** What the database calls the log. */
  readonly number: number
}

/** The heads of all logs, in memory: every append asks for one. */
export class LogHeads {
  readonly #heads = new Map<LogId, NumberedHead>()
  /** Heads before the running transaction moved them. */
  readonly #before = new Map<LogId, NumberedHead | undefined>()

  constructor(database: Database) {
    for (const head of load(database)) this.#heads.set(head.log, head)
    database.hook({ afterCommit: () => this.#before.clear(), afterRollback: () => this.#restore() })
  }

  get(log: LogId): NumberedHead | undefined {
    return this.#heads.get(log)
  }

  all(): Iterable<LogHead> {
    return this.#heads.values()
  }

  move(number: number, { log, seq, hash, at, tick, scope, node, incarnation }: VerifiedEntry): void {
    if (!this.#before.has(log)) this.#before.set(log, this.#heads.get(log))
    this.#heads.set(log, { number, log, seq, hash, at, tick, scope, node, incarnation })
  }

  drop(log: LogId): void {
    if (!this.#before.has(log)) this.#before.set(log, this.#heads.get(log))
    this.#heads.delete(log)
  }

  #restore(): void {
    for (const [log, head] of this.#before) {
      if (head === undefined) this.#heads.delete(log)
      else this.#heads.set(log, head)
    }
    this.#before.clear()
  }
}

function* load(database: Database): Iterable<NumberedHead> {
  // CROSS JOIN starts from the logs, of which there are few; left to itself SQLite starts from the entries.
  const rows = database.prepare(`
    SELECT logs.number, logs.id, entries.hash, entries.header FROM logs
    CROSS JOIN entries ON entries.log = logs.number
      AND entries.seq = (SELECT max(last.seq) FROM entries AS last WHERE last.log = logs.number)`)
  for (const { number, id, hash, header } of rows.iterate()) {
    const { seq, at, tick, scope, node, incarnation } = decodeHeader(header as Uint8Array)
    yield {
      number: number as number,
      log: toHex(id as Uint8Array) as LogId,
      hash: toHex(hash as Uint8Array) as NumberedHead['hash'],
      ...{ seq, at, tick, scope, node, incarnation },
    }
  }
}
