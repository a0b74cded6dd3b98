/** Time in a run: a queue of things to happen, by time and then by the order in which they were planned. */
interface Planned {
  readonly at: number
  readonly order: number
  readonly work: () => void
}

export class Schedule {
  /** Milliseconds since the run began. */
  now = 0
  /** A heap: no parent comes after its children. */
  readonly #heap: Planned[] = []
  #planned = 0

  /** Does `work` in `delay` milliseconds; never inside this call, also not with a delay of 0. */
  after(delay: number, work: () => void): void {
    const planned = { at: this.now + Math.max(0, Math.round(delay)), order: this.#planned++, work }
    let at = this.#heap.push(planned) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#swapIfLater(parent, at)) break
      at = parent
    }
  }

  /** Lets time pass. */
  runFor(duration: number): void {
    const end = this.now + duration
    for (let next = this.#heap[0]; next !== undefined && next.at <= end; next = this.#heap[0]) {
      this.#removeFirst()
      this.now = next.at
      next.work()
    }
    this.now = end
  }

  #removeFirst(): void {
    const last = this.#heap.pop()
    if (last === undefined || this.#heap.length === 0) return
    this.#heap[0] = last
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2]
      const child = right < this.#heap.length && this.#isLater(left, right) ? right : left
      if (child >= this.#heap.length || !this.#swapIfLater(at, child)) return
      at = child
    }
  }

  #isLater(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one], this.#heap[other]]
    return a !== undefined && b !== undefined && (a.at - b.at || a.order - b.order) > 0
  }

  #swapIfLater(upper: number, lower: number): boolean {
    if (!this.#isLater(upper, lower)) return false
    const [a, b] = [this.#heap[upper], this.#heap[lower]]
    if (a === undefined || b === undefined) return false
    this.#heap[upper] = b
    this.#heap[lower] = a
    return true
  }
}
