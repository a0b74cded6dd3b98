/** What agents and people do during a run: they disagree, update late, judge themselves, and take verdicts back. */
import {
  admit,
  type Conflict,
  DEFAULT_SCOPE,
  type DocumentId,
  type DocumentRow,
  type EntryHash,
  FolkmootError,
  grant,
  type LocalWork,
  type NodeId,
  note,
  type Permission,
  type Plan,
  POLICY,
  type Policy,
  remember,
  retract,
  settle,
  update,
} from '@folkmoot/core'
import type { SimulatedMesh } from '../mesh.ts'
import type { SimulatedNode } from '../node.ts'
import type { Chance } from '../random.ts'

export const ARBITERS = 3

const PLAIN: Permission = { scope: '*', rights: ['read', 'write'] }
const ARBITER: Permission = { scope: '*', rights: ['arbitrate', 'read', 'write'] }

const POLICY_OF_RUN: Policy = {
  version: 1,
  clauses: [
    { when: { kind: 'preference' }, rule: 'latest' },
    { when: { kind: 'tasks' }, rule: 'union' },
    { when: { kind: 'project' }, rule: 'arbiter', below: { importance: 0.3, rule: 'confidence' } },
    { when: { kind: 'delicate' }, rule: 'person' },
  ],
}

/** Each key is of one kind for good. */
const KINDS: readonly (readonly [key: string, kind: string])[] = [
  ...['release', 'owner', 'port', 'region', 'budget'].map(key => [key, 'project'] as const),
  ['seat', 'preference'],
  ['todo', 'tasks'],
  ['salary', 'delicate'],
]

/** The first nodes may arbitrate; all may read and write. */
export function founding(nodes: readonly SimulatedNode[]): readonly Plan[] {
  return nodes.flatMap(({ node, name }, at) => [
    admit(node, name, name),
    grant({ agent: name }, at < ARBITERS ? ARBITER : PLAIN),
  ])
}

export function policyNote(names: SimulatedMesh['id']): Plan {
  return note({ scope: DEFAULT_SCOPE, name: POLICY, register: POLICY, value: POLICY_OF_RUN }, names)
}

export class Work {
  /** Writes whose author was told that they are on disk. */
  readonly acknowledged: { readonly node: NodeId; readonly entry: EntryHash; readonly doc: DocumentId }[] = []
  readonly #mesh: SimulatedMesh
  readonly #chance: Chance
  #texts = 0

  constructor(mesh: SimulatedMesh, chance: Chance) {
    this.#mesh = mesh
    this.#chance = chance
  }

  plan(count: number, durationMs: number): void {
    for (let planned = 0; planned < count; planned++) {
      this.#mesh.later(this.#chance.between(0, durationMs), () => this.#act())
    }
  }

  /** Says something new of a memory that somebody is just judging. */
  speakLate(doc: DocumentId): void {
    const up = this.#mesh.upNodes.filter(({ replica }) => replica.storage.rows.get(doc) !== undefined)
    if (up.length === 0) return
    this.#mesh.stats.count('late writes')
    this.#submit(this.#chance.pick(up), update(doc, this.#text()))
  }

  #act(): void {
    const up = this.#mesh.upNodes
    if (up.length === 0) return
    const turn = this.#chance.next()
    if (turn < 0.5) this.#disagree(up)
    else if (turn < 0.7) this.#speak(this.#chance.pick(up))
    else if (turn < 0.85) this.#judge(this.#chance.pick(up))
    else this.#takeBack(this.#chance.pick(up))
  }

  /** Several say something of one thing before they have heard of each other. */
  #disagree(up: readonly SimulatedNode[]): void {
    const some = this.#chance.shuffled(up).slice(0, this.#chance.between(2, 3))
    const thing = this.#chance.pick(KINDS)
    for (const node of some) this.#submit(node, this.#statement(node, thing))
  }

  #speak(node: SimulatedNode): void {
    const row = this.#rowAt(node, () => true)
    if (row === undefined) this.#submit(node, this.#statement(node, this.#chance.pick(KINDS)))
    else this.#submit(node, this.#chance.hit(0.2) ? retract(row.id) : update(row.id, this.#text()))
  }

  /** A person settles something. */
  #judge(node: SimulatedNode): void {
    const row = this.#rowAt(node, ({ status }) => status !== 'resolved')
    if (row === undefined) return
    this.#mesh.stats.count('settlements by people')
    const pick = this.#chance.between(1, 2)
    this.#submit(node, settle(row.id, 'content', { pick }, { judge: 'person', rationale: 'I know it' }))
  }

  #takeBack(node: SimulatedNode): void {
    const row = this.#rowAt(node, ({ resolution }) => resolution !== null && resolution.kind !== 'overwrite')
    if (row === undefined) return
    this.#mesh.stats.count('undone by people')
    this.#submit(node, settle(row.id, 'content', { undo: true }, { rationale: 'no, it was not' }))
  }

  #rowAt(node: SimulatedNode, fits: (conflict: Conflict) => boolean): DocumentRow | undefined {
    const rows = node.replica.storage.rows
      .list({ type: 'record', conflict: 'any', limit: 30 })
      .filter(({ conflicts }) => conflicts.some(fits))
    return rows.length === 0 ? undefined : this.#chance.pick(rows)
  }

  #statement(node: SimulatedNode, [key, kind]: readonly [string, string]): Plan {
    const importance = this.#chance.between(1, 10) / 10
    const registers = { kind, importance, confidence: this.#chance.between(1, 10) / 10 }
    const content = kind === 'tasks' ? [this.#text()] : this.#text()
    return remember(
      { scope: DEFAULT_SCOPE, key, content, registers },
      { names: this.#mesh.id, node: node.node },
    )
  }

  #text(): string {
    // Equal statements meet now and then: they support each other.
    return this.#chance.hit(0.1) ? 'yes' : `text ${this.#texts++}`
  }

  #submit(at: SimulatedNode, plan: Plan): void {
    let doc: DocumentId | undefined
    const work: LocalWork = {
      kind: 'local',
      ...plan,
      plan: view => {
        const planned = plan.plan(view)
        if ('doc' in planned.body) doc = planned.body.doc
        return planned
      },
      done: result => {
        if (!at.isUp) return
        if (result instanceof FolkmootError) this.#mesh.stats.count(`writes failed: ${result.code}`)
        else if (doc !== undefined) {
          this.#mesh.stats.count('writes acknowledged')
          this.acknowledged.push({ node: at.node, entry: result.entry, doc })
        }
      },
    }
    at.write(work)
  }
}
