import { assert, type RowAccess, type ScopeAddress } from '@folkmoot/core'
import type { Database, Statement } from './database.ts'

interface Place {
  readonly number: number
  readonly access: RowAccess
}

/** Places by number, or every place there is. */
export type Selection = 'all' | readonly number[]

/**
 * What rows have in common: their scope, authors, contributors and resources. There are few places and many rows, so
 * that who may read what is decided once for a place, whatever the number of rows.
 */
export class PlaceTable {
  readonly #all: Statement
  readonly #add: Statement
  readonly #drop: Statement
  readonly #dropScope: Statement
  readonly #byNumber = new Map<number, Place>()
  readonly #byName = new Map<string, Place>()

  constructor(database: Database) {
    this.#all = database.prepare('SELECT number, address, access FROM places')
    this.#add = database.prepare('INSERT INTO places (address, access) VALUES (?, ?)')
    this.#drop = database.prepare(`
      DELETE FROM places WHERE number = ?1
      AND NOT EXISTS (SELECT 1 FROM rows INDEXED BY rows_by_place WHERE place = ?1) RETURNING number`)
    this.#dropScope = database.prepare(`
      DELETE FROM places WHERE address = ?
      AND NOT EXISTS (SELECT 1 FROM rows INDEXED BY rows_by_place WHERE place = places.number)`)
    this.#load()
    database.hook({ afterRollback: () => this.#load() })
  }

  /** The number of a place, which is made if it is new. */
  give(row: RowAccess): number {
    const known = this.#byName.get(nameOf(row))
    if (known !== undefined) return known.number
    const { scope, authors, contributors, resources } = row
    const number = this.#add.run(scope, textOf(row))
    this.#keep({ number, access: { scope, authors, contributors, resources } })
    return number
  }

  access(number: number): RowAccess {
    const place = this.#byNumber.get(number)
    assert(place !== undefined, `no place ${number}`)
    return place.access
  }

  /** A row has gone from there: what nobody uses any more would say what was once here. */
  leave(number: number): void {
    if (this.#drop.get(number) !== undefined) this.#lose(number)
  }

  /** Forgets the places of a scope that no row is in. */
  leaveScope(scope: ScopeAddress): void {
    this.#dropScope.run(scope)
    this.#load()
  }

  forgetAll(): void {
    this.#byNumber.clear()
    this.#byName.clear()
  }

  select(scope?: ScopeAddress, visible?: (access: RowAccess) => boolean): Selection {
    if (scope === undefined && visible === undefined) return 'all'
    const chosen: number[] = []
    for (const { number, access } of this.#byNumber.values()) {
      if (scope !== undefined && access.scope !== scope) continue
      if (visible === undefined || visible(access)) chosen.push(number)
    }
    return chosen.length === this.#byNumber.size ? 'all' : chosen
  }

  #load(): void {
    this.forgetAll()
    for (const { number, address, access } of this.#all.all()) {
      const [authors, contributors, resources] = JSON.parse(access as string)
      const scope = address as ScopeAddress
      this.#keep({ number: number as number, access: { scope, authors, contributors, resources } })
    }
  }

  #keep(place: Place): void {
    this.#byNumber.set(place.number, place)
    this.#byName.set(nameOf(place.access), place)
  }

  #lose(number: number): void {
    const place = this.#byNumber.get(number)
    this.#byNumber.delete(number)
    if (place !== undefined) this.#byName.delete(nameOf(place.access))
  }
}

function textOf({ authors, contributors, resources }: RowAccess): string {
  return JSON.stringify([authors, contributors, resources])
}

function nameOf(access: RowAccess): string {
  return `${access.scope} ${textOf(access)}`
}
