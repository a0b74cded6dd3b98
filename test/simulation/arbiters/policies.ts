/** Policies of these runs, which change while arbiters go by them. */
import {
  DEFAULT_SCOPE,
  type Json,
  note,
  POLICY,
  type Policy,
  type PolicyClause,
  type ScopeAddress,
} from '@folkmoot/core'
import { policyNoteId } from '../../../packages/node/src/policies.ts'
import type { SimulatedMesh } from '../mesh.ts'
import type { SimulatedNode } from '../node.ts'
import type { Chance } from '../random.ts'
import { type Pen, sightOf } from './pen.ts'
import { VAULT } from './vault.ts'

const SUSPICIONS = { cause: 'suspected-contradiction' } as const
const TASKS: PolicyClause = { when: { kind: 'tasks' }, rule: 'union' }

export const FIRST_POLICY: Policy = {
  version: 1,
  clauses: [
    { when: { kind: 'preference' }, rule: 'latest' },
    TASKS,
    { when: { kind: 'project' }, rule: 'arbiter', below: { importance: 0.3, rule: 'confidence' } },
    { when: { kind: 'delicate' }, rule: 'person' },
    { when: SUSPICIONS, rule: 'arbiter', below: { importance: 0.6, rule: 'latest' } },
  ],
}

const OTHERS: readonly (Policy | null)[] = [
  FIRST_POLICY,
  {
    version: 1,
    clauses: [
      { when: SUSPICIONS, rule: 'latest' },
      { when: { kind: 'delicate' }, rule: 'arbiter' },
      TASKS,
      { rule: 'latest' },
    ],
  },
  {
    version: 1,
    clauses: [
      { when: { key: 'p*', ...SUSPICIONS }, rule: 'person' },
      { when: SUSPICIONS, rule: 'union' },
      { when: { kind: 'preference' }, rule: 'person' },
      { when: { cause: 'update-versus-retract' }, rule: 'max' },
      { when: { kind: 'project' }, rule: 'arbiter', advice: 'the shorter one' },
    ],
  },
  { version: 1, clauses: [{ when: SUSPICIONS, rule: 'arbiter' }, { rule: 'arbiter' }] },
  // Taken away.
  null,
]

/** Some have not heard of the newest policy yet. */
export function goApart(nodes: readonly SimulatedNode[]): boolean {
  const known = nodes.map(
    ({ replica }) => replica.storage.rows.get(policyNoteId(DEFAULT_SCOPE, replica.names))?.digest,
  )
  return new Set(known).size > 1
}

export class Policies {
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
      this.#mesh.later(this.#chance.between(0, durationMs), () => this.#change())
  }

  begin(): void {
    const [founder] = this.#mesh.nodes
    if (founder !== undefined) this.#pen.submit(founder, this.#note(DEFAULT_SCOPE, FIRST_POLICY))
  }

  /** Whoever may arbitrate sets it; now and then two at once. */
  #change(): void {
    const scope = this.#chance.hit(0.25) ? VAULT : DEFAULT_SCOPE
    const able = this.#mesh.upNodes.filter(
      node => sightOf(node).mayWrite(scope, ['arbitrate']) && sightOf(node).mayReadScope(scope),
    )
    for (const node of this.#chance.shuffled(able).slice(0, this.#chance.hit(0.2) ? 2 : 1)) {
      this.#mesh.stats.count(scope === VAULT ? 'policies set in the vault' : 'policies changed')
      this.#pen.submit(node, this.#note(scope, this.#chance.pick(OTHERS)))
    }
  }

  #note(scope: ScopeAddress, policy: Policy | null) {
    return note({ scope, name: POLICY, register: POLICY, value: policy as Json }, this.#mesh.id)
  }
}
