/**
 * One node's copy of the mesh's memory. Every change, typed here or come from a peer, takes one path:
 *
 *   local   plan -> draft -> write run ──┐
 *                                        ├─> verify (gate) -> authorise, apply -> store -> news
 *   remote  decode ──────────────────────┘
 *
 * `process` does a batch of work in one transaction, so that many writes share one flush to disk. Nothing here waits,
 * reads a clock or draws a number but through the ports.
 */
import type { Membership } from './access/membership.ts'
import { Applier } from './applier.ts'
import { type AsOf, rowAsOf } from './as-of.ts'
import { attempt } from './attempt.ts'
import type { ReadChange } from './document-change.ts'
import { decodeEntry, type Entry } from './entry.ts'
import { FolkmootError } from './errors.ts'
import { failureOf, tellFailure } from './failure.ts'
import { findFork } from './fork.ts'
import { Holders } from './holders.ts'
import type { DocumentId, LogId, MeshId, NodeId, ScopeId, ScopeNames } from './ids.ts'
import { Intake } from './intake.ts'
import { type LocalChange, planChange } from './local-changes.ts'
import { LogBook } from './log-book.ts'
import type { OpenDocument } from './open-document.ts'
import { newOutcome, type Outcome } from './outcome.ts'
import { OwnLogs } from './own-logs.ts'
import { OwnWriting } from './own-writing.ts'
import { planView } from './plan-view.ts'
import type { Clock, LogHead, Random, Signer, Storage } from './ports.ts'
import { readRun } from './read-run.ts'
import type { DocumentRow } from './row.ts'
import type { ScopeAddress } from './scope.ts'
import type { Keyring } from './sealing.ts'
import { StateRoots } from './state-root.ts'
import type { LocalWork, News, PlanView, RemoteWork, RunOutcome, Work } from './work.ts'

export interface ReplicaPorts {
  readonly storage: Storage
  readonly clock: Clock
  readonly random: Random
  readonly signer: Signer
  /** Needed in a mesh that is sealed, by those who may read. */
  readonly keyring?: Keyring
  /** What scope ids are made with; the mesh id by default. */
  readonly names?: ScopeNames
  /** That new logs are begun with: another one where this node cannot know all that it has written before. */
  readonly incarnation?: number
}

export class Replica {
  readonly mesh: MeshId
  readonly #ports: ReplicaPorts
  readonly #book: LogBook
  readonly #applier: Applier
  readonly #own: OwnLogs
  readonly #intake: Intake
  readonly #writing: OwnWriting
  readonly #holders: Holders
  readonly #roots: StateRoots
  readonly #view: PlanView

  constructor(mesh: MeshId, ports: ReplicaPorts) {
    const { storage, clock, random, signer, keyring, names = mesh, incarnation = 0 } = ports
    this.mesh = mesh
    this.#ports = ports
    this.#book = new LogBook(mesh, names, storage)
    this.#roots = new StateRoots(storage.rows)
    this.#applier = new Applier(storage, this.#book, keyring, this.#roots)
    this.#own = new OwnLogs(signer.node, this.#book, random, keyring, incarnation)
    this.#intake = new Intake(this.#book, this.#applier, clock)
    this.#writing = new OwnWriting({
      ...{ storage, clock, signer, book: this.#book, logs: this.#own, intake: this.#intake },
    })
    this.#holders = new Holders(signer.node, this.#book, storage.entries, () => this.now)
    this.#view = planView(storage, { mesh, names }, { node: signer.node, random }, id =>
      this.openDocument(id),
    )
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

  /** Milliseconds since 1970, by the latest clock that this node has heard of: a grant given now is good now. */
  get now(): number {
    return this.#intake.now
  }

  get names(): ScopeNames {
    return this.#book.names
  }

  /** That new logs of this node are begun with; changes when one of them was cut. */
  get incarnation(): number {
    return this.#own.incarnation
  }

  /** Where every log stands that is stored here. */
  heads(): Iterable<LogHead> {
    return this.#book.heads()
  }

  /** Where the logs stand that others may be told of; of a log that was cut, where it ends. */
  sharedHeads(): Iterable<LogHead> {
    return this.#holders.heads()
  }

  /** Whether a node may be given a scope's entries. */
  mayHold(node: NodeId, scope: ScopeId): boolean {
    return this.#holders.mayHold(node, scope)
  }

  /** Whether every member may be given them. */
  isOpen(scope: ScopeId): boolean {
    return this.#holders.isOpen(scope)
  }

  scopeName(id: ScopeId): ScopeAddress | undefined {
    return this.#book.scopeName(id)
  }

  /** Entries of a log from `seq` on, ready to travel. Empty if there are none. */
  readRun(log: LogId, seq: number, bytesMax: number) {
    return readRun(this.#ports.storage.entries, log, seq, bytesMax)
  }

  openDocument(id: DocumentId): OpenDocument {
    return this.#applier.documents.open(id)
  }

  /** The change in a stored entry; none if its payload is gone or cannot be read, or if it was cut. */
  get changeIn(): ReadChange {
    return this.#applier.read
  }

  rowAsOf(id: DocumentId, scope: ScopeAddress, at: AsOf): DocumentRow | undefined {
    return rowAsOf(this.#ports.storage.entries, id, scope, at, this.changeIn)
  }

  /** Destroys what is stored of a scope that never left this node. */
  discard(scope: ScopeId): void {
    const { storage } = this.#ports
    storage.transact(true, () => storage.discard(scope))
    this.#forget()
  }

  /**
   * Does the work in one transaction and calls each `done` once it is committed: durably if any of it is local.
   * Where a fault of this program is met, the work is done piece by piece, so that it holds up nothing else.
   * @param publish told what a commit brought before any `done` of it
   * @throws FolkmootError if nothing could be done: then every `done` has been told, and nothing was kept.
   */
  process(batch: readonly Work[], publish: (news: News) => void = () => {}): void {
    const outcome = newOutcome()
    const isDurable = batch.some(work => work.kind === 'local')
    try {
      this.#ports.storage.transact(isDurable, () => {
        this.#doAll(batch, outcome)
        this.#applier.restate(outcome)
      })
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
    const { appended, changed, admitted, done, accessChanged, toForget } = outcome
    const members = admitted.length === 0 ? [] : [...this.membership.members()]
    publish({
      // A run is stored up to its signature, which may stand after the end of its log.
      appended: appended.map(item => ({ ...item, head: this.#holders.shown(item.head) ?? item.head })),
      changed,
      admitted: members.filter(member => admitted.includes(member.entry)),
      accessChanged,
      toForget,
    })
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
    this.#applier.documents.reset()
    this.#applier.noteEnds()
    this.#roots.reset()
  }

  #doAll(batch: readonly Work[], outcome: Outcome): void {
    let changes: LocalChange[] = []
    const touched = new Set<string>()
    const flush = () => {
      this.#writing.writeAll(changes, outcome)
      changes = []
      touched.clear()
    }
    for (const work of batch) {
      if (work.kind !== 'local') {
        flush()
        this.#takeIn(work, outcome)
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

  #takeIn(work: Exclude<Work, LocalWork>, outcome: Outcome): void {
    if (work.kind === 'unseal') {
      this.#applier.unseal(work.scope, outcome)
      outcome.done.push(() => work.done())
      return
    }
    const result = this.#takeRemote(work, outcome)
    outcome.done.push(() => work.done(result))
  }

  #takeRemote(work: RemoteWork, outcome: Outcome): RunOutcome {
    const run = attempt(() => work.run.entries.map(decodeEntry))
    const fresh = run instanceof FolkmootError ? run : this.#intake.checked(run, false)
    if (!(fresh instanceof FolkmootError)) {
      this.#intake.take(fresh, undefined, work.from, outcome)
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
    if (code === 'equivocation' && !(run instanceof FolkmootError)) this.#proveFork(run, outcome)
    return { accepted: 0, refusal: { code, reason } }
  }

  /** Two histories of one log are told to all, once: whoever reads the proof takes the log to end where they part. */
  #proveFork(run: readonly Entry[], outcome: Outcome): void {
    const log = (run[0] as Entry).log
    const found = findFork(run, this.#ports.storage.entries)
    const known = this.membership.forkOf(log)?.seq ?? Number.POSITIVE_INFINITY
    if (found === undefined || known <= found.seq) return
    const work: LocalWork = {
      kind: 'local',
      plan: () => ({ scope: null, body: found.proof }),
      done: () => {},
    }
    const change = planChange(work, this.#view)
    // A proof always fits an entry (G1). Whatever else there may be, this node still refuses the other history.
    if (!(change instanceof FolkmootError)) this.#writing.writeAll([change], outcome)
  }
}
