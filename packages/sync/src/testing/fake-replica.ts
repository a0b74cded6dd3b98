/** A replica in memory for this package's tests: it checks chains, not signatures. */
import {
  decodeHeader,
  type EntryBytes,
  type EntryHash,
  encodeHeader,
  type LogHead,
  type LogId,
  type LogRef,
  limits,
  logId,
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
    for (const log of this.logs.values()) yield headOf(log)
  }

  readRun(log: LogId, seq: number, bytesMax: number): readonly EntryBytes[] {
    const entries = this.logs.get(log)?.entries ?? []
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

  replication(scope: ScopeId): Replication {
    return this.replicationOf(scope)
  }

  /** Log and head hash of everything held: equal on replicas that hold the same. */
  state(): string {
    const lines = [...this.logs].map(
      ([log, { entries }]) => `${log} ${entries.length} ${hashOf(lastOf(entries))}`,
    )
    return lines.sort().join('\n')
  }

  #store({ run, from }: Inbound): RunOutcome {
    const refusal = this.refuse(run)
    if (refusal !== undefined) return { accepted: 0, refusal }
    const first = decodeHeader((run.entries[0] as EntryBytes).header)
    const log = this.#log(first)
    const fresh = run.entries.slice(Math.max(0, log.entries.length - first.seq))
    const [next] = fresh
    if (next === undefined) return this.#checkFork(log, run, first.seq)
    const { prev, seq } = decodeHeader(next.header)
    const isNext = seq === log.entries.length && prev === (seq === 0 ? '' : hashOf(lastOf(log.entries)))
    if (!isNext) return { accepted: 0, refusal: { code: 'gap', reason: `entry ${seq} does not follow` } }
    log.entries.push(...fresh)
    this.stored.push(first.scope)
    this.appended(headOf(log), fresh, from)
    return { accepted: fresh.length }
  }

  #checkFork(log: Log, run: Run, from: number): RunOutcome {
    const isSame = run.entries.every(
      (entry, at) => hashOf(entry) === hashOf(log.entries[from + at] as EntryBytes),
    )
    if (isSame) return { accepted: 0 }
    return { accepted: 0, refusal: { code: 'equivocation', reason: 'two histories' } }
  }

  #log({ scope, node, incarnation }: LogRef): Log {
    const id = logId(scope, node, incarnation)
    const log = this.logs.get(id) ?? { ref: { scope, node, incarnation }, entries: [] }
    this.logs.set(id, log)
    return log
  }
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
