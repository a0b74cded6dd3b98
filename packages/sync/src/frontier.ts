import type { LogHead, LogId } from '@folkmoot/core'
import { FrontierIndex, type Position } from './frontier-index.ts'
import { positionOf } from './gossip.ts'
import type { SyncReplica } from './replica-port.ts'
import type { TreeName } from './session-state.ts'

/** The heads of all shared logs: one tree for 'push' scopes, one for 'pull' scopes, none for local ones. */
export class SharedFrontier {
  readonly #replica: SyncReplica
  readonly #trees: Readonly<Record<TreeName, FrontierIndex>>

  constructor(replica: SyncReplica) {
    this.#replica = replica
    this.#trees = { push: new FrontierIndex(), pull: new FrontierIndex() }
    for (const head of replica.heads()) this.set(head)
  }

  tree(name: TreeName): FrontierIndex {
    return this.#trees[name]
  }

  position(log: LogId): Position | undefined {
    return this.#trees.push.position(log) ?? this.#trees.pull.position(log)
  }

  /** Takes note of a head; the scope's way to travel may have changed since. */
  set(head: LogHead): void {
    const replication = this.#replica.replication(head.scope)
    if (replication !== 'push') this.#trees.push.delete(head.log)
    if (replication !== 'pull') this.#trees.pull.delete(head.log)
    if (replication !== 'local') this.#trees[replication].set(positionOf(head))
  }
}
