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
import type { Body, DocumentBody } from './body.ts'
import { DocumentTable } from './document-table.ts'
import { decodeEntry, type Entry, type VerifiedEntry } from './entry.ts'
import { assert, FolkmootError, MalformedError } from './errors.ts'
import { failureOf, tellFailure } from './failure.ts'
import { checkRun } from './gate.ts'
import {
  type DocumentId,
  type EntryHash,
  ID_BYTES,
  type LogId,
  logId,
  type MeshId,
  type ScopeId,
} from './ids.ts'
import { cutIntoRuns, type LocalChange, planChange } from './local-changes.ts'
import { headOf, isMembership, LogBook, openPayload } from './log-book.ts'
import { draftOf, writeRun } from './log-writer.ts'
import type { Membership } from './membership.ts'
import { misplacement } from './misplacement.ts'
import type { OpenDocument } from './open-document.ts'
import type { Clock, LogHead, Random, Signer, Storage } from './ports.ts'
import { readRun } from './read-run.ts'
import type { DocumentRow } from './row.ts'
import { parseScope, type ScopeAddress } from './scope.ts'
import { StateRoots } from './state-root.ts'
import type { Appended, Changed, News, PlanView, RemoteWork, Run, RunOutcome, Work } from './work.ts'

export interface ReplicaPorts {
  readonly storage: Storage
  readonly clock: Clock
  readonly random: Random
  readonly signer: Signer
}

/** What a transaction has brought so far, and whom to tell once it is committed. */
interface Outcome {
  readonly appended: Appended[]
  readonly changed: Changed[]
  readonly admitted: EntryHash[]
  /** Rows as the transaction leaves them. */
  readonly rows: Map<DocumentId, DocumentRow>
  readonly done: (() => void)[]
}

export class Replica {
  readonly mesh: MeshId
  readonly #ports: ReplicaPorts
  readonly #book: LogBook
  readonly #documents: DocumentTable
  readonly #roots: StateRoots
  readonly #view: PlanView

  constructor(mesh: MeshId, ports: ReplicaPorts) {
    const { storage, random } = ports
    this.mesh = mesh
    this.#ports = ports
    this.#book = new LogBook(mesh, storage)
    this.#documents = new DocumentTable(storage)
    this.#roots = new StateRoots(storage.rows)
    this.#view = {
      row: id => storage.rows.get(id),
      document: id => this.#documents.open(id),
      salt: () => random.bytes(ID_BYTES),
    }
  }

  get membership(): Membership {
    return this.#book.membership
  }

  get storage(): Storage {
    return this.#ports.storage
  }

  get roots(): StateRoots {
    return this.#roots
  }

  heads(): Iterable<LogHead> {
    return this.#book.heads()
  }

  scopeName(id: ScopeId): ScopeAddress | undefined {
    return this.#book.scopeName(id)
  }

  /** Entries of a log from `seq` on, ready to travel. Empty if there are none. */
  readRun(log: LogId, seq: number, bytesMax: number) {
    return readRun(this.#ports.storage.entries, log, seq, bytesMax)
  }

  openDocument(id: DocumentRow['id']): OpenDocument {
    return this.#documents.open(id)
  }

  /**
   * Does the work in one transaction and calls each `done` once it is committed: durably if any of it is local.
   * Where a fault of this program is met, the work is done piece by piece, so that it holds up nothing else.
   * @param publish told what a commit brought before any `done` of it
   * @throws FolkmootError if nothing could be done: then every `done` has been told, and nothing was kept.
   */
  process(batch: readonly Work[], publish: (news: News) => void = () => {}): void {
    const outcome: Outcome = { appended: [], changed: [], admitted: [], rows: new Map(), done: [] }
    const isDurable = batch.some(work => work.kind === 'local')
    try {
      this.#ports.storage.transact(isDurable, () => this.#doAll(batch, outcome))
    } catch (error) {
      this.#forget()
      if (batch.length > 1 && !(error instanceof FolkmootError)) {
        this.#oneByOne(batch, publish)
        return
      }
      const failure = failureOf(error)
      for (const work of batch) tellFailure(work, failure)
      throw failure
    }
    const { appended, changed, admitted, done } = outcome
    const members = admitted.length === 0 ? [] : [...this.membership.members()]
    publish({ appended, changed, admitted: members.filter(member => admitted.includes(member.entry)) })
    for (const tell of done) tell()
  }

  #oneByOne(batch: readonly Work[], publish: (news: News) => void): void {
    for (const work of batch) {
      try {
        this.process([work], publish)
      } catch {
        // It has been told, and the next may fare better.
      }
    }
  }

  /** After a transaction that came to nothing, memory must not know more than the disk. */
  #forget(): void {
    this.#book.load()
    this.#documents.reset()
    this.#roots.reset()
  }

  #doAll(batch: readonly Work[], outcome: Outcome): void {
    let changes: LocalChange[] = []
    const touched = new Set<string>()
    const flush = () => {
      this.#writeAll(changes, outcome)
      changes = []
      touched.clear()
    }
    for (const work of batch) {
      if (work.kind === 'remote') {
        flush()
        const result = this.#takeRemote(work, outcome)
        outcome.done.push(() => work.done(result))
        continue
      }
      // A plan reads its document's state, so earlier changes of the same document go first.
      if (work.touches !== undefined && touched.has(work.touches)) flush()
      const change = planChange(work, this.#view)
      if (change instanceof FolkmootError) {
        outcome.done.push(() => work.done(change))
        continue
      }
      changes.push(change)
      if (work.touches !== undefined) touched.add(work.touches)
    }
    flush()
  }

  /** Writes local changes: signed runs, log by log, in the order in which the logs were first used. */
  #writeAll(changes: readonly LocalChange[], outcome: Outcome): void {
    for (const [scope, inScope] of Map.groupBy(changes, ({ planned }) => planned.scope)) {
      for (const run of cutIntoRuns(inScope)) this.#writeRun(scope, run, outcome)
    }
  }

  #writeRun(scope: ScopeAddress | null, changes: readonly LocalChange[], outcome: Outcome): void {
    const { signer, clock } = this.#ports
    const log = this.#book.ownLog(signer.node, scope)
    const head = this.#book.head(logId(log.scope, log.node, log.incarnation))
    const opening = head === undefined && scope !== null ? [draftOf({ type: 'open', scope })] : []
    const drafts = [...opening, ...changes.map(({ draft }) => draft)]
    const run = writeRun(log, head, drafts, this.#book.writerView(clock.now()), signer)
    const fresh = this.#checked(run, true)
    if (fresh instanceof FolkmootError) {
      for (const { work } of changes) outcome.done.push(() => work.done(fresh))
      return
    }
    const bodies = drafts.map(({ body }) => body)
    this.#take(fresh, bodies, null, outcome)
    outcome.done.push(() => {
      for (const [i, { work, planned }] of changes.entries()) {
        work.done({ entry: (run[opening.length + i] as Entry).hash, row: this.#rowOf(planned.body, outcome) })
      }
    })
  }

  #rowOf(body: Body, { rows }: Outcome): DocumentRow | undefined {
    return 'doc' in body ? (rows.get(body.doc) ?? this.#ports.storage.rows.get(body.doc)) : undefined
  }

  #takeRemote(work: RemoteWork, outcome: Outcome): RunOutcome {
    const run = readEntries(work.run)
    const fresh = run instanceof FolkmootError ? run : this.#checked(run, false)
    if (!(fresh instanceof FolkmootError)) {
      this.#take(fresh, undefined, work.from, outcome)
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
   */
  #checked(run: readonly Entry[], isOurs: boolean): readonly VerifiedEntry[] | FolkmootError {
    // Our own time goes on from what was seen, whatever the clock says now.
    const nowMs = Math.max(this.#ports.clock.now(), isOurs ? this.#book.last.at : 0)
    try {
      return checkRun(run, this.#book.gateView(nowMs), isOurs)
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
    outcome: Outcome,
  ): void {
    for (const [i, entry] of fresh.entries()) {
      this.#apply(entry, bodies?.[i] ?? openPayload(entry), outcome)
      this.#book.advance(entry)
    }
    const last = fresh.at(-1)
    if (last !== undefined) outcome.appended.push({ head: headOf(last), run: fresh, from })
  }

  #apply(entry: VerifiedEntry, body: Body | MalformedError | null, outcome: Outcome): void {
    const { entries } = this.#ports.storage
    if (body === null) {
      entries.append(entry, { status: 'detached', reason: 'it came without its payload' })
      return
    }
    const fault = body instanceof MalformedError ? body.message : misplacement(entry, body, this.#book)
    if (fault !== undefined || body instanceof MalformedError) {
      entries.append(entry, { status: 'rejected', reason: fault ?? 'unreadable' })
    } else if (body.type === 'open') {
      entries.append(entry, { status: 'applied' })
      this.#book.open(entry, parseScope(body.scope))
    } else if (isMembership(body)) {
      const reason = this.membership.apply(entry, body)
      entries.append(entry, reason === undefined ? { status: 'applied' } : { status: 'rejected', reason })
      if (reason === undefined && body.type === 'admit') outcome.admitted.push(entry.hash)
    } else {
      this.#applyToDocument(entry, body, outcome)
    }
  }

  #applyToDocument(entry: VerifiedEntry, body: DocumentBody, outcome: Outcome): void {
    const scope = this.#book.scopeName(entry.scope)
    assert(scope !== undefined, 'a log opens with the name of its scope')
    const change = this.#documents.apply(entry, body, scope)
    if (change === undefined) return
    this.#roots.changed(change.before, change.after)
    outcome.rows.set(change.after.id, change.after)
    outcome.changed.push({ ...change, entry })
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
