/** Arbiters that judge one conflict in the same moment, and differently: claims only make that rare. */
import { FolkmootError, type Plan, type ScopeAddress, SUSPICION } from '@folkmoot/core'
import { settleConflict } from '../../../packages/node/src/settle-conflict.ts'
import type { SimulatedMesh } from '../mesh.ts'
import type { SimulatedNode } from '../node.ts'
import type { Chance } from '../random.ts'
import { ARBITERS } from './law.ts'
import { type Pen, sightOf } from './pen.ts'

export class JudgingApart {
  readonly #mesh: SimulatedMesh
  readonly #chance: Chance
  readonly #pen: Pen

  constructor(mesh: SimulatedMesh, chance: Chance, pen: Pen) {
    this.#mesh = mesh
    this.#chance = chance
    this.#pen = pen
  }

  act(): void {
    const arbiters = this.#mesh.nodes.slice(0, ARBITERS).filter(({ isUp }) => isUp)
    const [one, other] = this.#chance.shuffled(arbiters)
    if (one === undefined || other === undefined) return
    const open = sightOf(one)
      .list({ conflict: 'open', limit: 30 })
      .flatMap(row => row.conflicts.map(({ id, register }) => ({ id: row.id, conflict: id, register })))
      .filter(({ register }) => register === 'content' || register === SUSPICION)
    if (open.length === 0) return
    const suspected = open.filter(({ register }) => register === SUSPICION)
    const { id, register } = this.#chance.pick(suspected.length > 0 ? suspected : open)
    this.#judge(one, id, register, 1)
    this.#judge(other, id, register, 2)
  }

  #judge(
    node: SimulatedNode,
    id: Parameters<ReturnType<typeof sightOf>['row']>[0],
    register: string,
    pick: number,
  ) {
    const sight = sightOf(node)
    const row = sight.row(id)
    const conflict = row?.conflicts.find(one => one.register === register)
    if (row === undefined || conflict === undefined || !mayJudge(node, row.scope)) return
    if (conflict.status === 'resolved' || conflict.reopened?.kind === 'undo') return
    this.#mesh.stats.count('judged apart')
    const confidence = this.#chance.between(1, 10) / 10
    const grounds = { judge: 'model', model: 'apart', confidence, rationale: 'at once' } as const
    const { change } = this.#pen.at(node)
    const pen = { change: (scope: ScopeAddress, plan: Plan) => change(scope, guarded(node, scope, plan)) }
    settleConflict(pen, sight, row, register, { pick }, grounds).catch(refused)
  }
}

/** The right may go while the verdict waits to be written. */
function guarded(node: SimulatedNode, scope: ScopeAddress, plan: Plan): Plan {
  return {
    ...plan,
    plan(view) {
      if (!mayJudge(node, scope)) throw new FolkmootError('forbidden', 'it lost the right')
      return plan.plan(view)
    },
  }
}

function mayJudge(node: SimulatedNode, scope: ScopeAddress): boolean {
  const sight = sightOf(node)
  return sight.mayReadScope(scope) && sight.mayWrite(scope, ['arbitrate'])
}

function refused(error: unknown): void {
  if (!(error instanceof FolkmootError)) throw error
}
