/** Inputs for one target, one after the other: good ones, spoiled ones and noise, all from one seed. */
import { decodeCanonical } from '@folkmoot/core'
import { Chance } from '../simulation/random.ts'
import { mutateBytes, noise } from './mutate-bytes.ts'
import { mutateText } from './mutate-text.ts'
import { mutateTree, type Tree } from './mutate-tree.ts'
import { sloppyCbor } from './sloppy-cbor.ts'
import { bytesOf, type Target, textOf } from './target.ts'

const NOISE_BYTES_MAX = 300

/** A text that is somebody's value. */
const A_TEXT = /"[^"\\]*"(?=[,}\]])/

/** Deeper than the stack of whoever walks it by recursion. */
function nestedText(chance: Chance): string {
  const depth = chance.pick([100, 5000, 50_000])
  return '['.repeat(depth) + ']'.repeat(depth)
}

export class Inputs {
  readonly #chance: Chance
  readonly #samples: readonly Uint8Array[]
  readonly #trees: readonly Tree[]
  readonly #texts: readonly string[]
  readonly #target: Target
  #drawn = 0

  static async of(target: Target, seed: string): Promise<Inputs> {
    return new Inputs(target, await target.samples(), new Chance(`${seed}/${target.name}`))
  }

  private constructor(target: Target, samples: readonly Uint8Array[], chance: Chance) {
    this.#target = target
    this.#samples = samples
    this.#chance = chance
    this.#trees = target.shape === 'cbor' ? samples.map(decodeCanonical) : jsonOf(target, samples)
    this.#texts = target.shape === 'bytes' || target.shape === 'cbor' ? [] : samples.map(textOf)
  }

  /** The good ones come first, so that a run shows that they are good. */
  next(): { readonly input: Uint8Array; readonly isSample: boolean } {
    const sample = this.#samples[this.#drawn++]
    if (sample !== undefined) return { input: sample, isSample: true }
    const { bytesMax = Number.POSITIVE_INFINITY } = this.#target
    const input = this.#draw()
    return { input: input.length > bytesMax ? input.slice(0, bytesMax) : input, isSample: false }
  }

  #draw(): Uint8Array {
    const chance = this.#chance
    if (chance.hit(0.05)) return noise(chance, NOISE_BYTES_MAX)
    if (chance.hit(0.25)) return mutateBytes(chance, chance.pick(this.#samples), this.#samples)
    switch (this.#target.shape) {
      case 'bytes':
        return mutateBytes(chance, chance.pick(this.#samples), this.#samples)
      case 'text':
        return bytesOf(mutateText(chance, chance.pick(this.#texts), this.#texts))
      case 'json':
        return this.#json()
      case 'cbor': {
        const tree = mutateTree(chance, chance.pick(this.#trees), this.#trees)
        const bytes = sloppyCbor(chance, tree, chance.hit(0.75) ? 0 : 0.1)
        return chance.hit(0.1) ? mutateBytes(chance, bytes, this.#samples) : bytes
      }
    }
  }

  #json(): Uint8Array {
    const chance = this.#chance
    if (this.#trees.length === 0 || chance.hit(0.2))
      return bytesOf(mutateText(chance, chance.pick(this.#texts), this.#texts))
    // Bytes are objects to JSON, and undefined at the top is no text at all.
    const text = JSON.stringify(mutateTree(chance, chance.pick(this.#trees), this.#trees)) ?? 'undefined'
    return bytesOf(chance.hit(0.02) ? text.replace(A_TEXT, nestedText(chance)) : text)
  }
}

function jsonOf({ shape }: Target, samples: readonly Uint8Array[]): readonly Tree[] {
  return shape === 'json' ? samples.map(sample => JSON.parse(textOf(sample)) as Tree) : []
}
