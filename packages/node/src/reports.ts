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
import type { ArbiterReport } from './arbitration/arbiter-options.ts'

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
  /** Null on a node that does not arbitrate, and for its visitors. */
  readonly arbiter: ArbiterReport | null
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
  /** Members that have not confirmed, and branches of this node that may still hold something of it. */
  readonly pending: readonly (NodeId | BranchName)[]
}

/** As it is listed beside nodes. */
export type BranchName = `branch ${string}`

export interface BranchReport {
  readonly name: string
  /** Milliseconds since 1970; 0 if it cannot be told. */
  readonly createdAt: number
  /** What it takes on the disk. */
  readonly bytes: number
  /** Entries that were written in it and that its node does not have, or does not count; null if it cannot be opened. */
  readonly entries: number | null
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
    /** What to say with it, where it is a directive in which another agent had a hand. */
    readonly caution: string | null
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

/** @param Dispute how the API tells of a conflict */
export interface MergeReport<Dispute> {
  readonly branch: string
  /** Entries that came out of the branch, were new, and count. */
  readonly entries: number
  /** Those that were new as well, but whose content an erasure has destroyed: nothing of it came. */
  readonly erased: number
  /** What they are about. */
  readonly records: readonly DocumentId[]
  /** Disputes that the merge opened, or that what it brought has a part in. */
  readonly conflicts: readonly Dispute[]
  /** What was not let in, or was and does not count; told again by every merge for as long as that is so. */
  readonly refused: readonly RefusedEntries[]
  /** The branch is still there: as asked, or because something was refused. */
  readonly kept: boolean
}

export interface RefusedEntries {
  readonly log: LogId
  /** Null if its name is not known here. */
  readonly scope: ScopeAddress | 'membership' | null
  /** The first of them. */
  readonly seq: number
  readonly entries: number
  /** Of the gate's error; or what became of the entry, such as `cut`. */
  readonly code: string
  readonly reason: string
}
