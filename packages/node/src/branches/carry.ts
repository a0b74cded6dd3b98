import type { ErrorCode, LogHead, LogId, NodeId, Replica, Run, RunOutcome, ScopeId } from '@folkmoot/core'
import type { Inbox } from '../inbox.ts'
import type { Stretch } from '../stored-in.ts'

/** Read at once: a few hundred entries, which the other side takes in within one tick. */
const PAGE_BYTES = 256 * 1024
/** So little that a run ends at its first signature: as its author wrote it. */
const LEAST_BYTES = 1

export interface Destination {
  readonly replica: Replica
  readonly inbox: Inbox
}

export interface CarryOptions {
  readonly from: Replica
  readonly to: Destination
  /** Whom the entries come from. */
  readonly node: NodeId
  /** Which scopes are carried; all of them if not given. */
  readonly takes?: (scope: ScopeId) => boolean
}

/** The rest of a log, with why it was not taken. */
export interface RefusedRest {
  readonly head: LogHead
  readonly from: number
  readonly code: ErrorCode
  readonly reason: string
}

export interface Carried {
  readonly taken: readonly Stretch[]
  readonly refused: readonly RefusedRest[]
}

/**
 * Takes what one replica has and another has not through the other's gate, as if a peer had sent it. The membership log
 * first; logs that rest on one another are tried again as long as any of them gets on.
 */
export async function carry({ from, to, node, takes = () => true }: CarryOptions): Promise<Carried> {
  const missing = logsAhead(from, to.replica)
    .filter(({ head }) => takes(head.scope))
    .sort(({ head: a }, { head: b }) => (a.scope < b.scope ? -1 : a.scope > b.scope ? 1 : 0))
  const next = new Map(missing.map(({ head, from }) => [head.log, from]))
  const refusals = new Map<LogId, RefusedRest>()
  for (let isMoving = true; isMoving; ) {
    isMoving = false
    for (const { head } of missing) {
      const start = next.get(head.log) ?? 0
      const { below, refused } = await carryLog(head, start, { from, to, node })
      next.set(head.log, below)
      isMoving ||= below > start && refusals.size > 0
      if (refused === undefined) refusals.delete(head.log)
      else refusals.set(head.log, refused)
    }
  }
  const taken = missing.map(ahead => ({ ...ahead, below: next.get(ahead.head.log) ?? 0 }))
  return { taken: taken.filter(({ from, below }) => below > from), refused: [...refusals.values()] }
}

/** What one replica has of a log and another has not: entries from `from` up to the head. */
export interface Ahead {
  readonly head: LogHead
  readonly from: number
}

export function logsAhead(from: Replica, to: Replica): readonly Ahead[] {
  const next = new Map<LogId, number>()
  for (const { log, seq } of to.heads()) next.set(log, seq + 1)
  return [...from.heads()].flatMap(head => {
    const first = next.get(head.log) ?? 0
    return head.seq < first ? [] : { head, from: first }
  })
}

/** One log as far as it is let in. */
async function carryLog(
  head: LogHead,
  start: number,
  { from, to, node }: Pick<CarryOptions, 'from' | 'to' | 'node'>,
): Promise<{ readonly below: number; readonly refused?: RefusedRest }> {
  let seq = start
  let pageBytes = PAGE_BYTES
  while (seq <= head.seq) {
    const entries = from.readRun(head.log, seq, pageBytes)
    if (entries.length === 0) break
    const { refusal } = await offered({ entries }, node, to.inbox)
    if (refusal === undefined) {
      seq += entries.length
      continue
    }
    // A page may begin with what fits and end with what rests on another log.
    if (refusal.code !== 'gap' || pageBytes === LEAST_BYTES)
      return { below: seq, refused: { head, from: seq, ...refusal } }
    pageBytes = LEAST_BYTES
  }
  return { below: seq }
}

/** Waits for room in the inbox, as a peer does. */
async function offered(run: Run, from: NodeId, inbox: Inbox): Promise<RunOutcome> {
  for (;;) {
    const { promise, resolve } = Promise.withResolvers<RunOutcome>()
    if (inbox.offer({ kind: 'remote', run, from, done: resolve })) return promise
    await new Promise(resolve => setImmediate(resolve))
  }
}
