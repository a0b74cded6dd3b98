/** How agents, people and admins write on simulated nodes, and what they were told of it. */
import {
  type Body,
  type DocumentId,
  type EntryHash,
  FolkmootError,
  type NodeId,
  type Plan,
  type ScopeAddress,
  type WriteResult,
} from '@folkmoot/core'
import { Sight } from '../../../packages/node/src/sight.ts'
import { ownerOf } from '../../../packages/node/src/view.ts'
import type { SimulatedMesh } from '../mesh.ts'
import type { SimulatedNode } from '../node.ts'
import { VAULT } from './vault.ts'

export interface Acknowledged {
  readonly node: NodeId
  readonly entry: EntryHash
  readonly doc: DocumentId
  readonly scope: ScopeAddress
}

/** What is said in these runs has a number, so that it can be found wherever it is. */
const TEXTS = /\b(?:text|secret) \d+\b/g

export class Pen {
  /** Writes whose author was told that they are on disk. */
  readonly acknowledged: Acknowledged[] = []
  readonly #said = new Map<string, Set<DocumentId>>()
  readonly #mesh: SimulatedMesh
  #texts = 0

  constructor(mesh: SimulatedMesh) {
    this.#mesh = mesh
  }

  /** Something that nobody has said before; what is said in the vault can be told from the rest. */
  text(scope: ScopeAddress): string {
    return `${scope === VAULT ? 'secret' : 'text'} ${this.#texts++}`
  }

  /** What somebody said, and the memories it was said of. */
  get said(): ReadonlyMap<string, ReadonlySet<DocumentId>> {
    return this.#said
  }

  submit(at: SimulatedNode, plan: Plan, then: (result: WriteResult) => void = () => {}): void {
    const { stats } = this.#mesh
    let place: Pick<Acknowledged, 'doc' | 'scope'> | undefined
    at.write({
      kind: 'local',
      ...plan,
      plan: view => {
        const planned = plan.plan(view)
        const { body, scope } = planned
        if ('doc' in body && scope !== null) place = { doc: body.doc, scope }
        this.#note(body)
        return planned
      },
      done: result => {
        if (!at.isUp) return
        if (result instanceof FolkmootError) {
          stats.count(`writes failed: ${result.code}`)
          return
        }
        stats.count('writes acknowledged')
        if (place !== undefined) this.acknowledged.push({ node: at.node, entry: result.entry, ...place })
        then(result)
      },
    })
  }

  /** For what the product writes itself. Settled for good: a node that is gone tells nobody anything. */
  at(node: SimulatedNode) {
    const write = (plan: Plan) =>
      new Promise<WriteResult>(done => {
        if (node.isUp) this.submit(node, plan, done)
      })
    return { write, change: (_: ScopeAddress, plan: Plan) => write(plan) }
  }

  #note(body: Body): void {
    if (body.type !== 'change') return
    for (const [kind, register, value] of body.ops) {
      if (kind !== 'put' || register !== 'content') continue
      for (const text of textsIn(JSON.stringify(value)))
        this.#said.set(text, (this.#said.get(text) ?? new Set()).add(body.doc))
    }
  }
}

export function textsIn(text: string): readonly string[] {
  return text.match(TEXTS) ?? []
}

/** What the owner of a node sees. */
export function sightOf({ node, name, replica }: SimulatedNode): Sight {
  return new Sight(replica, ownerOf(node, replica, name), () => replica.now)
}
