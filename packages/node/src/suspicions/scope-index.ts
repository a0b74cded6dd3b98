/** All memories of one scope, by what they may have in common: for comparing each with each, without reading them again. */
import type { Statement } from '@folkmoot/arbiter'
import type { DocumentId } from '@folkmoot/core'
import { featuresOf, type Subject } from './features.ts'
import { NEIGHBOURS_MAX } from './neighbours.ts'

export interface Indexed {
  readonly id: DocumentId
  readonly statement: Statement
  readonly subject: Subject
}

/** Memories looked at for one: rare words first, so that what many share costs no more than this. */
const LOOKED_AT_MAX = 2048

export class ScopeIndex {
  readonly #memories: Indexed[] = []
  readonly #places = new Map<string, number[]>()

  add(memory: Indexed): void {
    const place = this.#memories.push(memory) - 1
    for (const feature of featuresOf(memory.subject)) {
      const places = this.#places.get(feature)
      if (places === undefined) this.#places.set(feature, [place])
      else if (places.at(-1) !== place) places.push(place)
    }
  }

  get size(): number {
    return this.#memories.length
  }

  /** Pairs of the memory in this place with later ones that have most in common with it, the rarest counting most. */
  later(place: number): readonly (readonly [Indexed, Indexed])[] {
    const one = this.#memories[place]
    if (one === undefined) return []
    const weights = this.#weights(place, one)
    return [...weights]
      .sort(([a, weight], [b, other]) => other - weight || a - b)
      .slice(0, NEIGHBOURS_MAX)
      .flatMap(([other]) => {
        const found = this.#memories[other]
        return found === undefined ? [] : [[one, found] as const]
      })
  }

  #weights(place: number, { subject }: Indexed): ReadonlyMap<number, number> {
    const lists = featuresOf(subject)
      .map(feature => this.#places.get(feature) ?? [])
      .sort((a, b) => a.length - b.length)
    const weights = new Map<number, number>()
    let left = LOOKED_AT_MAX
    for (const places of lists) {
      // As in the usual measure of how much a word tells: inverse document frequency.
      const weight = Math.log(1 + this.size / places.length)
      for (let at = firstAfter(places, place); at < places.length && left > 0; at++, left--) {
        const other = places[at] as number
        weights.set(other, (weights.get(other) ?? 0) + weight)
      }
      if (left === 0) break
    }
    return weights
  }
}

/** Where the first of these ascending numbers stands that is larger. */
function firstAfter(numbers: readonly number[], bound: number): number {
  let low = 0
  let high = numbers.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((numbers[middle] as number) <= bound) low = middle + 1
    else high = middle
  }
  return low
}
