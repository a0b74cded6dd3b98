/** People who settle, put off and take back, also while an arbiter is at it. */
import {
  type Conflict,
  type Context,
  type DocumentRow,
  FolkmootError,
  type Settlement,
  SUSPICION,
  settle,
} from '@folkmoot/core'
import { settleConflict } from '../../../packages/node/src/settle-conflict.ts'
import type { Sight } from '../../../packages/node/src/sight.ts'
import { suspectsOf } from '../../../packages/node/src/suspects.ts'
import type { SimulatedMesh } from '../mesh.ts'
import type { SimulatedNode } from '../node.ts'
import type { Chance } from '../random.ts'
import { type Pen, sightOf } from './pen.ts'

interface Found {
  readonly row: DocumentRow
  readonly conflict: Conflict
}

export class People {
  readonly #mesh: SimulatedMesh
  readonly #chance: Chance
  readonly #pen: Pen

  constructor(mesh: SimulatedMesh, chance: Chance, pen: Pen) {
    this.#mesh = mesh
    this.#chance = chance
    this.#pen = pen
  }

  settle(node: SimulatedNode): void {
    const found = this.#find(node, ({ status }) => status !== 'resolved')
    if (found !== undefined) this.#settle(node, found)
  }

  takeBack(node: SimulatedNode): void {
    const putOff = this.#chance.hit(0.4) ? this.#find(node, ({ status }) => status === 'deferred') : undefined
    const found =
      putOff ?? this.#find(node, ({ resolution }) => resolution !== null && resolution.kind !== 'overwrite')
    if (found !== undefined) this.#takeBack(node, found)
  }

  /** Somebody meets the same conflict elsewhere, while a verdict on it is on its way. */
  interject(id: string): void {
    const up = this.#mesh.upNodes
    if (up.length === 0) return
    const node = this.#chance.pick(up)
    const found = conflictsAt(node).find(({ conflict }) => conflict.id === id)
    if (found === undefined) return
    this.#mesh.stats.count('people beside an arbiter')
    const { status } = found.conflict
    if (status === 'open' || status === 'claimed') this.#settle(node, found)
    else if (found.conflict.resolution?.kind !== 'overwrite') this.#takeBack(node, found)
  }

  #settle(node: SimulatedNode, { row, conflict }: Found): void {
    const { stats } = this.#mesh
    const [name, settlement] = this.#choice(row, conflict)
    stats.count('settlements by people')
    stats.count(`people: ${name}`)
    const { register } = conflict
    const sight = sightOf(node)
    const grounds = { judge: 'person', rationale: `I know it: ${wordsOf(row, sight)}` } as const
    if (register !== SUSPICION) {
      this.#pen.submit(node, settle(row.id, register, settlement, grounds))
      return
    }
    stats.count('suspicions judged by people')
    const judging = settleConflict(this.#pen.at(node), sight, row, register, settlement, grounds)
    judging.catch(refused)
  }

  #takeBack(node: SimulatedNode, { row, conflict }: Found): void {
    const { stats } = this.#mesh
    stats.count(conflict.register === SUSPICION ? 'suspicions undone' : 'undone by people')
    if (conflict.resolution?.kind === 'defer') stats.count('deferrals undone')
    const plan = settle(row.id, conflict.register, { undo: true }, { rationale: 'no, it was not' })
    this.#pen.submit(node, plan)
  }

  #choice(
    { scope }: DocumentRow,
    { register, candidates }: Conflict,
  ): readonly [string, Exclude<Settlement, { undo: true }>] {
    const mood = this.#chance.next()
    const count = register === SUSPICION ? 2 : candidates.length
    if (mood < 0.2) return ['deferral', { defer: true }]
    if (mood < 0.35 && count > 1) return ['contexts', { contexts: contextsOf(count) }]
    if (mood < 0.5 && register !== SUSPICION) return ['another value', { value: this.#pen.text(scope) }]
    return ['pick', { pick: this.#chance.between(1, count) }]
  }

  #find(node: SimulatedNode, fits: (conflict: Conflict) => boolean): Found | undefined {
    const found = conflictsAt(node).filter(({ conflict }) => fits(conflict))
    return found.length === 0 ? undefined : this.#chance.pick(found)
  }
}

/** What people deal with: values, and suspicions. Policies are left alone. */
function conflictsAt(node: SimulatedNode): readonly Found[] {
  return sightOf(node)
    .list({ conflict: 'any', limit: 100 })
    .flatMap(row => row.conflicts.map(conflict => ({ row, conflict })))
    .filter(({ conflict: { register } }) => register === 'content' || register === SUSPICION)
}

/** Whoever judges says why with the words of what it judges. */
function wordsOf(row: DocumentRow, sight: Sight): string {
  const memories = suspectsOf(row, id => sight.row(id)) ?? [row]
  return JSON.stringify(
    memories.flatMap(({ registers }) => registers.content ?? []).map(({ value }) => value),
  )
}

function contextsOf(count: number): readonly Context[] {
  return Array.from({ length: count }, (_, at) => ({ pick: at + 1, when: `on day ${at}` }))
}

/** One of the two may be hidden, or gone. */
function refused(error: unknown): void {
  if (!(error instanceof FolkmootError)) throw error
}
