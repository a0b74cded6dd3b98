import type { LogEnd } from './access/access.ts'
import { Membership } from './access/membership.ts'
import type { IsCut } from './document-change.ts'
import type { Entry, LogRef, VerifiedEntry } from './entry.ts'
import type { GateView } from './gate.ts'
import { compareTime, type HybridTime, TIME_ZERO } from './hlc.ts'
import {
  type EntryHash,
  type LogId,
  MEMBERSHIP_SCOPE,
  type MeshId,
  type NodeId,
  type ScopeId,
  type ScopeNames,
} from './ids.ts'
import type { WriterView } from './log-writer.ts'
import { isMembership } from './membership-body.ts'
import { openPayload } from './payload.ts'
import type { LogHead, Storage } from './ports.ts'
import { type ScopeAddress, scopeId } from './scope.ts'

/**
 * Where every log stands and ends, who belongs to the mesh, and what the scopes are called: all that is kept in
 * memory of the entries. Read off the disk by `load`, and kept true entry by entry.
 */
export class LogBook {
  readonly mesh: MeshId
  readonly names: ScopeNames
  readonly #storage: Storage
  readonly #heads = new Map<LogId, LogHead>()
  readonly #scopes = new Map<ScopeId, ScopeAddress>()
  /** Logs whose first entry opens them. */
  readonly #opened = new Set<LogId>()
  /** Scopes of logs that came before anything named them. */
  readonly #unnamed = new Set<ScopeId>()
  #lateNames = 0
  /** What the author of a log knew of the mesh when it began the log. */
  readonly #openings = new Map<LogId, readonly EntryHash[]>()
  /** As of `#endsVersion` of the membership. */
  readonly #ends = new Map<LogId, LogEnd | undefined>()
  #endsVersion = 0
  #membership: Membership
  #last: HybridTime = TIME_ZERO

  constructor(mesh: MeshId, names: ScopeNames, storage: Storage) {
    this.mesh = mesh
    this.names = names
    this.#storage = storage
    this.#membership = new Membership(mesh, names)
    this.load()
  }

  get membership(): Membership {
    return this.#membership
  }

  /** The latest time this node has given or seen. */
  get last(): HybridTime {
    return this.#last
  }

  /** Goes up when a scope gets its name after some of its logs were judged without it. */
  get lateNames(): number {
    return this.#lateNames
  }

  /** How many scopes have a name here. */
  get namesKnown(): number {
    return this.#scopes.size
  }

  heads(): Iterable<LogHead> {
    return this.#heads.values()
  }

  head(log: LogId): LogHead | undefined {
    return this.#heads.get(log)
  }

  scopeName(id: ScopeId): ScopeAddress | undefined {
    return this.#scopes.get(id)
  }

  /** Our own log in a scope; the membership log has no scope address. */
  ownLog(node: NodeId, scope: ScopeAddress | null, incarnation: number): LogRef {
    return { scope: scope === null ? MEMBERSHIP_SCOPE : scopeId(this.names, scope), node, incarnation }
  }

  /** Where a log that is here ends, if anything cut it. */
  end(log: LogRef & { readonly log: LogId }): LogEnd | undefined {
    if (this.#endsVersion !== this.#membership.endsVersion) {
      this.#ends.clear()
      this.#endsVersion = this.#membership.endsVersion
    }
    if (!this.#membership.mayHaveEnded(log)) return undefined
    if (!this.#ends.has(log.log)) this.#ends.set(log.log, this.#endOf(log, this.#opening(log.log)))
    return this.#ends.get(log.log)
  }

  #endOf(log: LogRef & { readonly log: LogId }, opening: readonly EntryHash[]): LogEnd | undefined {
    return this.#membership.endOf(log, opening, this.scopeName(log.scope))
  }

  /**
   * How much of a log that was cut is still passed on: up to its end, but always its first entry, by which everybody
   * can judge where it ends. Not where two first entries are the quarrel.
   */
  shown(log: LogId, end: LogEnd): number {
    return this.#membership.forkOf(log)?.seq === 0 ? 0 : Math.max(end.below, 1)
  }

  readonly isCut: IsCut = (log, seq) => {
    const head = this.#heads.get(log)
    const below = head === undefined ? this.#membership.forkOf(log)?.seq : this.end(head)?.below
    return below !== undefined && seq >= below
  }

  advance(entry: VerifiedEntry): void {
    if (entry.scope !== MEMBERSHIP_SCOPE && !this.#scopes.has(entry.scope)) this.#unnamed.add(entry.scope)
    this.#heads.set(entry.log, headOf(entry))
    if (entry.seq === 0) {
      this.#openings.set(entry.log, entry.authority)
      this.#ends.delete(entry.log)
    }
    if (compareTime(entry, this.#last) > 0) this.#last = { at: entry.at, tick: entry.tick }
  }

  /** A log opened itself with the name of its scope. */
  open(entry: VerifiedEntry, address: ScopeAddress): void {
    this.#storage.notes.nameScope(entry.scope, address)
    if (this.#unnamed.delete(entry.scope)) {
      this.#ends.clear()
      this.#lateNames++
    }
    this.#scopes.set(entry.scope, address)
    this.#opened.add(entry.log)
  }

  /** Each log opens itself: that the scope is known from another log is chance, and differs from node to node. */
  isOpened(log: LogId): boolean {
    if (this.#opened.has(log)) return true
    const [first] = this.#storage.entries.read(log, 0, 1)
    if (first?.status !== 'applied') return false
    this.#opened.add(log)
    return true
  }

  gateView(nowMs: number): GateView {
    const membership = this.#membership
    return {
      mesh: this.mesh,
      nowMs,
      head: log => this.#heads.get(log),
      hashAt: (log, seq) => this.#storage.entries.read(log, seq, 1)[0]?.entry.hash,
      knows: entry => membership.knows(entry),
      objection: claim => membership.memberObjection(claim),
      shown: first => {
        // Before its first entry is here a log's end is judged by that entry itself.
        const end = this.#heads.has(first.log) ? this.end(first) : this.#endOf(first, first.authority)
        return end && { ...end, below: this.shown(first.log, end) }
      },
    }
  }

  writerView(nowMs: number): WriterView {
    return { mesh: this.mesh, authority: this.#membership.authorityHeads(), nowMs, last: this.#last }
  }

  load(): void {
    const { entries, notes } = this.#storage
    this.#heads.clear()
    this.#scopes.clear()
    this.#opened.clear()
    this.#openings.clear()
    this.#ends.clear()
    this.#endsVersion = 0
    this.#membership = new Membership(this.mesh, this.names)
    this.#last = TIME_ZERO
    for (const head of entries.heads()) {
      this.#heads.set(head.log, head)
      if (compareTime(head, this.#last) > 0) this.#last = { at: head.at, tick: head.tick }
    }
    for (const { id, address } of notes.scopes()) this.#scopes.set(id, address)
    for (const { scope } of this.#heads.values()) {
      if (scope !== MEMBERSHIP_SCOPE && !this.#scopes.has(scope)) this.#unnamed.add(scope)
    }
    this.#loadMembership()
  }

  /** The genesis first: until it is known nobody is an admin. */
  #loadMembership(): void {
    const logs = [...this.#heads.values()].filter(head => head.scope === MEMBERSHIP_SCOPE)
    const entries = logs.flatMap(({ log }) => this.#storage.entries.read(log, 0, Number.MAX_SAFE_INTEGER))
    const genesis = entries.find(({ entry }) => entry.hash === (this.mesh as string))
    for (const { entry, status } of genesis === undefined ? entries : [genesis, ...entries]) {
      const opened = openPayload(entry, undefined)
      if (status !== 'applied' || opened.kind !== 'body' || !isMembership(opened.body)) continue
      this.#membership.apply(entry, opened.body)
    }
  }

  #opening(log: LogId): readonly EntryHash[] {
    const known = this.#openings.get(log)
    if (known !== undefined) return known
    const opening = this.#storage.entries.read(log, 0, 1)[0]?.entry.authority ?? []
    this.#openings.set(log, opening)
    return opening
  }
}

export function headOf(entry: Entry): LogHead {
  const { log, scope, node, incarnation, seq, hash, at, tick } = entry
  return { log, scope, node, incarnation, seq, hash, at, tick }
}
