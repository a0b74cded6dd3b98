/** Which honest nodes are to agree, on what, and whether they do. */
import {
  canonicalJson,
  type DocumentRow,
  type Json,
  MEMBERSHIP_SCOPE,
  type NodeId,
  type ScopeId,
  scopeHas,
} from '@folkmoot/core'
import { replicationOf, type SimulatedNode } from '../node.ts'

/** Where the logs stand that two nodes may both hold, or one node may. */
export function frontierOf({ replica, node }: SimulatedNode, other: NodeId = node, only?: ScopeId): string {
  return [...replica.sharedHeads()]
    .filter(({ scope }) => only === undefined || scope === only)
    .filter(({ scope }) => replicationOf(scope, replica) !== 'local' && replica.mayHold(other, scope))
    .map(({ log, seq, hash }) => `${log} ${seq} ${hash}`)
    .sort()
    .join('\n')
}

/** Everything the membership says, as far as people can ask. */
export function answersOf({ replica }: SimulatedNode, nodes: readonly NodeId[]): string {
  const { membership } = replica
  return canonicalJson({
    members: [...membership.members()].map(({ node, name, agent }) => `${node} ${name} ${agent}`).sort(),
    admins: nodes.filter(node => membership.isAdmin(node)).sort(),
    heads: [...membership.authorityHeads()],
    edges: membership
      .edges()
      .map(edge => canonicalJson(edge as unknown as Json))
      .sort(),
    forks: [...membership.forks()].map(({ log, seq }) => `${log} ${seq}`).sort(),
  })
}

/**
 * The honest nodes that are members as most of the honest see it: somebody who was put out may be the last to know, and
 * is told nothing any more.
 */
export function present(honest: readonly SimulatedNode[]): readonly SimulatedNode[] {
  const up = honest.filter(({ isUp }) => isUp)
  const groups = Map.groupBy(up, node => frontierOf(node, node.node, MEMBERSHIP_SCOPE))
  const [largest = []] = [...groups.values()].sort((a, b) => b.length - a.length)
  const judge = largest[0]
  return judge === undefined ? [] : honest.filter(({ node }) => judge.replica.membership.isMember(node))
}

/** Says what keeps honest nodes apart, if anything does. */
export function unrest(honest: readonly SimulatedNode[]): string | undefined {
  const nodes = present(honest)
  if (nodes.length === 0) return 'nobody is there'
  const down = nodes.find(node => !node.isUp || !node.isIdle)
  if (down !== undefined) return `${down.name} is down or busy`
  for (const one of nodes) {
    for (const other of nodes) {
      if (one === other) continue
      const pair = `${one.name} and ${other.name}`
      const [mine, theirs] = [frontierOf(one, other.node), frontierOf(other, one.node)]
      if (mine !== theirs) return `${pair} hold different entries: ${difference(mine, theirs)}`
      const status = one.replicator.peers().find(({ node }) => node === other.node)
      if (status?.connected !== true) return `${one.name} has no connection to ${other.name}`
      if (!status.inSync) return `${one.name} does not know itself in sync with ${other.name}`
    }
  }
  return undefined
}

function difference(mine: string, theirs: string): string {
  const [a, b] = [new Set(mine.split('\n')), new Set(theirs.split('\n'))]
  const only = (one: Set<string>, other: Set<string>) => [...one].filter(line => !other.has(line)).join(', ')
  return `${only(a, b) || 'nothing'} against ${only(b, a) || 'nothing'}`
}

/** Rows of what both may hold, as text. */
export function rowsFor({ replica, node }: SimulatedNode, other: NodeId): ReadonlyMap<string, string> {
  const names = new Map([...replica.sharedHeads()].map(({ scope }) => [replica.scopeName(scope), scope]))
  const isShared = (row: DocumentRow) => {
    const scope = names.get(row.scope)
    return (
      !scopeHas(row.scope, 'run') &&
      scope !== undefined &&
      replica.mayHold(node, scope) &&
      replica.mayHold(other, scope)
    )
  }
  const rows = replica.storage.rows.list({ limit: 100_000 }).filter(isShared)
  return new Map(rows.map(row => [row.id, canonicalJson(row as unknown as Json)]))
}
