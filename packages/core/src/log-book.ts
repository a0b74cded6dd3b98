import { type Body, decodeBody, type MembershipBody } from './body.ts'
import type { Entry, LogRef, VerifiedEntry } from './entry.ts'
import { MalformedError } from './errors.ts'
import type { GateView } from './gate.ts'
import { compareTime, type HybridTime, TIME_ZERO } from './hlc.ts'
import { type LogId, MEMBERSHIP_SCOPE, type MeshId, type NodeId, type ScopeId } from './ids.ts'
import { AUTHORITY_HEADS_MAX } from './limits.ts'
import type { WriterView } from './log-writer.ts'
import { Membership } from './membership.ts'
import type { LogHead, Storage } from './ports.ts'
import { type ScopeAddress, scopeId } from './scope.ts'

/**
 * Where every log stands, who belongs to the mesh, and what the scopes are called: all that is kept in memory of the
 * entries. Read off the disk by `load`, and kept true entry by entry.
 */
export class LogBook {
  readonly mesh: MeshId
  readonly #storage: Storage
  readonly #heads = new Map<LogId, LogHead>()
  readonly #scopes = new Map<ScopeId, ScopeAddress>()
  /** Logs whose first entry opens them. */
  readonly #opened = new Set<LogId>()
  #membership: Membership
  #last: HybridTime = TIME_ZERO

  constructor(mesh: MeshId, storage: Storage) {
    this.mesh = mesh
    this.#storage = storage
    this.#membership = new Membership(mesh)
    this.load()
  }

  get membership(): Membership {
    return this.#membership
  }

  /** The latest time this node has given or seen. */
  get last(): HybridTime {
    return this.#last
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
  ownLog(node: NodeId, scope: ScopeAddress | null): LogRef {
    return { scope: scope === null ? MEMBERSHIP_SCOPE : scopeId(this.mesh, scope), node, incarnation: 0 }
  }

  advance(entry: VerifiedEntry): void {
    this.#heads.set(entry.log, headOf(entry))
    if (compareTime(entry, this.#last) > 0) this.#last = { at: entry.at, tick: entry.tick }
  }

  /** A log opened itself with the name of its scope. */
  open(entry: VerifiedEntry, address: ScopeAddress): void {
    this.#storage.notes.nameScope(entry.scope, address)
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
    return {
      mesh: this.mesh,
      nowMs,
      head: log => this.#heads.get(log),
      hashAt: (log, seq) => this.#storage.entries.read(log, seq, 1)[0]?.entry.hash,
      isMember: node => this.#membership.isMember(node),
    }
  }

  writerView(nowMs: number): WriterView {
    const authority = [...this.#heads.values()]
      .filter(head => head.scope === MEMBERSHIP_SCOPE && this.#membership.isAdmin(head.node))
      .sort((a, b) => compareTime(b, a))
      .slice(0, AUTHORITY_HEADS_MAX)
      .map(head => head.hash)
    return { mesh: this.mesh, authority: authority.sort(), nowMs, last: this.#last }
  }

  load(): void {
    const { entries, notes } = this.#storage
    this.#heads.clear()
    this.#scopes.clear()
    this.#opened.clear()
    this.#membership = new Membership(this.mesh)
    this.#last = TIME_ZERO
    for (const head of entries.heads()) {
      this.#heads.set(head.log, head)
      if (compareTime(head, this.#last) > 0) this.#last = { at: head.at, tick: head.tick }
    }
    for (const { id, address } of notes.scopes()) this.#scopes.set(id, address)
    this.#loadMembership()
  }

  /** The genesis first: until it is known nobody is an admin. */
  #loadMembership(): void {
    const logs = [...this.#heads.values()].filter(head => head.scope === MEMBERSHIP_SCOPE)
    const entries = logs.flatMap(({ log }) => this.#storage.entries.read(log, 0, Number.MAX_SAFE_INTEGER))
    const genesis = entries.find(({ entry }) => entry.hash === (this.mesh as string))
    for (const { entry, status } of genesis === undefined ? entries : [genesis, ...entries]) {
      const body = openPayload(entry)
      if (status === 'applied' && body !== null && !(body instanceof MalformedError) && isMembership(body)) {
        this.#membership.apply(entry, body)
      }
    }
  }
}

export function isMembership(body: Body): body is MembershipBody {
  return body.type === 'genesis' || body.type === 'invite' || body.type === 'admit'
}

/** What the payload says; null if it is gone, the error if it cannot be read. */
export function openPayload(entry: Entry): Body | MalformedError | null {
  if (entry.bytes.payload === null) return null
  try {
    return decodeBody(entry.bytes.payload)
  } catch (error) {
    if (error instanceof MalformedError) return error
    throw error
  }
}

export function headOf(entry: Entry): LogHead {
  const { log, scope, node, incarnation, seq, hash, at, tick } = entry
  return { log, scope, node, incarnation, seq, hash, at, tick }
}
