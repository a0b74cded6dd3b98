import { attempt } from './attempt.ts'
import type { Body } from './body.ts'
import type { Entry } from './entry.ts'
import { FolkmootError } from './errors.ts'
import { logId } from './ids.ts'
import type { Intake } from './intake.ts'
import { cutIntoRuns, type LocalChange } from './local-changes.ts'
import type { LogBook } from './log-book.ts'
import { draftOf, writeRun } from './log-writer.ts'
import type { Outcome } from './outcome.ts'
import type { OwnLogs } from './own-logs.ts'
import type { Clock, Signer, Storage } from './ports.ts'
import { rightsFor } from './rights-for.ts'
import type { DocumentRow } from './row.ts'
import { type ScopeAddress, scopeId } from './scope.ts'

export interface OwnWritingParts {
  readonly storage: Storage
  readonly clock: Clock
  readonly signer: Signer
  readonly book: LogBook
  readonly logs: OwnLogs
  readonly intake: Intake
}

/** Writes planned changes into this node's own logs. */
export class OwnWriting {
  readonly #parts: OwnWritingParts

  constructor(parts: OwnWritingParts) {
    this.#parts = parts
  }

  /** Writes local changes: signed runs, log by log, in the order in which the logs were first used. */
  writeAll(changes: readonly LocalChange[], outcome: Outcome): void {
    for (const [scope, inScope] of Map.groupBy(changes, ({ planned }) => planned.scope)) {
      for (const run of cutIntoRuns(inScope)) this.#writeRun(scope, run, outcome)
    }
  }

  #writeRun(scope: ScopeAddress | null, asked: readonly LocalChange[], outcome: Outcome): void {
    const { signer, clock, book, logs, intake } = this.#parts
    const changes = asked.filter(change => this.#isAllowed(scope, change, outcome))
    if (changes.length === 0) return
    const log = logs.logIn(scope)
    const head = book.head(logId(log.scope, log.node, log.incarnation))
    const opening = head === undefined && scope !== null ? [draftOf({ type: 'open', scope })] : []
    const drafts = [...opening, ...changes.map(({ draft }) => draft)]
    const fresh = attempt(() => {
      const sealer = logs.sealerOf(log, scope)
      const run = writeRun(log, head, drafts, book.writerView(clock.now()), signer, sealer)
      return intake.checked(run, true)
    })
    if (fresh instanceof FolkmootError) {
      for (const { work } of changes) outcome.done.push(() => work.done(fresh))
      return
    }
    const bodies = drafts.map(({ body }) => body)
    intake.take(fresh, bodies, null, outcome)
    outcome.done.push(() => {
      for (const [i, { work, planned }] of changes.entries()) {
        const { hash } = fresh[opening.length + i] as Entry
        work.done({ entry: hash, row: this.#rowOf(planned.body, outcome) })
      }
    })
  }

  /** What would count on no node is not written. */
  #isAllowed(scope: ScopeAddress | null, { planned, work }: LocalChange, outcome: Outcome): boolean {
    const { signer, book, intake } = this.#parts
    const { membership } = book
    const claim = { node: signer.node, authority: membership.authorityHeads(), at: intake.now }
    const objection =
      scope === null
        ? membership.memberObjection(claim)
        : membership.rightObjection(claim, scope, rightsFor(planned.body, scopeId(book.names, scope)))
    if (objection === undefined) return true
    const code = membership.isMember(claim.node, claim.at) ? 'forbidden' : 'not-admitted'
    outcome.done.push(() => work.done(new FolkmootError(code, objection)))
    return false
  }

  #rowOf(body: Body, { rows }: Outcome): DocumentRow | undefined {
    return 'doc' in body ? (rows.get(body.doc) ?? this.#parts.storage.rows.get(body.doc)) : undefined
  }
}
