import { NumberList } from './number-list.ts'

const NONE = -1

/** Pairs of places, to be asked for by the later one; eight bytes for a pair. */
export class Pairs {
  /** For each later place its pair that was added last. */
  readonly #last: Int32Array
  readonly #earlier = new NumberList()
  /** For each pair the one of the same later place that was added before it. */
  readonly #before = new NumberList()

  /** @param size how many places there are */
  constructor(size: number) {
    this.#last = new Int32Array(size).fill(NONE)
  }

  add(earlier: number, later: number): void {
    this.#before.push(this.#last[later] ?? NONE)
    this.#last[later] = this.#earlier.length
    this.#earlier.push(earlier)
  }

  /** The earlier places of a later one. */
  *of(later: number): Iterable<number> {
    for (let pair = this.#last[later] ?? NONE; pair !== NONE; pair = this.#before.at(pair))
      yield this.#earlier.at(pair)
  }

  has(later: number): boolean {
    return (this.#last[later] ?? NONE) !== NONE
  }
}
