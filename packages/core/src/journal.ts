import { assert } from './errors.ts'

/**
 * Commits that a loss of power can still take. An operating system writes back within half a minute, so older
 * commits are taken to have reached the disk; it also bounds what a long-lived storage remembers.
 */
const LOSABLE_COMMITS_MAX = 1000

type Undo = () => void

/** Remembers how to take changes of Maps back: those of the running transaction, and of commits not yet durable. */
export class Journal {
  #running: Undo[] | undefined
  #commits: (readonly Undo[])[] = []

  get losable(): number {
    return this.#commits.length
  }

  transact<T>(durable: boolean, work: () => T): T {
    assert(this.#running === undefined, 'transactions do not nest')
    const undos: Undo[] = []
    this.#running = undos
    try {
      const result = work()
      this.#committed(durable, undos)
      return result
    } catch (error) {
      takeBack(undos)
      throw error
    } finally {
      this.#running = undefined
    }
  }

  /** Takes back the commits that are not durable, but for the first `kept`. */
  lose(kept: number): void {
    for (const undos of this.#commits.splice(kept).reverse()) takeBack(undos)
    this.#commits = []
  }

  set<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
    this.#remember(map, key)
    map.set(key, value)
  }

  delete<Key, Value>(map: Map<Key, Value>, key: Key): void {
    this.#remember(map, key)
    map.delete(key)
  }

  #remember<Key, Value>(map: Map<Key, Value>, key: Key): void {
    assert(this.#running !== undefined, 'a change outside a transaction')
    const before = map.get(key)
    this.#running.push(before === undefined ? () => map.delete(key) : () => map.set(key, before))
  }

  #committed(durable: boolean, undos: readonly Undo[]): void {
    if (durable) this.#commits = []
    else this.#commits.push(undos)
    if (this.#commits.length > LOSABLE_COMMITS_MAX) this.#commits.shift()
  }
}

function takeBack(undos: readonly Undo[]): void {
  for (const undo of undos.toReversed()) undo()
}
