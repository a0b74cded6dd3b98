/**
 * The heads of all shared logs: one tree for 'push' scopes, one for 'pull' scopes, none for local ones. Who may not
 * hold all of them is shown trees of what it may hold. Most may hold all, and cost nothing.
 *
 *   all      every scope that this node may hold      peers that may hold them, too
 *   group    all but the scopes denied to it          peers to which the same scopes are denied
 */
import type { LogHead, LogId, NodeId, ScopeId } from '@folkmoot/core'
import { FrontierIndex, type Leaf, type Position } from './frontier-index.ts'
import { positionOf } from './gossip.ts'
import type { Replication, SyncReplica } from './replica-port.ts'
import type { TreeName } from './session-state.ts'

/** What a session with one peer compares, lists, serves and confirms. */
export class FrontierPart {
  readonly #trees: Readonly<Record<TreeName, FrontierIndex>> = {
    push: new FrontierIndex(),
    pull: new FrontierIndex(),
  }

  tree(name: TreeName): FrontierIndex {
    return this.#trees[name]
  }

  position(log: LogId): Position | undefined {
    return this.#trees.push.position(log) ?? this.#trees.pull.position(log)
  }

  set(position: Position, way: TreeName): Leaf {
    this.#trees[way === 'push' ? 'pull' : 'push'].delete(position.log)
    return this.#trees[way].set(position)
  }

  place(leaf: Leaf, way: TreeName): void {
    this.#trees[way === 'push' ? 'pull' : 'push'].delete(leaf.position.log)
    this.#trees[way].place(leaf)
  }

  delete(log: LogId): void {
    this.#trees.push.delete(log)
    this.#trees.pull.delete(log)
  }

  *positions(): Generator<Position> {
    for (const tree of Object.values(this.#trees)) {
      for (const { position } of tree.leaves()) yield position
    }
  }

  *logs(): Generator<LogId> {
    for (const { log } of this.positions()) yield log
  }

  /** The same without some scopes. */
  without(denied: ReadonlySet<ScopeId>): FrontierPart {
    const part = new FrontierPart()
    for (const way of ['push', 'pull'] as const) {
      for (const leaf of this.#trees[way].leaves()) {
        if (!denied.has(leaf.position.scope)) part.#trees[way].place(leaf)
      }
    }
    return part
  }
}

/** Peers to which the same of the scopes held here are denied. */
interface Group {
  readonly denied: Set<ScopeId>
  readonly part: FrontierPart
}

/** Of a scope held here: every member may hold it, some may, or this node itself may not. */
type Reach = 'all' | 'some' | 'none'

export class SharedFrontier {
  readonly #replica: SyncReplica
  readonly #all: Group = { denied: new Set(), part: new FrontierPart() }
  /** Asked once for each scope, until access changes. */
  readonly #reach = new Map<ScopeId, Reach>()
  readonly #groups = new Map<NodeId, Group>()

  constructor(replica: SyncReplica) {
    this.#replica = replica
    for (const head of replica.heads()) this.set(head)
  }

  /** What this node may hold. */
  get all(): FrontierPart {
    return this.#all.part
  }

  /** What both this node and a peer may hold, of what is held here. */
  of(peer: NodeId): FrontierPart {
    const known = this.#groups.get(peer)
    if (known !== undefined) return known.part
    const group = this.#groupFor(this.#deniedTo(peer))
    this.#groups.set(peer, group)
    return group.part
  }

  forget(peer: NodeId): void {
    this.#groups.delete(peer)
  }

  /** Whether this scope, of a shared log held here, may be told to everybody. */
  isOpen(scope: ScopeId): boolean {
    return this.#reach.get(scope) === 'all'
  }

  /**
   * Whether this node takes in logs of a scope. Whether the peer that has them may hold them makes no difference:
   * that we did not ask would tell it that we know the scope.
   */
  takes(scope: ScopeId): boolean {
    const { node } = this.#replica
    return this.#replica.replication(scope) !== 'local' && this.#replica.mayHold(node, scope)
  }

  /** Takes note of a head; the scope's way to travel may have changed since. */
  set(head: LogHead): void {
    const way = this.#wayOf(head.scope)
    if (way === 'local') {
      for (const { part } of this.#distinct()) part.delete(head.log)
      return
    }
    if (this.all.position(head.log) === undefined) this.#reviewed(head.scope)
    const leaf = this.all.set(positionOf(head), way)
    for (const group of this.#distinct()) {
      if (group !== this.#all && !group.denied.has(head.scope)) group.part.place(leaf, way)
    }
  }

  /** Membership has changed: who may hold what, and where logs end. */
  reload(): void {
    this.#reach.clear()
    this.#groups.clear()
    const gone = new Set(this.all.logs())
    for (const head of this.#replica.heads()) {
      this.set(head)
      gone.delete(head.log)
    }
    for (const log of gone) this.all.delete(log)
  }

  /** How a scope travels from here; not at all if this node may not hold it. */
  #wayOf(scope: ScopeId): Replication {
    const way = this.#replica.replication(scope)
    if (way === 'local') return way
    const known = this.#reach.get(scope)
    const reach = known ?? this.#reachOf(scope)
    this.#reach.set(scope, reach)
    if (known === undefined && reach === 'some') this.#divide(scope)
    return reach === 'none' ? 'local' : way
  }

  /** A new log may bring the name of its scope, and with it another answer to who may hold it. */
  #reviewed(scope: ScopeId): void {
    if (this.#reach.get(scope) !== 'some') return
    const isSame = ([peer, { denied }]: [NodeId, Group]) =>
      denied.has(scope) !== this.#replica.mayHold(peer, scope)
    if ([...this.#groups].every(isSame) && !this.#replica.isOpen(scope)) return
    this.#reach.set(scope, this.#reachOf(scope))
    this.#groups.clear()
  }

  #reachOf(scope: ScopeId): Reach {
    if (!this.#replica.mayHold(this.#replica.node, scope)) return 'none'
    return this.#replica.isOpen(scope) ? 'all' : 'some'
  }

  /** A new scope is denied to some: a group that does not agree on it falls apart. */
  #divide(scope: ScopeId): void {
    const isDenied = (peer: NodeId) => !this.#replica.mayHold(peer, scope)
    for (const [group, members] of Map.groupBy(this.#groups, ([, group]) => group)) {
      const denied = members.map(([peer]) => peer).filter(isDenied)
      const isAgreed = denied.length === members.length && group !== this.#all
      if (isAgreed) group.denied.add(scope)
      else for (const peer of denied) this.#groups.delete(peer)
    }
  }

  #deniedTo(peer: NodeId): Set<ScopeId> {
    const denied = new Set<ScopeId>()
    for (const [scope, reach] of this.#reach) {
      if (reach === 'some' && !this.#replica.mayHold(peer, scope)) denied.add(scope)
    }
    return denied
  }

  #groupFor(denied: Set<ScopeId>): Group {
    const same = [...this.#distinct()].find(group => isEqual(group.denied, denied))
    return same ?? { denied, part: this.all.without(denied) }
  }

  #distinct(): ReadonlySet<Group> {
    return new Set([this.#all, ...this.#groups.values()])
  }
}

function isEqual(one: ReadonlySet<ScopeId>, other: ReadonlySet<ScopeId>): boolean {
  return one.size === other.size && [...one].every(scope => other.has(scope))
}
