/** What a node tells of itself, its peers and what it holds. */
import type { DocumentId, EntryHash, LogId, MeshId, NodeId, Refusal, ScopeAddress } from '@folkmoot/core'

export interface PeerReport {
  readonly node: NodeId
  readonly name: string
  readonly agent: string
  readonly connected: boolean
  readonly addrs: readonly string[]
  readonly lagEntries: number
}

export interface StatusReport {
  readonly node: NodeId
  readonly mesh: MeshId
  readonly name: string
  readonly agent: string
  readonly records: number
  readonly entries: number
  readonly conflicts: number
  readonly peers: number
  readonly connected: number
  /** Hash of the merged state: equal on two nodes iff their readable state is equal. */
  readonly root: string
  /** Runs from peers that were refused; `doctor` says why. */
  readonly refused: number
  readonly listening: readonly string[]
}

export interface StateReport {
  readonly root: string
  readonly scopes: readonly {
    readonly scope: ScopeAddress
    readonly root: string
    readonly records: number
  }[]
}

export interface VerifyReport {
  readonly entries: number
  readonly logs: number
  readonly valid: boolean
  readonly faults: readonly { readonly log: LogId; readonly seq: number; readonly reason: string }[]
  /** Entries that are in order and yet do not count, each with the reason. */
  readonly uncounted: readonly {
    readonly entry: EntryHash
    readonly status: string
    readonly reason: string
  }[]
  readonly rowsDiffer: number
}

export interface DoctorReport {
  readonly ok: boolean
  readonly findings: readonly {
    readonly level: 'ok' | 'warning' | 'problem'
    readonly what: string
    readonly detail: string
  }[]
  readonly refusals: readonly Refusal[]
}

export interface BlockReport {
  readonly id: DocumentId
  readonly key: string | null
  readonly scope: ScopeAddress
  readonly text: string
  readonly heads: readonly EntryHash[]
  readonly updatedAt: number
}

export interface EraseReport {
  readonly id: DocumentId
  readonly receipts: readonly { readonly node: NodeId; readonly at: number }[]
  readonly pending: readonly NodeId[]
}
