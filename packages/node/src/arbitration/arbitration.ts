/** An arbiter at work on a node: what it is told, and where news of changed memories is handed on. */
import { Arbiter, type ArbiterParts, type Judge, type Times } from '@folkmoot/arbiter'
import {
  type Changed,
  isNoteKey,
  type News,
  NOTE_PREFIX,
  type NodeId,
  POLICY,
  type ScopeAddress,
} from '@folkmoot/core'
import type { Fallback } from '../policy/decision.ts'
import type { ArbiterOptions, ArbiterReport } from './arbiter-options.ts'
import { Arbiters, type ArbitersParts } from './arbiters.ts'
import { type DocketView, NodeDocket } from './node-docket.ts'
import { unquoting } from './unquoting.ts'

/** Whoever wants to know of every memory that changes while this node arbitrates. */
export interface ChangeWatcher {
  /** Returns at once. */
  changed(changes: readonly Changed[]): void
}

export interface ArbitrationParts extends Pick<ArbiterParts, 'timers'> {
  readonly judge?: ArbiterParts['judge'] | undefined
  readonly node: NodeId
  readonly view: DocketView
  readonly members: () => ReturnType<ArbitersParts['members']> & Edges
  readonly connected: () => readonly NodeId[]
  readonly fallback: Fallback
  readonly options: Pick<ArbiterOptions, 'budget' | 'claimMs' | 'concurrency' | 'scopes'>
  readonly times?: Partial<Times>
  readonly watchers?: readonly ChangeWatcher[]
  /** Told, in a line, what keeps it from its work. */
  readonly onNotice?: ((line: string) => void) | undefined
}

interface Edges {
  edges(): readonly {
    readonly to: { readonly agent: string } | { readonly node: NodeId }
    readonly permission: object
    readonly until: number | null
  }[]
}

/** After a change of rights or of a policy everything is looked at again; several come together. */
const RELIST_MS = 1000

export class Arbitration {
  readonly #parts: ArbitrationParts
  readonly #arbiter: Arbiter
  #calledOff: (() => void) | undefined

  /** @throws UsageError if an option makes no sense */
  constructor(parts: ArbitrationParts) {
    const { node, view, members, connected, fallback, options, judge, timers, times } = parts
    const { budget, claimMs, concurrency, scopes } = options
    const { now } = timers
    this.#parts = parts
    const arbiters = new Arbiters({ self: node, members, connected, now })
    this.#arbiter = new Arbiter({
      node,
      docket: new NodeDocket({ view, arbiters, fallback, now, scopes }),
      timers,
      ...(judge === undefined ? {} : { judge: unquoting(judge) }),
      ...(budget === undefined ? {} : { budget }),
      ...(claimMs === undefined ? {} : { claimMs }),
      ...(concurrency === undefined ? {} : { concurrency }),
      ...(times === undefined ? {} : { times }),
    })
  }

  start(): void {
    if (!this.mayArbitrate())
      this.#parts.onNotice?.(
        'this node has no right to arbitrate: it settles nothing until somebody grants it',
      )
    this.#arbiter.start()
  }

  /** What was just committed here. The one place from where news of changed memories is handed on. */
  tell({ changed, accessChanged }: News): void {
    if (accessChanged || changed.some(isPolicy)) this.#relistSoon()
    this.#arbiter.changed(changed.flatMap(disputesIn))
    for (const watcher of this.#parts.watchers ?? []) watcher.changed(changed)
  }

  /** A judge for questions in a scope that are no conflicts: on the arbiter's budget, and behind its breaker. */
  budgeted(judge: Judge, scope: ScopeAddress): Judge {
    return {
      ...judge,
      reconcile: (statement, known, signal) =>
        this.#arbiter.ask(scope, () => judge.reconcile(statement, known, signal)),
    }
  }

  report(): ArbiterReport {
    return { ...this.#arbiter.status(), mayArbitrate: this.mayArbitrate() }
  }

  /** Whether a grant in force gives this node, or its agent, the right to arbitrate anywhere. */
  mayArbitrate(): boolean {
    const { node, members, timers } = this.#parts
    const access = members()
    const agent = access.member(node)?.agent
    const nowMs = timers.now()
    return access
      .edges()
      .some(
        ({ to, permission, until }) =>
          (until === null || until > nowMs) &&
          ('agent' in to ? to.agent === agent : to.node === node) &&
          'rights' in permission &&
          (permission.rights as readonly string[]).includes('arbitrate'),
      )
  }

  /** What is judged is broken off; a claim is left to run out, and others take over then. */
  close(): void {
    this.#calledOff?.()
    this.#arbiter.stop()
  }

  #relistSoon(): void {
    this.#calledOff ??= this.#parts.timers.after(RELIST_MS, () => {
      this.#calledOff = undefined
      this.#arbiter.relist()
    })
  }
}

function isPolicy({ before, after }: Changed): boolean {
  const key = after.key ?? before?.key ?? null
  return isNoteKey(key) && key === `${NOTE_PREFIX}${POLICY}`
}

/** Conflicts of a row that are, or were, not settled. */
function disputesIn({ before, after }: Changed): readonly string[] {
  const open = [...(before?.conflicts ?? []), ...after.conflicts].filter(
    ({ status }) => status !== 'resolved',
  )
  return open.map(({ id }) => id)
}
