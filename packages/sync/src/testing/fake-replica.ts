/** A replica in memory for this package's tests: it checks chains, not signatures, and is told who may hold what. */
import {
  decodeHeader,
  type EntryBytes,
  type EntryHash,
  type ErrorCode,
  encodeHeader,
  type LogHead,
  type LogId,
  type LogRef,
  limits,
  logId,
  MEMBERSHIP_SCOPE,
  type MeshId,
  type NodeId,
  nodeId,
  type ScopeId,
  sha256,
  toHex,
  utf8,
} from '@folkmoot/core'
import { entrySize } from '../entry-frame.ts'
import type { Replication, Run, RunOutcome, SyncReplica } from '../replica-port.ts'

export const MESH = 'ab'.repeat(32) as MeshId

export function testNode(index: number): NodeId {
  return nodeId(sha256(utf8(`node ${index}`)))
}

export function testScope(index: number): ScopeId {
  return toHex(sha256(utf8(`scope ${index}`))).slice(0, 32) as ScopeId
}

export function hashOf(entry: EntryBytes): EntryHash {
  return toHex(sha256(entry.header)) as EntryHash
}

interface Log {
  readonly ref: LogRef
  readonly entries: EntryBytes[]
}

interface Inbound {
  readonly run: Run
  readonly from: NodeId
  readonly done: (outcome: RunOutcome) => void
}

/** Entries that follow `log`: `size` bytes of payload each, the last one signed. */
export function entriesAfter(
  ref: LogRef,
  before: readonly EntryBytes[],
  count: number,
  size = 40,
): EntryBytes[] {
  const entries: EntryBytes[] = []
  for (let index = 0; index < count; index++) {
    const last = entries.at(-1) ?? before.at(-1)
    const seq = before.length + index
    const payload = new Uint8Array(size).fill(seq % 251)
    const header = encodeHeader({
      ...ref,
      mesh: MESH,
      seq,
      prev: last === undefined ? '' : hashOf(last),
      at: 1_700_000_000_000 + seq,
      tick: 0,
      authority: ['cd'.repeat(32) as EntryHash],
      epoch: 0,
      payloadSize: payload.length,
      payloadHash: toHex(sha256(payload)),
    })
    entries.push({ header, signature: index === count - 1 ? new Uint8Array(64).fill(7) : null, payload })
  }
  return entries
}

export class FakeReplica implements SyncReplica {
  readonly mesh: MeshId = MESH
  readonly node: NodeId
  readonly logs = new Map<LogId, Log>()
  /** Tells the replicator; set by whoever wires the two. */
  appended: (head: LogHead, run: readonly EntryBytes[], from: NodeId | null) => void = () => {}
  replicationOf: (scope: ScopeId) => Replication = () => 'push'
  members: (node: NodeId) => boolean = () => true
  /** Who may hold a scope, of all that is asked about. */
  holders: (node: NodeId, scope: ScopeId) => boolean = () => true
  /** Present members. */
  roster: () => readonly NodeId[] = () => []
  /** Where logs were cut: the first entry of each that does not count. */
  readonly ends = new Map<LogId, number>()
  /** Logs whose author is proven here to have written two histories: the first entry in which they differ. */
  readonly proofs = new Map<LogId, number>()
  refuse: (run: Run) => RunOutcome['refusal'] = () => undefined
  inboxMax = 16
  /** Called to make durable what is stored; it may throw. */
  flush: () => void = () => {}
  /** Scopes in the order in which their entries were stored. */
  readonly stored: ScopeId[] = []
  readonly #inbox: Inbound[] = []

  constructor(node: NodeId) {
    this.node = node
  }

  write(scope: ScopeId, count = 1, size = 40, incarnation = 0, node = this.node): LogHead {
    const ref = { scope, node, incarnation }
    const log = this.#log(ref)
    const run = entriesAfter(ref, log.entries, count, size)
    log.entries.push(...run)
    this.appended(headOf(log), run, null)
    return headOf(log)
  }

  /** Works through the inbox. False if there was nothing to do. */
  work(): boolean {
    const inbound = this.#inbox.shift()
    if (inbound === undefined) return false
    inbound.done(this.#store(inbound))
    return true
  }

  offer(run: Run, from: NodeId, done: (outcome: RunOutcome) => void): boolean {
    if (this.#inbox.length >= this.inboxMax) return false
    this.#inbox.push({ run, from, done })
    return true
  }

  *heads(): Generator<LogHead> {
    for (const log of this.logs.values()) {
      const shown = this.#shown(log)
      if (shown.entries.length > 0) yield headOf(shown)
    }
  }

  readRun(log: LogId, seq: number, bytesMax: number): readonly EntryBytes[] {
    const entries = this.logs.get(log)?.entries.slice(0, this.ends.get(log)) ?? []
    let [end, bytes] = [seq, 0]
    for (let at = seq; at < entries.length && at - seq < limits.RUN_ENTRIES_MAX; at++) {
      const entry = entries[at] as EntryBytes
      bytes += entrySize(entry)
      if (bytes > bytesMax && end > seq) break
      if (entry.signature !== null) end = at + 1
    }
    return entries.slice(seq, end)
  }

  isMember(node: NodeId): boolean {
    return this.members(node)
  }

  mayHold(node: NodeId, scope: ScopeId): boolean {
    return scope === MEMBERSHIP_SCOPE ? this.members(node) : this.holders(node, scope)
  }

  isOpen(scope: ScopeId): boolean {
    return this.roster().every(node => this.mayHold(node, scope))
  }

  replication(scope: ScopeId): Replication {
    return this.replicationOf(scope)
  }

  /** Log and head hash of everything shown: equal on replicas that hold the same. */
  state(): string {
    return [...this.heads()]
      .map(({ log, seq, hash }) => `${log} ${seq} ${hash}`)
      .sort()
      .join('\n')
  }

  #store({ run, from }: Inbound): RunOutcome {
    const refusal = this.refuse(run)
    if (refusal !== undefined) return { accepted: 0, refusal }
    const first = decodeHeader((run.entries[0] as EntryBytes).header)
    const log = this.#log(first)
    const { length } = log.entries
    if (first.seq > length) return refused('gap', `entry ${first.seq} does not follow`)
    if (this.#isFork(log, run, first.seq)) return refused('equivocation', 'two histories')
    const end = this.ends.get(logOf(log)) ?? Number.POSITIVE_INFINITY
    const fresh = run.entries.slice(length - first.seq, Math.max(0, end - first.seq))
    if (fresh.length > 0) {
      log.entries.push(...fresh)
      this.stored.push(first.scope)
      this.appended(headOf(this.#shown(log)), fresh, from)
    }
    const isCut = first.seq + run.entries.length > end
    return { ...(isCut ? refused('cut', 'the log ended before') : {}), accepted: fresh.length }
  }

  /** Two histories are proven by two chains from one place: the run has to begin before they part, or where they do. */
  #isFork(log: Log, run: Run, from: number): boolean {
    const own = log.entries.slice(from).map(hashOf)
    const differs = run.entries.findIndex((entry, at) => at < own.length && hashOf(entry) !== own[at])
    const at = differs < 0 ? Math.min(run.entries.length, own.length) : differs
    const entry = run.entries[at]
    if (entry === undefined) return false
    const before = from + at === 0 ? '' : hashOf(log.entries[from + at - 1] as EntryBytes)
    const isLinked = decodeHeader(entry.header).prev === before
    if (differs >= 0 && isLinked) this.proofs.set(logOf(log), from + at)
    return differs >= 0 || !isLinked
  }

  #shown({ ref, entries }: Log): Log {
    return { ref, entries: entries.slice(0, this.ends.get(logOf({ ref, entries }))) }
  }

  #log({ scope, node, incarnation }: LogRef): Log {
    const id = logId(scope, node, incarnation)
    const log = this.logs.get(id) ?? { ref: { scope, node, incarnation }, entries: [] }
    this.logs.set(id, log)
    return log
  }
}

function refused(code: ErrorCode, reason: string): RunOutcome {
  return { accepted: 0, refusal: { code, reason } }
}

function logOf({ ref: { scope, node, incarnation } }: Log): LogId {
  return logId(scope, node, incarnation)
}

function headOf({ ref, entries }: Log): LogHead {
  const { scope, node, incarnation } = ref
  const log = logId(scope, node, incarnation)
  return {
    scope,
    node,
    incarnation,
    log,
    seq: entries.length - 1,
    hash: hashOf(lastOf(entries)),
    at: 0,
    tick: 0,
  }
}

function lastOf(entries: readonly EntryBytes[]): EntryBytes {
  const last = entries.at(-1)
  if (last === undefined) throw new Error('an empty log')
  return last
}
