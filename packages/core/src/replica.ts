/**
 * One node's copy of the mesh's memory. Every change, typed here or come from a peer, takes one path:
 *
 *   local   plan -> draft -> write run ──┐
 *                                        ├─> verify and authorise (gate) -> apply -> store -> news
 *   remote  decode ──────────────────────┘
 *
 * `process` does a batch of work in one transaction, so that many writes share one flush to disk. Nothing here waits,
 * reads a clock or draws a number but through the ports.
 */
import { type Body, type DocumentBody, decodeBody, type MembershipBody } from './body.ts'
import { DocumentTable } from './document-table.ts'
import { decodeEntry, type Entry, type LogRef, type VerifiedEntry } from './entry.ts'
import { assert, FolkmootError, MalformedError } from './errors.ts'
import { checkRun, type GateView } from './gate.ts'
import { compareTime, type HybridTime, TIME_ZERO } from './hlc.ts'
import {
  type EntryHash,
  ID_BYTES,
  type LogId,
  logId,
  MEMBERSHIP_SCOPE,
  type MeshId,
  type ScopeId,
} from './ids.ts'
import { AUTHORITY_HEADS_MAX, RUN_BYTES_MAX, RUN_ENTRIES_MAX } from './limits.ts'
import { type Draft, draftOf, writeRun } from './log-writer.ts'
import { Membership } from './membership.ts'
import type { OpenDocument } from './open-document.ts'
import type { Clock, LogHead, Random, Signer, Storage, StoredEntry } from './ports.ts'
import { readRun } from './read-run.ts'
import type { DocumentRow } from './row.ts'
import { parseScope, type ScopeAddress, scopeId } from './scope.ts'
import { StateRoots } from './state-root.ts'
import type {
  Appended,
  Changed,
  LocalWork,
  News,
  Planned,
  PlanView,
  RemoteWork,
  Run,
  RunOutcome,
  Work,
} from './work.ts'

export interface ReplicaPorts {
  readonly storage: Storage
  readonly clock: Clock
  readonly random: Random
  readonly signer: Signer
}

interface OpenNews {
  appended: Appended[]
  changed: Changed[]
  admitted: EntryHash[]
}

/** A local change on its way into the log. */
interface Pending {
  readonly work: LocalWork
  readonly planned: Planned
  readonly draft: Draft
}

export class Replica {
  readonly mesh: MeshId
  readonly #ports: ReplicaPorts
  readonly #documents: DocumentTable
  readonly #roots: StateRoots
  readonly #heads = new Map<LogId, LogHead>()
  readonly #scopes = new Map<ScopeId, ScopeAddress>()
  /** Logs whose first entry opens them. */
  readonly #opened = new Set<LogId>()
  #membership: Membership
  #last: HybridTime = TIME_ZERO

  constructor(mesh: MeshId, ports: ReplicaPorts) {
    this.mesh = mesh
    this.#ports = ports
    this.#documents = new DocumentTable(ports.storage)
    this.#roots = new StateRoots(ports.storage.rows)
    this.#membership = new Membership(mesh)
    this.#load()
  }

  get membership(): Membership {
    return this.#membership
  }

  get storage(): Storage {
    return this.#ports.storage
  }

  get roots(): StateRoots {
    return this.#roots
  }

  heads(): Iterable<LogHead> {
    return this.#heads.values()
  }

  scopeName(id: ScopeId): ScopeAddress | undefined {
    return this.#scopes.get(id)
  }

  /** Entries of a log from `seq` on, ready to travel. Empty if there are none. */
  readRun(log: LogId, seq: number, bytesMax: number) {
    return readRun(this.#ports.storage.entries, log, seq, bytesMax)
  }

  /** Entries that are stored and do not count, found by reading every log: for people who ask why. */
  uncounted(): readonly StoredEntry[] {
    const { entries } = this.#ports.storage
    const found: StoredEntry[] = []
    for (const head of this.#heads.values()) {
      for (let seq = 0; seq <= head.seq; ) {
        const page = entries.read(head.log, seq, RUN_BYTES_MAX)
        if (page.length === 0) break
        found.push(...page.filter(({ status }) => status !== 'applied'))
        seq += page.length
      }
    }
    return found
  }

  openDocument(id: DocumentRow['id']): OpenDocument {
    return this.#documents.open(id)
  }

  /**
   * Does the work in one transaction and calls each `done` once it is committed: durably if any of it is local.
   * @throws FolkmootError disk, if the disk refused: then every `done` has been told, and nothing was kept.
   */
  process(batch: readonly Work[]): News {
    const news: OpenNews = { appended: [], changed: [], admitted: [] }
    const done: (() => void)[] = []
    try {
      this.#ports.storage.transact(
        batch.some(work => work.kind === 'local'),
        () => this.#doAll(batch, news, done),
      )
    } catch (error) {
      this.#load()
      const failure =
        error instanceof FolkmootError ? error : new FolkmootError('disk', messageOf(error), { cause: error })
      for (const work of batch) tellFailure(work, failure)
      throw failure
    }
    for (const tell of done) tell()
    const admitted = news.admitted.flatMap(entry =>
      [...this.#membership.members()].filter(m => m.entry === entry),
    )
    return { ...news, admitted }
  }

  #doAll(batch: readonly Work[], news: OpenNews, done: (() => void)[]): void {
    let pending: Pending[] = []
    const touched = new Set<string>()
    const flush = () => {
      this.#writeAll(pending, news, done)
      pending = []
      touched.clear()
    }
    for (const work of batch) {
      if (work.kind === 'remote') {
        flush()
        const outcome = this.#takeRemote(work, news)
        done.push(() => work.done(outcome))
        continue
      }
      // A plan reads its document's state, so earlier changes of the same document go first.
      if (work.touches !== undefined && touched.has(work.touches)) flush()
      try {
        const planned = work.plan(this.#view)
        pending.push({ work, planned, draft: draftOf(planned.body) })
        if (work.touches !== undefined) touched.add(work.touches)
      } catch (error) {
        const failure = error instanceof FolkmootError ? error : undefined
        if (failure === undefined) throw error
        done.push(() => work.done(failure))
      }
    }
    flush()
  }

  readonly #view: PlanView = {
    row: id => this.#ports.storage.rows.get(id),
    document: id => this.#documents.open(id),
    salt: () => this.#ports.random.bytes(ID_BYTES),
  }

  /** Writes local changes: one signed run for each log, in the order in which the logs were first used. */
  #writeAll(pending: readonly Pending[], news: OpenNews, done: (() => void)[]): void {
    const byScope = Map.groupBy(pending, ({ planned }) => planned.scope)
    for (const [scope, changes] of byScope) {
      const log = this.#ownLog(scope)
      for (const part of parts(changes)) {
        const head = this.#heads.get(logId(log.scope, log.node, log.incarnation))
        const opening = head === undefined && scope !== null ? [draftOf({ type: 'open', scope })] : []
        const drafts = [...opening, ...part.map(({ draft }) => draft)]
        const run = writeRun(log, head, drafts, this.#writerView(), this.#ports.signer)
        const fresh = this.#checked(run, this.#last.at)
        if (fresh instanceof FolkmootError) {
          for (const { work } of part) done.push(() => work.done(fresh))
          continue
        }
        const bodies = drafts.map(({ body }) => body)
        this.#take(fresh, bodies, null, news)
        const entries = run.slice(opening.length)
        done.push(() => {
          for (const [i, { work, planned }] of part.entries()) {
            work.done({ entry: (entries[i] as Entry).hash, row: this.#rowOf(planned.body) })
          }
        })
      }
    }
  }

  #rowOf(body: Body): DocumentRow | undefined {
    return 'doc' in body ? this.#ports.storage.rows.get(body.doc) : undefined
  }

  #takeRemote(work: RemoteWork, news: OpenNews): RunOutcome {
    const run = readEntries(work.run)
    const fresh = run instanceof FolkmootError ? run : this.#checked(run)
    if (!(fresh instanceof FolkmootError)) {
      this.#take(fresh, undefined, work.from, news)
      return { accepted: fresh.length }
    }
    const { code, message: reason } = fresh
    const first = run instanceof FolkmootError ? undefined : run[0]
    this.#ports.storage.notes.refuse({
      at: this.#ports.clock.now(),
      from: work.from,
      code,
      reason,
      ...(first && { log: first.log, seq: first.seq }),
    })
    return { accepted: 0, refusal: { code, reason } }
  }

  /**
   * What is new in a run, or why it may not pass. Only here may a run be refused: once it is let in, any error is
   * the disk's, and takes the whole transaction back.
   * @param seenMs how far this node's time has come, whatever its clock says now
   */
  #checked(run: readonly Entry[], seenMs = 0): readonly VerifiedEntry[] | FolkmootError {
    try {
      return checkRun(run, this.#gateView(seenMs))
    } catch (error) {
      if (error instanceof FolkmootError) return error
      throw error
    }
  }

  /** The one path from the gate on: apply and store. */
  #take(
    fresh: readonly VerifiedEntry[],
    bodies: readonly Body[] | undefined,
    from: RemoteWork['from'] | null,
    news: OpenNews,
  ): void {
    for (const [i, entry] of fresh.entries()) {
      this.#apply(entry, bodies?.[i] ?? openPayload(entry), news)
      this.#advance(entry)
    }
    const last = fresh.at(-1)
    if (last !== undefined) news.appended.push({ head: headOf(last), run: fresh, from })
  }

  #apply(entry: VerifiedEntry, body: Body | MalformedError | null, news: OpenNews): void {
    const { entries, notes } = this.#ports.storage
    if (body === null) {
      entries.append(entry, { status: 'detached', reason: 'it came without its payload' })
      return
    }
    if (body instanceof MalformedError) {
      entries.append(entry, { status: 'rejected', reason: body.message })
      return
    }
    const misplaced = this.#misplacement(entry, body)
    if (misplaced !== undefined) {
      entries.append(entry, { status: 'rejected', reason: misplaced })
      return
    }
    if (body.type === 'open') {
      entries.append(entry, { status: 'applied' })
      const address = parseScope(body.scope)
      notes.nameScope(entry.scope, address)
      this.#scopes.set(entry.scope, address)
      this.#opened.add(entry.log)
    } else if (isMembership(body)) {
      const reason = this.#membership.apply(entry, body)
      entries.append(entry, reason === undefined ? { status: 'applied' } : { status: 'rejected', reason })
      if (reason === undefined && body.type === 'admit') news.admitted.push(entry.hash)
    } else {
      this.#applyToDocument(entry, body, news)
    }
  }

  #applyToDocument(entry: VerifiedEntry, body: DocumentBody, news: OpenNews): void {
    const scope = this.#scopes.get(entry.scope)
    assert(scope !== undefined, 'a log opens with the name of its scope')
    const change = this.#documents.apply(entry, body, scope)
    if (change === undefined) return
    this.#roots.changed(change.before, change.after)
    news.changed.push({ ...change, entry })
  }

  /** Says why a body may not stand where it stands. */
  #misplacement(entry: VerifiedEntry, body: Body): string | undefined {
    const inMembership = entry.scope === MEMBERSHIP_SCOPE
    if (isMembership(body) !== inMembership) return `a ${body.type} does not belong in this log`
    if (inMembership) return undefined
    if (body.type === 'open') {
      if (entry.seq !== 0) return 'a log is opened once'
      return isNamed(this.mesh, entry.scope, body.scope) ? undefined : 'the scope it names is not its own'
    }
    return this.#isOpened(entry.log) ? undefined : 'its log was never opened'
  }

  /** Each log opens itself: that the scope is known from another log is chance, and differs from node to node. */
  #isOpened(log: LogId): boolean {
    if (this.#opened.has(log)) return true
    const [first] = this.#ports.storage.entries.read(log, 0, 1)
    if (first?.status !== 'applied') return false
    this.#opened.add(log)
    return true
  }

  #advance(entry: VerifiedEntry): void {
    this.#heads.set(entry.log, headOf(entry))
    if (compareTime(entry, this.#last) > 0) this.#last = { at: entry.at, tick: entry.tick }
  }

  #ownLog(scope: ScopeAddress | null): LogRef {
    return {
      scope: scope === null ? MEMBERSHIP_SCOPE : scopeId(this.mesh, scope),
      node: this.#ports.signer.node,
      incarnation: 0,
    }
  }

  #gateView(seenMs: number): GateView {
    return {
      mesh: this.mesh,
      nowMs: Math.max(this.#ports.clock.now(), seenMs),
      head: log => this.#heads.get(log),
      hashAt: (log, seq) => this.#ports.storage.entries.read(log, seq, 1)[0]?.entry.hash,
      isMember: node => this.#membership.isMember(node),
    }
  }

  #writerView() {
    const authority = [...this.#heads.values()]
      .filter(head => head.scope === MEMBERSHIP_SCOPE && this.#membership.isAdmin(head.node))
      .sort((a, b) => compareTime(b, a))
      .slice(0, AUTHORITY_HEADS_MAX)
      .map(head => head.hash)
    return { mesh: this.mesh, authority: authority.sort(), nowMs: this.#ports.clock.now(), last: this.#last }
  }

  /** Reads what is kept in memory off the disk: at the start, and after a transaction that came to nothing. */
  #load(): void {
    const { entries, notes } = this.#ports.storage
    this.#documents.reset()
    this.#roots.reset()
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
    const entries = logs.flatMap(({ log }) =>
      this.#ports.storage.entries.read(log, 0, Number.MAX_SAFE_INTEGER),
    )
    const genesis = entries.find(({ entry }) => entry.hash === (this.mesh as string))
    for (const { entry, status } of genesis === undefined ? entries : [genesis, ...entries]) {
      const body = openPayload(entry)
      if (status === 'applied' && body !== null && !(body instanceof MalformedError) && isMembership(body)) {
        this.#membership.apply(entry, body)
      }
    }
  }
}

function readEntries({ entries }: Run): readonly Entry[] | FolkmootError {
  try {
    return entries.map(decodeEntry)
  } catch (error) {
    if (error instanceof FolkmootError) return error
    throw error
  }
}

function isMembership(body: Body): body is MembershipBody {
  return body.type === 'genesis' || body.type === 'invite' || body.type === 'admit'
}

function isNamed(mesh: MeshId, id: ScopeId, address: string): boolean {
  try {
    const scope = parseScope(address)
    return scope === address && scopeId(mesh, scope) === id
  } catch {
    return false
  }
}

/** What the payload says; null if it is gone, the error if it cannot be read. */
function openPayload(entry: Entry): Body | MalformedError | null {
  if (entry.bytes.payload === null) return null
  try {
    return decodeBody(entry.bytes.payload)
  } catch (error) {
    if (error instanceof MalformedError) return error
    throw error
  }
}

function headOf(entry: Entry): LogHead {
  const { log, scope, node, incarnation, seq, hash, at, tick } = entry
  return { log, scope, node, incarnation, seq, hash, at, tick }
}

/** Room in a run for a header, a signature and framing beside each payload. */
const ENTRY_OVERHEAD_BYTES = 512

/** Cuts changes into runs that a peer will take: few enough, and small enough. */
function* parts(changes: readonly Pending[]): Iterable<readonly Pending[]> {
  let part: Pending[] = []
  let bytes = 0
  for (const change of changes) {
    const size = change.draft.payload.length + ENTRY_OVERHEAD_BYTES
    // One place is left for the entry that opens the log.
    if (part.length > 0 && (part.length >= RUN_ENTRIES_MAX - 1 || bytes + size > RUN_BYTES_MAX / 4)) {
      yield part
      part = []
      bytes = 0
    }
    part.push(change)
    bytes += size
  }
  if (part.length > 0) yield part
}

function tellFailure(work: Work, failure: FolkmootError): void {
  if (work.kind === 'local') work.done(failure)
  else work.done({ accepted: 0, refusal: { code: failure.code, reason: failure.message } })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
