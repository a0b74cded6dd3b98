/** What agents and people do during a run: they disagree, update late, suspect, judge, take back, erase. */
import {
  DEFAULT_SCOPE,
  type DocumentId,
  type DocumentRow,
  type Plan,
  remember,
  retract,
  type ScopeAddress,
  update,
} from '@folkmoot/core'
import type { SimulatedMesh } from '../mesh.ts'
import type { SimulatedNode } from '../node.ts'
import type { Chance } from '../random.ts'
import { Erasing } from './erasing.ts'
import { JudgingApart } from './judging-apart.ts'
import { Law } from './law.ts'
import { Pen, sightOf } from './pen.ts'
import { People } from './people.ts'
import { Policies } from './policies.ts'
import { Restarts } from './restarts.ts'
import { Suspecting } from './suspecting.ts'
import { VAULT } from './vault.ts'

/** Each key is of one kind for good. */
const KINDS: readonly (readonly [key: string, kind: string])[] = [
  ...['release', 'owner', 'port', 'region', 'budget'].map(key => [key, 'project'] as const),
  ['seat', 'preference'],
  ['todo', 'tasks'],
  ['salary', 'delicate'],
]

export class Work {
  readonly pen: Pen
  readonly people: People
  readonly law: Law
  readonly erasing: Erasing
  readonly restarts: Restarts
  readonly #mesh: SimulatedMesh
  readonly #chance: Chance
  readonly #policies: Policies
  readonly #suspecting: Suspecting
  readonly #judgingApart: JudgingApart

  constructor(mesh: SimulatedMesh, chance: Chance) {
    const pen = new Pen(mesh)
    this.#mesh = mesh
    this.#chance = chance
    this.pen = pen
    this.people = new People(mesh, chance, pen)
    this.law = new Law(mesh, chance, pen)
    this.erasing = new Erasing(mesh, chance, pen)
    this.restarts = new Restarts(mesh, chance)
    this.#policies = new Policies(mesh, chance, pen)
    this.#suspecting = new Suspecting(mesh, chance, pen)
    this.#judgingApart = new JudgingApart(mesh, chance, pen)
  }

  plan(durationMs: number): void {
    const chance = this.#chance
    this.#policies.begin()
    const count = chance.between(8, 22)
    for (let planned = 0; planned < count; planned++)
      this.#mesh.later(chance.between(0, durationMs), () => this.#act())
    this.#policies.plan(chance.between(0, 2), durationMs)
    this.law.plan(chance.between(0, 3), durationMs)
    this.erasing.plan(chance.between(0, 2), durationMs)
    this.restarts.plan(chance.between(0, 2), durationMs)
  }

  /** Says something new of a memory that somebody is just judging. */
  speakLate(doc: DocumentId): void {
    const able = this.#mesh.upNodes.filter(node => maySpeakOf(node, sightOf(node).row(doc)))
    if (able.length === 0) return
    this.#mesh.stats.count('late writes')
    const node = this.#chance.pick(able)
    const row = sightOf(node).row(doc)
    if (row !== undefined) this.pen.submit(node, update(doc, this.#text(row.scope)))
  }

  #act(): void {
    const up = this.#mesh.upNodes
    if (up.length === 0) return
    const turn = this.#chance.next()
    if (turn < 0.45) this.#disagree(up)
    else if (turn < 0.57) this.#speak(this.#chance.pick(up))
    else if (turn < 0.72) this.#suspecting.suspect(up)
    else if (turn < 0.78) this.#suspecting.again(this.#chance.pick(up))
    else if (turn < 0.86) this.#judgingApart.act()
    else if (turn < 0.92) this.people.settle(this.#chance.pick(up))
    else this.people.takeBack(this.#chance.pick(up))
  }

  /** Several say something of one thing before they have heard of each other. */
  #disagree(up: readonly SimulatedNode[]): void {
    const scope = this.#chance.hit(0.35) ? VAULT : DEFAULT_SCOPE
    const able = up.filter(node => sightOf(node).mayWrite(scope))
    const some = this.#chance.shuffled(able).slice(0, this.#chance.between(2, 3))
    const thing = this.#chance.pick(KINDS)
    for (const node of some) this.pen.submit(node, this.#statement(node, scope, thing))
  }

  #speak(node: SimulatedNode): void {
    const rows = sightOf(node)
      .list({ type: 'record', conflict: 'any', limit: 30 })
      .filter(row => maySpeakOf(node, row))
    if (rows.length === 0) {
      this.pen.submit(node, this.#statement(node, DEFAULT_SCOPE, this.#chance.pick(KINDS)))
      return
    }
    const { id, scope } = this.#chance.pick(rows)
    this.pen.submit(node, this.#chance.hit(0.2) ? retract(id) : update(id, this.#text(scope)))
  }

  #statement(node: SimulatedNode, scope: ScopeAddress, [key, kind]: readonly [string, string]): Plan {
    const importance = this.#chance.between(1, 10) / 10
    const registers = { kind, importance, confidence: this.#chance.between(1, 10) / 10 }
    const content = kind === 'tasks' ? [this.#text(scope)] : this.#text(scope)
    return remember({ scope, key, content, registers }, { names: this.#mesh.id, node: node.node })
  }

  #text(scope: ScopeAddress): string {
    // Equal statements meet now and then: they support each other.
    return this.#chance.hit(0.1) ? 'yes' : this.pen.text(scope)
  }
}

function maySpeakOf(node: SimulatedNode, row: DocumentRow | undefined): boolean {
  return row?.type === 'record' && !row.erased && sightOf(node).mayWrite(row.scope)
}
