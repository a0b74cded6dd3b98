/** Somebody has a memory erased that is in dispute, or suspected, or just being judged. */
import { type DocumentId, erase, parseDocumentId, type WriteResult } from '@folkmoot/core'
import { Erasures } from '../../../packages/node/src/erasures.ts'
import { eraseNotes } from '../../../packages/node/src/suspicions/erase-notes.ts'
import { liveSuspicions, suspicionOf } from '../../../packages/node/src/suspicions/suspicion-note.ts'
import type { View } from '../../../packages/node/src/view.ts'
import type { SimulatedMesh } from '../mesh.ts'
import type { SimulatedNode } from '../node.ts'
import type { Chance } from '../random.ts'
import { type Pen, sightOf } from './pen.ts'
import { VAULT } from './vault.ts'

export class Erasing {
  readonly #mesh: SimulatedMesh
  readonly #chance: Chance
  readonly #pen: Pen

  constructor(mesh: SimulatedMesh, chance: Chance, pen: Pen) {
    this.#mesh = mesh
    this.#chance = chance
    this.#pen = pen
  }

  plan(count: number, durationMs: number): void {
    for (let planned = 0; planned < count; planned++)
      this.#mesh.later(this.#chance.between(durationMs / 4, durationMs), () => this.#act())
  }

  /** What a judge has before it. */
  eraseJudged(id: string): void {
    const up = this.#mesh.upNodes
    if (up.length === 0) return
    const node = this.#chance.pick(up)
    const row = sightOf(node).row(parseDocumentId(id.slice(0, id.indexOf('.'))))
    const doc = row?.type === 'note' ? this.#chance.pick(suspicionOf(row)?.records ?? [row.id]) : row?.id
    if (doc !== undefined && this.#erase(node, doc)) this.#mesh.stats.count('erased while judged')
  }

  #act(): void {
    const up = this.#mesh.upNodes
    if (up.length === 0) return
    const node = this.#chance.pick(up)
    const sight = sightOf(node)
    if (this.#chance.hit(0.5)) {
      const disputed = sight.list({ type: 'record', conflict: 'open', limit: 20 })
      if (disputed.length > 0 && this.#erase(node, this.#chance.pick(disputed).id))
        this.#mesh.stats.count('erased in dispute')
      return
    }
    const suspects = [...liveSuspicions(sight)].flatMap(note => suspicionOf(note)?.records ?? [])
    if (suspects.length > 0 && this.#erase(node, this.#chance.pick(suspects)))
      this.#mesh.stats.count('erased suspects')
  }

  /** As the product does it. An erasure that is cut off its log is another matter: nobody does that here. */
  #erase(node: SimulatedNode, id: DocumentId): boolean {
    const sight = sightOf(node)
    const row = sight.row(id)
    const isFounder = node === this.#mesh.nodes[0]
    if (row === undefined || row.erased || (row.scope === VAULT && !isFounder)) return false
    this.#mesh.trace.say(`${node.name} erases ${id}`)
    const writer = this.#pen.at(node) as View['writer']
    const announce = ({ entry }: WriteResult, doc: DocumentId) =>
      node.isUp ? new Erasures(node.replica, writer, node.node).announce(doc, entry) : undefined
    this.#pen.submit(node, erase(id), result => void announce(result, id))
    void eraseNotes({ sight, writer }, row).then(results => {
      for (const result of results) if (result.row !== undefined) void announce(result, result.row.id)
    })
    return true
  }
}
