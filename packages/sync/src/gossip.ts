/**
 * Gossip, for speed only: runs written here are told to all at once, several in one message. What gossip loses,
 * anti-entropy finds.
 */
import {
  decodeHeader,
  type EntryBytes,
  type EntryHash,
  type LogHead,
  type LogId,
  logId,
  type ScopeId,
  sha256,
  toHex,
} from '@folkmoot/core'
import { encodeMessage } from './encode-message.ts'
import { framedRunSize } from './entry-frame.ts'
import type { Position } from './frontier-index.ts'
import { GOSSIP_PENDING_BYTES_MAX, GOSSIP_RUN_BYTES_MAX, HEADS_PER_MESSAGE_MAX } from './limits.ts'
import type { Gossip } from './messages.ts'

const POSITION_BYTES = 100
const RUN_OVERHEAD_BYTES = 5

/** Runs and heads to tell at the next flush. */
export class GossipQueue {
  #runs: { readonly head: Position; readonly run: readonly EntryBytes[] }[] = []
  #bytes = 0
  readonly #heads = new Map<LogId, Position>()

  add(head: LogHead, run: readonly EntryBytes[]): void {
    const size = framedRunSize(run) + RUN_OVERHEAD_BYTES
    if (size > GOSSIP_RUN_BYTES_MAX || this.#bytes + size > GOSSIP_PENDING_BYTES_MAX) {
      this.#heads.set(head.log, positionOf(head))
      return
    }
    this.#runs.push({ head: positionOf(head), run })
    this.#bytes += size
  }

  /**
   * Encoded messages, each at most GOSSIP_BYTES_MAX, and the heads of what not everybody may hold: gossip is handed on
   * to all, so those are told one by one.
   */
  drain(isOpen: (scope: ScopeId) => boolean): {
    readonly messages: readonly Uint8Array[]
    readonly restricted: readonly Position[]
  } {
    if (this.#runs.length === 0 && this.#heads.size === 0) return { messages: [], restricted: [] }
    const runs = Map.groupBy(this.#runs, ({ head }) => isOpen(head.scope))
    const heads = Map.groupBy(this.#heads.values(), head => isOpen(head.scope))
    const messages = packed(runs.get(true)?.map(({ run }) => run) ?? [], heads.get(true) ?? [])
    const restricted = new Map<LogId, Position>()
    for (const { head } of runs.get(false) ?? []) restricted.set(head.log, head)
    for (const head of heads.get(false) ?? []) restricted.set(head.log, head)
    this.#runs = []
    this.#bytes = 0
    this.#heads.clear()
    return { messages: messages.map(encodeMessage), restricted: [...restricted.values()] }
  }
}

function packed(runs: readonly (readonly EntryBytes[])[], heads: readonly Position[]): readonly Gossip[] {
  const messages: { kind: 'gossip'; runs: (readonly EntryBytes[])[]; heads: Position[] }[] = []
  let room = 0
  const place = (size: number) => {
    const last = messages.at(-1)
    if (last !== undefined && size <= room && last.runs.length + last.heads.length < HEADS_PER_MESSAGE_MAX) {
      room -= size
      return last
    }
    const message = { kind: 'gossip' as const, runs: [], heads: [] }
    messages.push(message)
    room = GOSSIP_RUN_BYTES_MAX - size
    return message
  }
  for (const run of runs) place(framedRunSize(run) + RUN_OVERHEAD_BYTES).runs.push(run)
  for (const head of heads) place(POSITION_BYTES).heads.push(head)
  return messages
}

/** Where a gossiped run begins and ends, read from its headers; nothing is verified yet. */
export interface RunPlace {
  readonly from: number
  readonly head: Position
}

/** @throws MalformedError | TooLargeError */
export function placeOf(run: readonly EntryBytes[]): RunPlace | undefined {
  const [first, last] = [run[0], run.at(-1)]
  if (first === undefined || last === undefined) return undefined
  const { scope, node, incarnation, seq } = decodeHeader(first.header)
  const hash = toHex(sha256(last.header)) as EntryHash
  const log = logId(scope, node, incarnation)
  return { from: seq, head: { scope, node, incarnation, log, seq: seq + run.length - 1, hash } }
}

export function positionOf({ scope, node, incarnation, log, seq, hash }: Position): Position {
  return { scope, node, incarnation, log, seq, hash }
}
