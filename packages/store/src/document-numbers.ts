import { fromHex } from '@folkmoot/core'
import type { Database, Statement } from './database.ts'

/**
 * The small numbers that stand for document ids inside the database. Remembers the last one: the steps of one
 * change ask for the same document several times in a row.
 */
export class DocumentNumbers {
  readonly #find: Statement
  readonly #insert: Statement
  #last: { readonly id: string; readonly number: number } | undefined

  constructor(database: Database) {
    this.#find = database.prepare('SELECT number FROM documents WHERE id = ?')
    this.#insert = database.prepare('INSERT INTO documents (id) VALUES (?)')
    database.hook({ afterRollback: () => this.#forget() })
  }

  find(id: string): number | undefined {
    if (this.#last?.id === id) return this.#last.number
    const number = this.#find.get(fromHex(id))?.number
    return typeof number === 'number' ? this.#remember(id, number) : undefined
  }

  give(id: string): number {
    return this.find(id) ?? this.#remember(id, this.#insert.run(fromHex(id)))
  }

  #remember(id: string, number: number): number {
    this.#last = { id, number }
    return number
  }

  #forget(): void {
    this.#last = undefined
  }
}
