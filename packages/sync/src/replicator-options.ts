import type { ErrorCode, LogId, NodeId } from '@folkmoot/core'
import type { Fingerprint } from './fingerprint.ts'
import type { RefusalCode } from './messages.ts'
import type { SyncReplica } from './replica-port.ts'
import type { Transport } from './transport.ts'

/** What a replicator works with, and whom it tells. */
export interface ReplicatorOptions {
  readonly replica: SyncReplica
  readonly transport: Transport
  /** In [0, 1): spreads the turns of many nodes. Need not be secret. */
  readonly random: () => number
  /** The time until the first `tick`. */
  readonly now: number
  /** Where this node can be dialled. */
  readonly addresses?: () => readonly string[]
  /** How often 'pull' scopes are compared. */
  readonly pullMs?: number
  /** Emitted when both ends had this root when they compared; also again when nothing changed in between. */
  readonly onSynced?: (peer: NodeId, root: Fingerprint) => void
  /** Emitted when the replica refused a run that this peer sent. */
  readonly onRefused?: (peer: NodeId, log: LogId, code: ErrorCode, reason: string) => void
  /** Emitted when a peer says that it has stored a log up to `seq`, after `confirm`. */
  readonly onConfirmed?: (peer: NodeId, log: LogId, seq: number) => void
  /** Emitted when a connection ends for what was said on it, by either side. */
  readonly onCut?: (peer: NodeId, code: RefusalCode, reason: string) => void
}
