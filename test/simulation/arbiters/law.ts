/** Who may do what in these runs, and how that changes while arbiters are at work. */
import {
  admit,
  type Cut,
  DEFAULT_SCOPE,
  grant,
  type LogId,
  type NodeId,
  type Permission,
  type Plan,
  type Right,
  revoke,
  type ScopeAddress,
} from '@folkmoot/core'
import type { SimulatedMesh } from '../mesh.ts'
import type { SimulatedNode } from '../node.ts'
import type { Chance } from '../random.ts'
import type { Pen } from './pen.ts'
import { VAULT } from './vault.ts'

export const ARBITERS = 3

const ALL: readonly Right[] = ['arbitrate', 'read', 'write']
const PLAIN: readonly Right[] = ['read', 'write']
/** By place of the node: the third may store what is said there, and not read it; the fifth has no part in it. */
const IN_VAULT: readonly (readonly Right[])[] = [ALL, ['arbitrate', 'read'], ['arbitrate'], PLAIN]
const WRITER = 3

/** The first nodes may arbitrate. */
export function founding(nodes: readonly SimulatedNode[]): readonly Plan[] {
  return nodes.flatMap(({ node, name }, at) => {
    const rights = IN_VAULT[at]
    return [
      admit(node, name, name),
      give(name, DEFAULT_SCOPE, at < ARBITERS ? ALL : PLAIN),
      ...(rights === undefined ? [] : [give(name, VAULT, rights)]),
    ]
  })
}

/** What becomes of the rights of the node at some place. */
const ACTS: readonly (readonly [what: string, at: number, planFor: (name: string) => readonly Plan[]])[] = [
  ['arbiter loses the right', 1, name => take(name, DEFAULT_SCOPE, ['arbitrate'])],
  ['arbiter loses the right', 2, name => take(name, DEFAULT_SCOPE, ['arbitrate'])],
  ['arbiter loses the right in the vault', 1, name => take(name, VAULT, ['arbitrate'])],
  ['arbiter gets the right', 1, name => [give(name, DEFAULT_SCOPE, ['arbitrate'])]],
  ['arbiter gets the right in the vault', 1, name => [give(name, VAULT, ['arbitrate'])]],
  ['arbiter may read the vault', 2, name => [give(name, VAULT, ['read'])]],
  ['arbiter may read the vault no more', 2, name => take(name, VAULT, ['read'])],
]
/** How many runs have one who is cut off. */
const CUT_OFF = 0.25

export class Law {
  /** Logs that an admin ended, and the last position that counts. */
  readonly ends = new Map<LogId, number>()
  readonly #cutOff = new Set<NodeId>()
  readonly #mesh: SimulatedMesh
  readonly #chance: Chance
  readonly #pen: Pen

  constructor(mesh: SimulatedMesh, chance: Chance, pen: Pen) {
    this.#mesh = mesh
    this.#chance = chance
    this.#pen = pen
  }

  /** Some of what it wrote there may not count any more. */
  isCutOff(node: NodeId, scope: ScopeAddress): boolean {
    return scope === VAULT && this.#cutOff.has(node)
  }

  plan(count: number, durationMs: number): void {
    for (let planned = 0; planned < count; planned++)
      this.#mesh.later(this.#chance.between(0, durationMs), () => this.#act())
    if (this.#chance.hit(CUT_OFF))
      this.#mesh.later(this.#chance.between(durationMs / 2, durationMs), () => this.#cutOffWriter())
  }

  /** The founder alone is an admin. */
  #act(): void {
    const [founder] = this.#mesh.nodes
    const [what, at, planFor] = this.#chance.pick(ACTS)
    const node = this.#mesh.nodes[at]
    if (founder === undefined || node === undefined || !founder.isUp) return
    this.#mesh.stats.count(what)
    this.#mesh.trace.say(`${what}: ${node.name}`)
    for (const plan of planFor(node.name)) this.#pen.submit(founder, plan)
  }

  /** What it wrote in the vault counts up to where an admin says: what that has seen by now, or less. */
  #cutOffWriter(): void {
    const [founder] = this.#mesh.nodes
    const writer = this.#mesh.nodes[WRITER]
    if (founder === undefined || writer === undefined || !founder.isUp) return
    const { node, name } = writer
    const cuts = this.#cutsOf(founder, node)
    if (cuts.length === 0) return
    this.#mesh.stats.count('writer is cut off the vault')
    this.#mesh.trace.say(`cut off the vault: ${name}`)
    this.#cutOff.add(node)
    for (const plan of take(name, VAULT, PLAIN, cuts)) {
      this.#pen.submit(founder, plan, () => {
        for (const [log, seq] of cuts) this.ends.set(log, seq)
      })
    }
  }

  #cutsOf({ replica }: SimulatedNode, node: NodeId): readonly Cut[] {
    return [...replica.sharedHeads()]
      .filter(head => head.node === node && replica.scopeName(head.scope) === VAULT)
      .flatMap(({ log, seq }): Cut[] => {
        const last = this.#chance.hit(0.4) ? seq : this.#chance.between(0, seq)
        return [...replica.storage.entries.read(log, last, 1)].map(({ entry }) => [log, last, entry.hash])
      })
  }
}

function give(agent: string, scope: ScopeAddress, rights: readonly Right[]): Plan {
  return grant({ agent }, permission(scope, rights))
}

function take(
  agent: string,
  scope: ScopeAddress,
  rights: readonly Right[],
  cuts: readonly Cut[] = [],
): readonly Plan[] {
  return revoke({ agent }, permission(scope, rights), cuts)
}

function permission(scope: ScopeAddress, rights: readonly Right[]): Permission {
  return { scope, rights: [...rights] }
}
