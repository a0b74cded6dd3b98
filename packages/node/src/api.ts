/** What a memory node can do, for whoever embeds one. `openNode()` gives one of these. */
import type {
  AsOf,
  DocumentId,
  DocumentRow,
  EntryHash,
  Json,
  MeshId,
  NodeId,
  Permission,
  Policy,
  Provenance,
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
import type { Authorship, Candidate } from './authorship.ts'
import type { Belief, BeliefFunctions, Demand, Event } from './beliefs/reports.ts'
import type { ConflictOptions, ConflictReport, Settlement } from './conflict-reports.ts'
import type { ConflictTurn } from './conflict-turn.ts'
import type { PolicyReport, PolicySet, PolicyTest } from './policy-reports.ts'
import type {
  BlockReport,
  BranchReport,
  DoctorReport,
  EndRunReport,
  EraseReport,
  ExpireReport,
  MergeReport,
  PeerReport,
  StateReport,
  StatusReport,
  TokenReport,
  VerifyReport,
} from './reports.ts'
import type { Link } from './suspicions/links.ts'
import type { ScanOptions, ScanReport } from './suspicions/scan-report.ts'
import type { ExpireOptions, TokenOptions, VisitorOptions } from './visitor-options.ts'
import type {
  BasedOptions,
  Exported,
  Remembered,
  RememberOptions,
  WriteOptions,
  Written,
} from './write-options.ts'

export type { Authorship, Candidate } from './authorship.ts'
export type { Event } from './beliefs/reports.ts'
export type { ConflictOptions, ConflictReport, Settlement } from './conflict-reports.ts'
export type { OpenNodeOptions } from './open-options.ts'
export type {
  BasedOptions,
  Exported,
  ExportedValue,
  Remembered,
  RememberOptions,
  WriteOptions,
  Written,
} from './write-options.ts'

/** A record or block as its readers see it: one effective value, and all that compete with it. */
export interface Memory extends Belief {
  readonly id: DocumentId
  readonly key: string | null
  readonly scope: ScopeAddress
  readonly type: 'record' | 'block' | 'note'
  readonly kind: string
  /** The effective value; null when retracted or erased. */
  readonly value: Json
  readonly status: 'settled' | 'conflict' | 'resolved' | 'superseded' | 'retracted' | 'expired' | 'erased'
  readonly siblings: readonly Candidate[]
  readonly tags: readonly string[]
  readonly confidence: number | null
  /** How many different agents say the effective value. */
  readonly support: number
  readonly provenance: Authorship & { readonly why: Provenance | null }
  /** Memories that say the same, or less. */
  readonly links: readonly Link[]
  /** The memory that was judged to hold in its place. */
  readonly supersededBy: DocumentId | null
  readonly heads: readonly EntryHash[]
  /** All registers and sets as merged, for those who want more than the value. */
  readonly row: DocumentRow
}

export interface ReadOptions extends Demand {
  readonly scope?: string
  readonly at?: AsOf
  /** Wait until these entries are here: read-your-writes across nodes. */
  readonly after?: readonly EntryHash[]
  /** How to choose among siblings that nobody has settled; by default as the scope's policy says, or else the node. */
  readonly resolver?: ResolverName
  /** Ask the peers for news first. */
  readonly fresh?: boolean
  readonly signal?: AbortSignal
}

export interface ExpiredToo {
  /** Also what has expired. */
  readonly expired?: boolean
}

export interface SupersededToo {
  /** Also what lost against another memory, by judgement; and in lists what is left of what was erased. */
  readonly superseded?: boolean
}

export interface ListOptions extends ExpiredToo, SupersededToo, Demand {
  readonly scope?: string
  readonly type?: 'record' | 'block'
  readonly kind?: string
  readonly tag?: string
  readonly limit?: number
}

export interface ChangeEvent {
  readonly event: 'record:changed' | `conflict:${ConflictTurn}` | 'member:admitted'
  readonly id: string
  readonly scope: string
  readonly memory: Memory | null
  /** Of events about one: as it is since. */
  readonly conflict: ConflictReport | null
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

export interface MemoryNode extends BeliefFunctions {
  readonly id: NodeId
  readonly mesh: MeshId
  readonly name: string
  readonly agent: string
  readonly dir: string

  remember(value: Json, options?: RememberOptions): Promise<Written>
  /**
   * All of them or none, as far as can be told beforehand: a disk that fails half-way, or a model that stops answering
   * while items are reconciled one after the other, leaves those before it written.
   * @throws RefusedItemError for the first that cannot be kept
   */
  rememberMany(items: readonly Remembered[], onProgress?: Progress): Promise<Written[]>
  update(id: string, value: Json, options?: BasedOptions): Promise<Written>
  retract(id: string, options?: BasedOptions): Promise<Written>
  tag(
    id: string,
    change: { add?: readonly string[]; remove?: readonly string[] },
    options?: BasedOptions,
  ): Promise<Written>
  /** @param options with `wait`, answers when every node that is connected has confirmed, or after half a minute */
  erase(id: string, options?: WriteOptions & { wait?: boolean }): Promise<EraseReport>
  /** Every erasure that this node was told of, newest first. */
  erasures(): Promise<EraseReport[]>
  resolve(
    conflict: string,
    settlement: Settlement,
    options?: WriteOptions,
  ): Promise<Written & { conflict: string; value: Json; caution: string | null }>

  /** By id, unique id prefix, or key. */
  get(idOrKey: string, options?: ReadOptions): Promise<Memory | undefined>
  list(options?: ListOptions): Promise<Memory[]>
  search(
    text: string,
    options?: Pick<ListOptions, 'scope' | 'limit' | 'expired' | 'superseded'> & Demand,
  ): Promise<{ memory: Memory; score: number }[]>
  /** Looks for memories of one scope that contradict or repeat each other, and may keep what it finds. */
  scan(options?: ScanOptions, onProgress?: Progress): Promise<ScanReport>
  history(id: string, options?: { scope?: string }): Promise<Event[]>
  /** The most important first, of equals the oldest. */
  conflicts(options?: ConflictOptions): Promise<ConflictReport[]>
  /** By its id, or as `get` takes a memory: then its only or its open one. @throws NotFoundError */
  conflict(id: string, options?: { scope?: string }): Promise<ConflictReport>
  /** How a scope's disagreements are settled; of the default scope if it has no policy of its own. */
  policy(scope?: string): Promise<PolicyReport>
  /** Null takes it away. Takes the right to arbitrate. @throws UsageError that names the place in a policy, NotFoundError */
  setPolicy(
    policy: Policy | 'standard' | null,
    options?: { scope?: string; reason?: string },
  ): Promise<PolicySet>
  /** What it would have made of every disagreement of the scope; of the default scope, also of those without one. */
  testPolicy(policy: Policy | 'standard', options?: { scope?: string }): Promise<PolicyTest>

  state(options?: { scope?: string }): Promise<StateReport>
  status(): Promise<StatusReport>
  peers(): Promise<PeerReport[]>
  /** Exchanges news with every connected peer now. @throws FolkmootError unreachable, if the signal aborts first */
  refresh(signal?: AbortSignal): Promise<void>
  watch(options?: { scope?: string; signal?: AbortSignal }): AsyncIterable<ChangeEvent>
  export(options?: { scope?: string; expired?: boolean }): AsyncIterable<Exported>
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

  /** A copy of the memory with logs of its own, to try something in. @throws UsageError, if the name is taken */
  createBranch(name: string): Promise<BranchReport>
  /** The branch, for whoever asks, with the same rights; closing it keeps it. @throws NotFoundError */
  branch(name: string): Promise<MemoryNode>
  branches(): Promise<readonly BranchReport[]>
  /**
   * Brings what was written in a branch here, and on to the peers: what was said here in the meantime stays, and stands
   * beside it where the two disagree. The branch goes, unless it is kept or something was refused.
   */
  merge(branch: string, options?: { readonly keep?: boolean }): Promise<MergeReport<ConflictReport>>
  /** What was written in it is gone. @throws NotFoundError */
  dropBranch(name: string): Promise<void>

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
