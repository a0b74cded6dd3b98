/** Everything that is left to chance in a run comes from here, and all of it follows from the run's seed. */
import { type Random, sha256, utf8 } from '@folkmoot/core'

export class Chance {
  #state: number

  constructor(seed: string) {
    this.#state = Buffer.from(sha256(utf8(seed))).readUInt32LE(0)
  }

  /** In [0, 1). A Weyl sequence, each step scrambled: good enough to choose faults with. */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 0x1_0000_0000
  }

  /** True so often of 1. */
  hit(probability: number): boolean {
    return this.next() < probability
  }

  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1))
  }

  /** One of them; there must be one. */
  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.between(0, items.length - 1)]
    if (item === undefined) throw new Error('nothing to pick from')
    return item
  }

  shuffled<Item>(items: readonly Item[]): Item[] {
    return items
      .map(item => ({ item, order: this.next() }))
      .sort((a, b) => a.order - b.order)
      .map(({ item }) => item)
  }
}

/** The replica's port: unlike `Chance` it gives bytes that look random to a hash too. */
export function randomPort(seed: string): Random {
  let drawn = 0
  return {
    bytes(length) {
      const blocks = Array.from({ length: Math.ceil(length / 32) }, () => sha256(utf8(`${seed}/${drawn++}`)))
      return new Uint8Array(Buffer.concat(blocks).subarray(0, length))
    },
  }
}
