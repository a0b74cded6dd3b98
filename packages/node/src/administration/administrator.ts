import type { EntryHash, NodeId, Plan, Replica } from '@folkmoot/core'

/** Whoever changes who may do what: a node, or the recovery key on a node's directory. */
export interface Administrator {
  readonly replica: Replica
  /** In whose name it is done. */
  readonly node: NodeId
  readonly now: () => number
  /** Writes plans in this order; resolves when all are on disk. @throws FolkmootError */
  write(plans: readonly Plan[]): Promise<readonly EntryHash[]>
  /** Asks the peers for news, for as long as one can wait. Never rejects. */
  hearNews(): Promise<void>
}
