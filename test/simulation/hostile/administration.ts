/** What honest admins do during a run, at once and on what each of them knows. */
import {
  admit,
  type Cut,
  FolkmootError,
  grant,
  type NodeId,
  type Permission,
  type Plan,
  parseScope,
  removeNode,
  revoke,
  type ScopeAddress,
} from '@folkmoot/core'
import type { SimulatedMesh } from '../mesh.ts'
import type { SimulatedNode } from '../node.ts'
import type { Chance } from '../random.ts'

/** Restricted from the start; who may hold it changes. */
export const VAULT = parseScope('app=vault')
const OPS = parseScope('app=ops')

const COMMON: readonly Permission[] = ['app=default', 'app=ops', 'app=shop', 'app=shop,user=*'].map(
  scope => ({
    scope,
    rights: ['read', 'write'],
  }),
)
const ADMIN: Permission = { scope: '*', rights: ['admin', 'read', 'write'] }
const KEEP: Permission = { scope: VAULT, rights: ['read', 'write'] }

export interface Named {
  readonly node: NodeId
  readonly name: string
}

/** The first two are admins; `keepers` share the vault; the others share the rest. */
export function founding(all: readonly Named[], keepers: ReadonlySet<string>): readonly Plan[] {
  return all.flatMap(({ node, name }, at) => {
    const rights = at < 2 ? [ADMIN] : keepers.has(name) ? [...COMMON, KEEP] : COMMON
    return [admit(node, name, name), ...rights.map(permission => grant({ agent: name }, permission))]
  })
}

export class Administration {
  /** Whose writes may have been cut, by what anybody did. */
  readonly touched = new Set<NodeId>()
  /** Who was put out by somebody, whether that counted or not. */
  readonly removed = new Set<NodeId>()
  /** Some grant, or revocation, may itself have been taken back. */
  isContested = false
  readonly #mesh: SimulatedMesh
  readonly #chance: Chance
  readonly #admins: readonly SimulatedNode[]
  readonly #hostile: readonly Named[]
  readonly #keepers: readonly SimulatedNode[]

  constructor(
    mesh: SimulatedMesh,
    chance: Chance,
    who: { readonly honest: readonly SimulatedNode[]; readonly hostile: readonly Named[] },
    keepers: readonly SimulatedNode[],
  ) {
    this.#mesh = mesh
    this.#chance = chance
    this.#admins = who.honest.slice(0, 2)
    this.#hostile = who.hostile
    this.#keepers = keepers
  }

  plan(count: number, durationMs: number): void {
    for (let planned = 0; planned < count; planned++) {
      this.#mesh.later(this.#chance.between(0, durationMs), () => this.#act())
    }
    if (this.#chance.hit(0.15)) {
      this.#mesh.later(this.#chance.between(durationMs / 2, durationMs), () => this.#quarrel())
    }
  }

  #act(): void {
    const chance = this.#chance
    const up = this.#admins.filter(({ isUp }) => isUp)
    if (up.length === 0) return
    const [one] = chance.shuffled(up)
    if (one === undefined) return
    const kind = chance.next()
    if (kind < 0.3) {
      this.#mesh.stats.count('grants')
      this.#submit(one, [grant({ agent: chance.pick(this.#keepers).name }, KEEP)])
    } else if (kind < 0.55) this.#revoke(one, chance.pick(this.#keepers), VAULT)
    else if (kind < 0.7) this.#revoke(one, chance.pick(this.#hostile), OPS)
    else {
      const victim = chance.pick(this.#hostile)
      // Both at once, now and then, and each by what it has.
      for (const admin of chance.hit(0.4) ? up : [one]) this.#remove(admin, victim)
    }
  }

  #revoke(admin: SimulatedNode, { node, name }: Named, scope: ScopeAddress): void {
    this.#mesh.stats.count('revocations')
    this.touched.add(node)
    const permission: Permission = { scope, rights: ['read', 'write'] }
    this.#submit(admin, revoke({ agent: name }, permission, cutsOf(admin, node, scope)))
  }

  #remove(admin: SimulatedNode, { node }: Named): void {
    this.#mesh.stats.count('removals')
    this.touched.add(node)
    this.removed.add(node)
    this.#submit(admin, removeNode(node, cutsOf(admin, node)))
  }

  /** Two admins put each other out in the same instant. */
  #quarrel(): void {
    const [one, other] = this.#admins
    if (one === undefined || other === undefined || !one.isUp || !other.isUp) return
    this.#mesh.stats.count('mutual removals')
    this.isContested = true
    this.#remove(one, other)
    this.#remove(other, one)
  }

  #submit(admin: SimulatedNode, plans: readonly Plan[]): void {
    for (const plan of plans) {
      admin.write({
        kind: 'local',
        ...plan,
        done: result => {
          // A node that is gone tells nobody anything.
          if (!admin.isUp || !(result instanceof FolkmootError)) return
          this.#mesh.stats.count(`acts that failed: ${result.code}`)
          this.#mesh.trace.say(`${admin.name} could not: ${result.message}`)
        },
      })
    }
  }
}

/** Where an admin says that a node's logs end: where it sees them. */
function cutsOf({ replica }: SimulatedNode, node: NodeId, scope?: ScopeAddress): readonly Cut[] {
  return [...replica.sharedHeads()]
    .filter(head => head.node === node && (scope === undefined || replica.scopeName(head.scope) === scope))
    .map(({ log, seq, hash }) => [log, seq, hash])
}
