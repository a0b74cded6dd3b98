/** Nodes that are stopped in the middle of it all, and go on from what is on their disk. */
import { canonicalJson, type Json } from '@folkmoot/core'
import type { SimulatedMesh } from '../mesh.ts'
import type { SimulatedNode } from '../node.ts'
import type { Chance } from '../random.ts'

export class Restarts {
  /** What was not the same afterwards. */
  readonly faults: string[] = []
  readonly #mesh: SimulatedMesh
  readonly #chance: Chance

  constructor(mesh: SimulatedMesh, chance: Chance) {
    this.#mesh = mesh
    this.#chance = chance
  }

  plan(count: number, durationMs: number): void {
    for (let planned = 0; planned < count; planned++)
      this.#mesh.later(this.#chance.between(0, durationMs), () => this.#restart())
  }

  #restart(): void {
    const node = this.#chance.pick(this.#mesh.nodes)
    if (!node.isUp || !isWrittenBack(node)) return
    const before = stateOf(node)
    this.#mesh.stats.count('restarts')
    node.crash()
    this.#mesh.later(this.#chance.between(1, 2_000), () => {
      if (node.isUp) return
      this.#mesh.start(node)
      if (node.isUp && stateOf(node) !== before)
        this.faults.push(`${node.name} shows other things than before`)
    })
  }
}

/** As closing does it. A disk that is full just now lets nobody close. */
function isWrittenBack(node: SimulatedNode): boolean {
  try {
    node.replica.storage.transact(true, () => {})
    return node.isUp
  } catch {
    return false
  }
}

function stateOf({ replica }: SimulatedNode): string {
  const { rows } = replica.storage
  const all = [...rows.list({ limit: 10_000 }), ...rows.list({ type: 'note', limit: 10_000 })]
  const heads = [...replica.heads()].map(({ log, seq, hash }) => `${log} ${seq} ${hash}`)
  return canonicalJson([heads.sort(), all.map(row => canonicalJson(row as unknown as Json)).sort()])
}
