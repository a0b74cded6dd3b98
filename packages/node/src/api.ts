/** What a memory node can do, for whoever embeds one. `openNode()` gives one of these. */
import type {
  AsOf,
  Conflict,
  DocumentId,
  DocumentRow,
  EntryHash,
  Json,
  MeshId,
  NodeId,
  Permission,
  Provenance,
  Resolution,
  ResolverName,
  ScopeAddress,
} from '@folkmoot/core'
import type {
  AccessQuery,
  AccessReport,
  Certified,
  CertifyOptions,
  Granted,
  IdentityReport,
  Revoked,
  RevokeOptions,
} from './administration/reports.ts'
import type {
  BlockReport,
  DoctorReport,
  EndRunReport,
  EraseReport,
  ExpireReport,
  PeerReport,
  StateReport,
  StatusReport,
  TokenReport,
  VerifyReport,
} from './reports.ts'
import type { ExpireOptions, TokenOptions, VisitorOptions } from './visitor-options.ts'

export type { OpenNodeOptions } from './open-options.ts'

/** A record or block as its readers see it: one effective value, and all that compete with it. */
export interface Memory {
  readonly id: DocumentId
  readonly key: string | null
  readonly scope: ScopeAddress
  readonly type: 'record' | 'block'
  readonly kind: string
  /** The effective value; null when retracted or erased. */
  readonly value: Json
  readonly status: 'settled' | 'conflict' | 'resolved' | 'retracted' | 'expired' | 'erased'
  readonly siblings: readonly Candidate[]
  readonly tags: readonly string[]
  readonly confidence: number | null
  readonly provenance: Authorship & { readonly why: Provenance | null }
  readonly heads: readonly EntryHash[]
  /** All registers and sets as merged, for those who want more than the value. */
  readonly row: DocumentRow
}

export interface Authorship {
  readonly node: NodeId
  /** The node's name and agent as the membership log has them. */
  readonly name: string
  readonly agent: string
  /** Milliseconds since 1970, by the author's clock. */
  readonly at: number
  readonly entry: EntryHash
}

export interface Candidate extends Authorship {
  readonly value: Json
  readonly ended: boolean
}

export interface Written {
  readonly id: DocumentId
  readonly scope: ScopeAddress
  readonly entry: EntryHash
  readonly heads: readonly EntryHash[]
}

export interface WriteOptions {
  readonly scope?: string
  readonly reason?: string
  readonly onBehalfOf?: string
  readonly source?: string
  /** Ids of memories that this rests on. Whoever may not read them may not read this. */
  readonly derivedFrom?: readonly string[]
  /** What it draws on, by name: readable by those who may use all of it. */
  readonly resources?: readonly string[]
  /** How many nodes must hold the write before it is acknowledged; `local` (1) by default. */
  readonly ack?: 'local' | 'majority' | number
  readonly signal?: AbortSignal
}

export interface RememberOptions extends WriteOptions {
  readonly key?: string
  readonly kind?: string
  readonly tags?: readonly string[]
  readonly confidence?: number
  readonly claim?: string
  readonly importance?: number
  readonly pinned?: boolean
  /** Milliseconds since 1970. */
  readonly expiresAt?: number
  readonly validFrom?: number
  readonly validUntil?: number
  readonly thread?: string
  readonly position?: number
  readonly entities?: readonly string[]
  readonly metadata?: { readonly [key: string]: Json }
}

export interface ReadOptions {
  readonly scope?: string
  readonly at?: AsOf
  /** Wait until these entries are here: read-your-writes across nodes. */
  readonly after?: readonly EntryHash[]
  /** How to choose among siblings that nobody has settled; the node's resolver by default. */
  readonly resolver?: ResolverName
  /** Ask the peers for news first. */
  readonly fresh?: boolean
  readonly signal?: AbortSignal
}

export interface ExpiredToo {
  /** Also what has expired. */
  readonly expired?: boolean
}

export interface ListOptions extends ExpiredToo {
  readonly scope?: string
  readonly type?: 'record' | 'block'
  readonly kind?: string
  readonly tag?: string
  readonly limit?: number
}

export interface Event extends Authorship {
  readonly op: 'remember' | 'update' | 'retract' | 'tag' | 'resolve' | 'erase' | 'edit'
  readonly value: Json
  readonly reason: string | null
  /** What became of the entry: only `applied` ones count. */
  readonly status: string
  readonly deps: readonly EntryHash[]
}

export interface ConflictReport {
  readonly id: string
  readonly record: DocumentId
  readonly key: string | null
  readonly scope: ScopeAddress
  readonly register: string
  readonly status: Conflict['status']
  readonly candidates: readonly Candidate[]
  readonly resolution: (Resolution & Authorship) | null
}

export type Settlement =
  | { readonly pick: number; readonly reason?: string }
  | { readonly value: Json; readonly reason?: string }
  | { readonly defer: true; readonly reason?: string }

export interface ChangeEvent {
  readonly event: 'record:changed' | 'conflict:opened' | 'conflict:resolved' | 'member:admitted'
  readonly id: string
  readonly scope: string
  readonly memory: Memory | null
  readonly by: Authorship
}

export interface InviteOptions {
  readonly agent?: string
  readonly expiresInMs?: number
  readonly uses?: number
  /** What the guest's agent may do, beside what it may do already. */
  readonly permissions?: readonly Permission[]
  /** Milliseconds since 1970: when the guest's certificate runs out. For ever if not given. */
  readonly notAfter?: number
}

export type Progress = (done: number, total: number) => void

export interface MemoryNode {
  readonly id: NodeId
  readonly mesh: MeshId
  readonly name: string
  readonly agent: string
  readonly dir: string

  remember(value: Json, options?: RememberOptions): Promise<Written>
  rememberMany(
    items: readonly (RememberOptions & { readonly value: Json })[],
    onProgress?: Progress,
  ): Promise<Written[]>
  update(id: string, value: Json, options?: WriteOptions): Promise<Written>
  retract(id: string, options?: WriteOptions): Promise<Written>
  tag(
    id: string,
    change: { add?: readonly string[]; remove?: readonly string[] },
    options?: WriteOptions,
  ): Promise<Written>
  /** @param options with `wait`, answers when every node that is connected has confirmed, or after half a minute */
  erase(id: string, options?: WriteOptions & { wait?: boolean }): Promise<EraseReport>
  /** Every erasure that this node was told of, newest first. */
  erasures(): Promise<EraseReport[]>
  resolve(
    conflict: string,
    settlement: Settlement,
    options?: WriteOptions,
  ): Promise<Written & { conflict: string; value: Json }>

  /** By id, unique id prefix, or key. */
  get(idOrKey: string, options?: ReadOptions): Promise<Memory | undefined>
  list(options?: ListOptions): Promise<Memory[]>
  search(
    text: string,
    options?: { scope?: string; limit?: number; expired?: boolean },
  ): Promise<{ memory: Memory; score: number }[]>
  history(id: string): Promise<Event[]>
  /** The entries and sources behind the effective value, oldest first. */
  why(id: string, options?: { at?: AsOf }): Promise<Event[]>
  conflicts(options?: { scope?: string; all?: boolean; expired?: boolean }): Promise<ConflictReport[]>
  conflict(id: string): Promise<ConflictReport>

  state(options?: { scope?: string }): Promise<StateReport>
  status(): Promise<StatusReport>
  peers(): Promise<PeerReport[]>
  /** Exchanges news with every connected peer now. @throws FolkmootError unreachable, if the signal aborts first */
  refresh(signal?: AbortSignal): Promise<void>
  watch(options?: { scope?: string; signal?: AbortSignal }): AsyncIterable<ChangeEvent>
  export(options?: {
    scope?: string
    expired?: boolean
  }): AsyncIterable<RememberOptions & { id: string; value: Json }>
  verify(onProgress?: Progress): Promise<VerifyReport>
  rebuild(onProgress?: Progress): Promise<{ entries: number; records: number; root: string }>
  doctor(): Promise<DoctorReport>

  invite(options?: InviteOptions): Promise<{ ticket: string; expiresAt: number }>
  listenAddresses(): readonly string[]

  /**
   * Lets somebody do something from now on: an agent by its name, or one node by its id or a name that no other has.
   * `admin` goes to nodes: given to an agent it goes to each node that acts as it now. What an equal or wider grant
   * gives already is not written again. @throws FolkmootError forbidden, before anything is written
   */
  grant(to: string, permissions: Permission | readonly Permission[]): Promise<readonly Granted[]>
  /**
   * Takes permissions back. Without any, an agent loses all that it was granted, and a node its membership. Logs that
   * it ends keep what is known of them here, after asking the peers for news.
   * @throws FolkmootError forbidden, for who stands above this node, and for this node itself unless it is forced
   */
  revoke(
    to: string,
    permissions?: Permission | readonly Permission[],
    options?: RevokeOptions,
  ): Promise<readonly Revoked[]>
  /** Who could do what at a time, since when and by whose word. */
  access(query?: AccessQuery): Promise<AccessReport>
  /** Renews a node's certificate. Of several certificates the latest holds, so that none is ever shortened. */
  certify(node: string, options?: CertifyOptions): Promise<Certified>
  /** Who this node is to the mesh, and what it may do now. */
  identity(): Promise<IdentityReport>

  createBlock(key: string, text: string, options?: WriteOptions): Promise<BlockReport>
  block(idOrKey: string, options?: ReadOptions): Promise<BlockReport | undefined>
  /** Replaces the text by the smallest edit that leads from the old to the new. */
  editBlock(idOrKey: string, text: string, options?: WriteOptions): Promise<BlockReport>

  /** The block as Yjs knows it, for editors: a whole state, or what came after `since` (a Yjs state vector). */
  blockState(idOrKey: string, options?: { scope?: string; since?: Uint8Array }): Promise<Uint8Array>
  /** A Yjs update that an editor made. @throws FolkmootError forged, if it writes as somebody else's client */
  applyBlockUpdate(idOrKey: string, update: Uint8Array, options?: WriteOptions): Promise<Written>

  /** Destroys what this session kept for itself: every scope with `run=RUN`. @throws FolkmootError forbidden, if shared */
  endRun(run: string): Promise<EndRunReport>
  /** Hides what is old, unused, or beyond a budget. What is pinned stays. */
  expire(options: ExpireOptions): Promise<ExpireReport>

  /** The same node for a visitor who may do less. Closing it closes nothing. */
  as(visitor: VisitorOptions): MemoryNode
  /** The same node as the bearer of this token may use it; undefined if it is not known, or not any more. */
  visitor(token: string): MemoryNode | undefined
  /** The token is told once; only its hash is kept. */
  createToken(options: TokenOptions): Promise<TokenReport & { token: string }>
  tokens(): Promise<TokenReport[]>
  /** @throws NotFoundError */
  revokeToken(name: string): Promise<TokenReport>

  close(): Promise<void>
}
