/** Who holds the same of a scope shows the same of it: any two nodes, at any two times. */
import { DEFAULT_SCOPE, MEMBERSHIP_SCOPE, type ScopeAddress, type ScopeId } from '@folkmoot/core'
import { frontierOf } from '../hostile/agreement.ts'
import type { SimulatedMesh } from '../mesh.ts'
import type { SimulatedNode } from '../node.ts'
import { sightOf } from './pen.ts'
import type { Problem } from './problem.ts'
import { VAULT } from './vault.ts'

export class ScopeWatch {
  readonly problems: Problem[] = []
  readonly #roots = new Map<string, { readonly root: string; readonly name: string }>()

  look(mesh: SimulatedMesh): void {
    for (const scope of [DEFAULT_SCOPE, VAULT]) {
      for (const node of mesh.upNodes) {
        if (!sightOf(node).mayReadScope(scope) || awaitsErasure(node, scope)) continue
        const { name } = node
        const [held, root] = [`${scope} ${heldOf(node, scope)}`, rootOf(node, scope)]
        const known = this.#roots.get(held)
        if (known === undefined) this.#roots.set(held, { root, name })
        else if (known.root !== root) {
          const detail = `${name} and ${known.name} hold the same of ${scope} and read differently`
          this.problems.push({ kind: 'one frontier, two roots', detail })
        } else if (known.name !== name) mesh.stats.count('equal frontiers compared')
      }
    }
  }
}

/** While an erasure is on its way some have the payloads that others got without, and some a row for what is gone. */
function awaitsErasure({ replica }: SimulatedNode, scope: ScopeAddress): boolean {
  const { entries } = replica.storage
  const isOf = (id: ScopeId) => replica.scopeName(id) === scope
  return (
    [...replica.membership.erasures()].some(
      found => isOf(found.scope) && entries.find(found.erasure)?.status !== 'applied',
    ) ||
    [...replica.heads()].some(
      head =>
        isOf(head.scope) &&
        [...entries.read(head.log, 0, Number.MAX_SAFE_INTEGER)].some(({ status }) => status === 'detached'),
    )
  )
}

/** Two nodes that do not hold the same of all that both may hold. */
export function apart(nodes: readonly SimulatedNode[]): string | undefined {
  for (const [at, one] of nodes.entries()) {
    for (const other of nodes.slice(at + 1)) {
      if (frontierOf(one, other.node) !== frontierOf(other, one.node))
        return `${one.name} and ${other.name} hold different entries`
    }
  }
  return undefined
}

/** What follows from entries follows from those of the scope, and from those that say who may write there. */
function heldOf(node: SimulatedNode, scope: ScopeAddress): string {
  const { replica } = node
  const isOf = (id: ScopeId) => id === MEMBERSHIP_SCOPE || replica.scopeName(id) === scope
  return [...replica.sharedHeads()]
    .filter(head => isOf(head.scope))
    .map(({ log, seq, hash }) => `${log} ${seq} ${hash}`)
    .sort()
    .join('\n')
}

function rootOf({ replica }: SimulatedNode, wanted: ScopeAddress): string {
  const { roots } = replica
  return roots.root(roots.scopes().filter(({ scope }) => scope === wanted))
}
