import {
  fromHex,
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

  constructor(database: Database) {
    this.#database = database
    this.#nameScope = database.prepare('INSERT OR REPLACE INTO scopes (id, address) VALUES (?, ?)')
    this.#scopes = database.prepare('SELECT id, address FROM scopes')
    this.#refuse = database.prepare('INSERT INTO refusals (refusal) VALUES (?)')
    this.#forget = database.prepare('DELETE FROM refusals WHERE number <= ?')
    this.#refusals = database.prepare('SELECT refusal FROM refusals ORDER BY number DESC')
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

  refuse(refusal: Refusal): void {
    this.#database.assertRunning()
    const number = this.#refuse.run(JSON.stringify(refusal))
    this.#forget.run(number - limits.QUARANTINE_MAX)
  }

  refusals(): readonly Refusal[] {
    return this.#refusals.all().map(({ refusal }) => JSON.parse(refusal as string))
  }
}
