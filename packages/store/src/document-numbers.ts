import { fromHex } from '@folkmoot/core'
import type { Database, Statement } from './database.ts'

/**
 * The small numbers that stand for document ids inside the database. Remembers the last answer: the steps of one
 * change ask for the same document several times in a row.
 */
export class DocumentNumbers {
  readonly #find: Statement
  readonly #insert: Statement
  readonly #drop: Statement
  #last: { readonly id: string; readonly number: number | undefined } | undefined

  constructor(database: Database) {
    this.#find = database.prepare(
      'SELECT number FROM documents WHERE substr(id, 1, 6) = substr(?1, 1, 6) AND id = ?1',
    )
    this.#insert = database.prepare('INSERT INTO documents (id) VALUES (?)')
    this.#drop = database.prepare('DELETE FROM documents WHERE number = ?')
    database.hook({
      afterRollback: () => {
        this.#last = undefined
      },
    })
  }

  find(id: string): number | undefined {
    if (this.#last?.id === id) return this.#last.number
    const number = this.#find.get(fromHex(id))?.number as number | undefined
    this.#last = { id, number }
    return number
  }

  /** Takes the numbers of documents away that nothing refers to any more. */
  drop(numbers: Iterable<number>): void {
    for (const number of numbers) this.#drop.run(number)
    this.#last = undefined
  }

  give(id: string): number {
    const known = this.find(id)
    if (known !== undefined) return known
    const number = this.#insert.run(fromHex(id))
    this.#last = { id, number }
    return number
  }
}
