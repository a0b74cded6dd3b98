import {
  fromHex,
  type LogId,
  limits,
  type NoteStore,
  type Refusal,
  type ScopeAddress,
  type ScopeId,
  toHex,
} from '@folkmoot/core'
import type { Database, Statement } from './database.ts'

export class NoteTable implements NoteStore {
  readonly #database: Database
  readonly #nameScope: Statement
  readonly #scopes: Statement
  readonly #refuse: Statement
  readonly #forget: Statement
  readonly #refusals: Statement
  readonly #dropScope: Statement
  readonly #dropRefusals: Statement
  readonly #bar: Statement
  readonly #barred: Statement
  /** May be true of none, after a transaction that came to nothing. */
  #anyBarred: boolean

  constructor(database: Database) {
    this.#database = database
    this.#nameScope = database.prepare('INSERT OR REPLACE INTO scopes (id, address) VALUES (?, ?)')
    this.#scopes = database.prepare('SELECT id, address FROM scopes')
    this.#refuse = database.prepare('INSERT INTO refusals (refusal) VALUES (?)')
    this.#forget = database.prepare('DELETE FROM refusals WHERE number <= ?')
    this.#refusals = database.prepare('SELECT refusal FROM refusals ORDER BY number DESC')
    this.#dropScope = database.prepare('DELETE FROM scopes WHERE id = ? RETURNING address')
    this.#dropRefusals = database.prepare(`DELETE FROM refusals WHERE json_extract(refusal, '$.log') = ?`)
    this.#bar = database.prepare('INSERT OR IGNORE INTO barred (digest) VALUES (?)')
    this.#barred = database.prepare('SELECT 1 FROM barred WHERE digest = ?')
    this.#anyBarred = database.prepare('SELECT 1 FROM barred LIMIT 1').get() !== undefined
  }

  nameScope(id: ScopeId, address: ScopeAddress): void {
    this.#database.assertRunning()
    this.#nameScope.run(fromHex(id), address)
  }

  *scopes(): ReturnType<NoteStore['scopes']> {
    for (const { id, address } of this.#scopes.all()) {
      yield { id: toHex(id as Uint8Array) as ScopeId, address: address as ScopeAddress }
    }
  }

  /** Forgets a scope's name, and what was refused of its logs. Gives the name. */
  drop(id: ScopeId, logs: readonly LogId[]): ScopeAddress | undefined {
    this.#database.assertRunning()
    for (const log of logs) this.#dropRefusals.run(log)
    return this.#dropScope.get(fromHex(id))?.address as ScopeAddress | undefined
  }

  refuse(refusal: Refusal): void {
    this.#database.assertRunning()
    const number = this.#refuse.run(JSON.stringify(refusal))
    this.#forget.run(number - limits.QUARANTINE_MAX)
  }

  refusals(): readonly Refusal[] {
    return this.#refusals.all().map(({ refusal }) => JSON.parse(refusal as string))
  }

  bar(digest: string): void {
    this.#database.assertRunning()
    this.#bar.run(fromHex(digest))
    this.#anyBarred = true
  }

  isBarred(digest: () => string): boolean {
    return this.#anyBarred && this.#barred.get(fromHex(digest())) !== undefined
  }
}
