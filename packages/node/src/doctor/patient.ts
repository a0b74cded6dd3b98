import type { NodeId, Replica } from '@folkmoot/core'
import type { PeerReport } from '../reports.ts'

/** The node that is looked at. */
export interface Patient {
  readonly replica: Replica
  readonly node: NodeId
  readonly peers: readonly PeerReport[]
  readonly nowMs: number
}
