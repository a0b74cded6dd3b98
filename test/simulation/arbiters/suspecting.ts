/** Whoever compares memories suspects some of contradicting each other, and takes that back now and then. */
import type { DocumentRow } from '@folkmoot/core'
import { newest } from '@folkmoot/core'
import { saysNothing } from '../../../packages/node/src/suspects.ts'
import type { Finding } from '../../../packages/node/src/suspicions/finding.ts'
import {
  liveSuspicions,
  suspect,
  suspicionOf,
  withdraw,
} from '../../../packages/node/src/suspicions/suspicion-note.ts'
import type { SimulatedMesh } from '../mesh.ts'
import type { SimulatedNode } from '../node.ts'
import type { Chance } from '../random.ts'
import { type Pen, sightOf } from './pen.ts'

export class Suspecting {
  readonly #mesh: SimulatedMesh
  readonly #chance: Chance
  readonly #pen: Pen

  constructor(mesh: SimulatedMesh, chance: Chance, pen: Pen) {
    this.#mesh = mesh
    this.#chance = chance
    this.#pen = pen
  }

  /** Two memories, by one node or by several that have not heard of each other. */
  suspect(up: readonly SimulatedNode[]): void {
    const pair = this.#pairAt(this.#chance.pick(up))
    if (pair === undefined) return
    const some = this.#chance.shuffled(up).slice(0, this.#chance.hit(0.3) ? 2 : 1)
    for (const node of some)
      this.#state(
        node,
        pair.map(({ id }) => id),
      )
  }

  /** Of what is suspected already, now and then: one of the two says something else by now. */
  again(node: SimulatedNode): void {
    const notes = [...liveSuspicions(sightOf(node))]
    if (notes.length === 0) return
    const note = this.#chance.pick(notes)
    const { stats } = this.#mesh
    const records = suspicionOf(note)?.records
    if (records === undefined) return
    if (this.#chance.hit(0.25)) {
      stats.count('suspicions withdrawn')
      this.#pen.submit(node, withdraw(note))
    } else {
      stats.count('suspicions stated again')
      this.#state(node, records)
    }
  }

  #state(node: SimulatedNode, ids: readonly DocumentRow['id'][]): void {
    const sight = sightOf(node)
    const [one, other] = [...ids].sort().map(id => sight.row(id))
    if (one === undefined || other === undefined || saysNothing(one) || saysNothing(other)) return
    this.#mesh.stats.count('suspicions')
    const finding: Finding = {
      relation: 'contradicts',
      rows: [one, other],
      finer: null,
      score: this.#chance.between(5, 10) / 10,
      evidence: [{ test: 'value', detail: 'texts differ' }],
    }
    this.#pen.submit(node, suspect(finding, this.#mesh.id, undefined))
  }

  #pairAt(node: SimulatedNode): readonly [DocumentRow, DocumentRow] | undefined {
    const rows = sightOf(node).list({ type: 'record', limit: 50 })
    const living = rows.filter(row => !saysNothing(row) && newest(row.registers.content ?? []) !== undefined)
    const [one, ...others] = this.#chance.shuffled(living)
    const other = others.find(({ scope }) => scope === one?.scope)
    return one === undefined || other === undefined ? undefined : [one, other]
  }
}
