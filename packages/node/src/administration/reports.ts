/** What administration tells: who may do what, since when, by whose word. All times are milliseconds since 1970. */
import type { EntryHash, LogId, MeshId, NodeId, Permission, Right, ScopeAddress } from '@folkmoot/core'

/** All instances of an agent, or one node. */
export type Grantee = { readonly agent: string } | { readonly node: NodeId; readonly name: string }

export interface Granted {
  readonly to: Grantee
  readonly permission: Permission
  /** The entry that says so: just written, or that of the grant that was there. */
  readonly entry: EntryHash
  /** False if an equal or wider grant was in force, so that nothing was written. */
  readonly isNew: boolean
}

export interface RevokeOptions {
  readonly reason?: string
  /** Also if it is this node that is meant. */
  readonly force?: boolean
}

export interface Revoked {
  readonly to: Grantee
  /** Null: the node was put out of the mesh. */
  readonly permission: Permission | null
  readonly entry: EntryHash
  /** The last entry that counts of each log that ends with this. */
  readonly cut: readonly CutLog[]
  /**
   * True if it may end logs that this node has no copy of, because it may not read there: nothing in those counts any
   * more. A node that relays has a copy of all.
   */
  readonly unseen: boolean
  /** Grants that still give some of it. */
  readonly remaining: readonly Permission[]
}

export interface CutLog {
  readonly log: LogId
  readonly node: NodeId
  /** Null if its name is not known here. */
  readonly scope: ScopeAddress | 'membership' | null
  readonly seq: number
}

export interface AccessQuery {
  /** Milliseconds since 1970; now if not given. */
  readonly asOf?: number
  readonly user?: string
  readonly agent?: string
  /** Exactly this scope. */
  readonly scope?: string
  readonly resource?: string
}

/** Somebody, as the membership log names them; both names are empty for a key that no node runs with. */
export interface Named {
  readonly node: NodeId
  readonly name: string
  readonly agent: string
}

export interface AccessRow {
  readonly to: Grantee
  /** Null for a grant of a resource. */
  readonly scope: string | null
  readonly resource: string | null
  readonly rights: readonly Right[]
  readonly from: number
  readonly until: number | null
  readonly by: Named
  readonly entry: EntryHash
  /** At the time that was asked about. */
  readonly inForce: boolean
}

/** What one node could do at the time that was asked about; null is what was not asked. */
export interface Reach extends Named {
  /** In exactly the scope that was asked about. */
  readonly rights: readonly Right[] | null
  /** Its agent may serve the user. */
  readonly serves: boolean | null
  /** It may use the resource. */
  readonly uses: boolean | null
}

export interface AccessReport {
  readonly asOf: number
  readonly grants: readonly AccessRow[]
  /** Who was a member then and what they could do; null unless a scope, user or resource was asked about. */
  readonly reach: readonly Reach[] | null
}

export interface CertifyOptions {
  /** Milliseconds since 1970; for ever if not given. */
  readonly notAfter?: number
  /** Also if the node was removed: lets it in again. */
  readonly readmit?: boolean
}

export interface Certified extends Named {
  readonly entry: EntryHash
  /** Until when it is certified now: of several certificates the latest holds. */
  readonly notAfter: number | null
}

export interface IdentityReport extends Named {
  readonly mesh: MeshId
  readonly notAfter: number | null
  readonly isAdmin: boolean
  /** What its agent, or it alone, may do now. */
  readonly rights: readonly AccessRow[]
  /** Payloads are encrypted in this mesh. */
  readonly sealed: boolean
  /** That its logs are begun with; above 0 its directory was copied or restored, or one of its logs was cut. */
  readonly incarnation: number
  /** Other nodes that act as the same agent. */
  readonly agentsNodes: readonly Pick<Named, 'node' | 'name'>[]
}
