/**
 * All memories of one scope, by what they may have in common: for comparing each with each. Holds numbers in place of
 * texts, about 150 bytes for a memory, so that a scan of many takes little room.
 */
import { assert, type DocumentId } from '@folkmoot/core'
import { NEIGHBOURS_MAX } from './neighbours.ts'
import { NumberList } from './number-list.ts'

/** Memories looked at for one: rare features first, so that what many share costs no more than this. */
const LOOKED_AT_MAX = 2048

/** Memories have places, from 0 on, in the order in which they are added; features have numbers likewise. */
export class ScopeIndex {
  readonly #ids: DocumentId[] = []
  readonly #numbers = new Map<string, number>()
  /** Features of the memories one after the other; those of a place end where the next place's begin. */
  readonly #features = new NumberList()
  readonly #starts = new NumberList([0])
  #postings: Postings | undefined

  add(id: DocumentId, features: readonly string[]): void {
    this.#ids.push(id)
    for (const feature of new Set(features)) this.#features.push(this.#numberOf(feature))
    this.#starts.push(this.#features.length)
    this.#postings = undefined
  }

  get size(): number {
    return this.#ids.length
  }

  /** @throws Error for a place that there is not */
  idAt(place: number): DocumentId {
    const id = this.#ids[place]
    assert(id !== undefined, `no memory in place ${place}`)
    return id
  }

  /** Places after this one whose memories have most in common with it, the rarest counting most. */
  later(place: number): readonly number[] {
    this.#postings ??= postingsOf(this.#numbers.size, this.#features, this.#starts)
    return laterIn(this.#postings, this.#featuresAt(place), place)
  }

  #numberOf(feature: string): number {
    const known = this.#numbers.get(feature)
    if (known !== undefined) return known
    const number = this.#numbers.size
    this.#numbers.set(feature, number)
    return number
  }

  #featuresAt(place: number): Int32Array {
    return this.#features.between(this.#starts.at(place), this.#starts.at(place + 1))
  }
}

/** For each feature the places that have it, ascending, in one list; and room to weigh places in. */
interface Postings {
  readonly starts: Int32Array
  readonly places: Int32Array
  /** By place; all zero between two questions. */
  readonly weights: Float64Array
}

/** By counting sort: first how many places each feature has, then each place where its features' lists go on. */
function postingsOf(count: number, features: NumberList, ends: NumberList): Postings {
  const starts = new Int32Array(count + 1)
  for (let i = 0; i < features.length; i++) starts[features.at(i) + 1] = (starts[features.at(i) + 1] ?? 0) + 1
  for (let i = 0; i < count; i++) starts[i + 1] = (starts[i + 1] ?? 0) + (starts[i] ?? 0)
  const next = starts.slice()
  const places = new Int32Array(features.length)
  const size = ends.length - 1
  for (let place = 0; place < size; place++) {
    for (let i = ends.at(place); i < ends.at(place + 1); i++) {
      const feature = features.at(i)
      const at = next[feature] ?? 0
      places[at] = place
      next[feature] = at + 1
    }
  }
  return { starts, places, weights: new Float64Array(size) }
}

function laterIn(
  { starts, places, weights }: Postings,
  features: Int32Array,
  place: number,
): readonly number[] {
  const lists = [...features]
    .map(feature => ({ from: starts[feature] ?? 0, to: starts[feature + 1] ?? 0 }))
    .sort((a, b) => a.to - a.from - (b.to - b.from))
  const found: number[] = []
  let left = LOOKED_AT_MAX
  for (const { from, to } of lists) {
    // As in the usual measure of how much a word tells: inverse document frequency.
    const weight = Math.log(1 + weights.length / (to - from))
    for (let at = firstAfter(places, from, to, place); at < to && left > 0; at++, left--) {
      const other = places[at] ?? 0
      const known = weights[other] ?? 0
      if (known === 0) found.push(other)
      weights[other] = known + weight
    }
    if (left === 0) break
  }
  const best = heaviest(found, weights)
  for (const other of found) weights[other] = 0
  return best
}

/** The best so many, the heaviest first, of equals the first by place. */
function heaviest(found: readonly number[], weights: Float64Array): readonly number[] {
  const best: number[] = []
  for (const one of found) {
    const weight = weights[one] ?? 0
    let at = best.length
    while (at > 0 && isAfter(best[at - 1] ?? 0)) at -= 1
    if (at === NEIGHBOURS_MAX) continue
    best.splice(at, 0, one)
    if (best.length > NEIGHBOURS_MAX) best.pop()

    function isAfter(other: number): boolean {
      const its = weights[other] ?? 0
      return its < weight || (its === weight && other > one)
    }
  }
  return best
}

/** Where between two positions the first of the ascending numbers stands that is larger. */
function firstAfter(numbers: Int32Array, from: number, to: number, bound: number): number {
  let [low, high] = [from, to]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((numbers[middle] ?? 0) <= bound) low = middle + 1
    else high = middle
  }
  return low
}
