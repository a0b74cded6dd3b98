const CAPACITY_MIN = 1024

/** A list of 32-bit numbers that grows, at four bytes each. */
export class NumberList {
  #numbers = new Int32Array(CAPACITY_MIN)
  #length = 0

  constructor(numbers: Iterable<number> = []) {
    for (const number of numbers) this.push(number)
  }

  get length(): number {
    return this.#length
  }

  push(number: number): void {
    if (this.#length === this.#numbers.length) {
      const larger = new Int32Array(this.#numbers.length * 2)
      larger.set(this.#numbers)
      this.#numbers = larger
    }
    this.#numbers[this.#length] = number
    this.#length += 1
  }

  /** 0 beyond its end. */
  at(place: number): number {
    return this.#numbers[place] ?? 0
  }

  /** A view, good until the list grows. */
  between(from: number, to: number): Int32Array {
    return this.#numbers.subarray(from, to)
  }
}
