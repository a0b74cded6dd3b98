/** What a node tells of itself, its peers and what it holds. */
import type {
  DocumentId,
  EntryHash,
  Json,
  LogId,
  MeshId,
  NodeId,
  Permission,
  Refusal,
  ScopeAddress,
} from '@folkmoot/core'

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
    readonly node: NodeId
    readonly name: string
    readonly agent: string
    /** Null if its name is not known here. */
    readonly scope: ScopeAddress | 'membership' | null
    readonly seq: number
    readonly at: number
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

/** Who has confirmed that it holds nothing any more of what an erasure names. */
export interface EraseReport {
  /** Null where the erasure itself cannot be read. */
  readonly id: DocumentId | null
  /** The erasure. */
  readonly entry: EntryHash
  /** Milliseconds since 1970. */
  readonly at: number
  readonly receipts: readonly { readonly node: NodeId; readonly at: number }[]
  /** Members that have not confirmed. */
  readonly pending: readonly NodeId[]
}

export interface EndRunReport {
  readonly run: string
  /** Records and blocks that are gone. */
  readonly records: number
}

export interface ExpireReport {
  readonly dryRun: boolean
  /** What is hidden now, or would be; the least important and oldest first. */
  readonly records: readonly {
    readonly id: DocumentId
    readonly key: string | null
    readonly scope: ScopeAddress
    readonly kind: string
    readonly value: Json
    readonly why: 'age' | 'inactivity' | 'budget'
    readonly updatedAt: number
  }[]
}

/** A token for a local door, without what makes it one. */
export interface TokenReport {
  readonly name: string
  readonly agent: string | null
  readonly user: string | null
  readonly permissions: readonly Permission[] | null
  readonly createdAt: number
  /** Milliseconds since 1970; null for ever. */
  readonly expiresAt: number | null
}
