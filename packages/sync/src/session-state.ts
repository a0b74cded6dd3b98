/** What a session with one peer knows, what can happen to it, and what it may cause. */
import type { EntryBytes, EntryHash, ErrorCode, LogId, MeshId, NodeId, ScopeId } from '@folkmoot/core'
import type { Allowance } from './allowance.ts'
import type { Fingerprint } from './fingerprint.ts'
import type { Position, Split } from './frontier-index.ts'
import type { Summary } from './message-fields.ts'
import type { ConfirmItem, KnownPeer, Message, RefusalCode, WantItem } from './messages.ts'
import type { RunOutcome } from './replica-port.ts'

export type TreeName = 'push' | 'pull'

/**
 *              hello            refuse, close          hello timed out
 *   greeting ─────────▶ open ─────────────────▶ closed ◀───────────── greeting
 */
export type Session = Greeting | Open | Closed

export interface Greeting {
  readonly phase: 'greeting'
  readonly since: number
  readonly allowance: Allowance
}

export interface Open {
  readonly phase: 'open'
  /** The peer's membership heads are known here, so that data may be asked for once they are stored. */
  readonly settled: boolean
  /** Logs in which the peer is ahead, membership first, none of them in `fetches`. */
  readonly wanted: readonly Wanted[]
  /** Logs asked for or being applied. */
  readonly fetches: ReadonlyMap<LogId, Fetch>
  /** Logs whose run was refused, and until when they are left alone. */
  readonly refused: ReadonlyMap<LogId, Refused>
  /** Logs of which the peer was asked for its own history, from the start: once each. */
  readonly reread: ReadonlySet<LogId>
  /** Pages no longer waited for; as many may still come. */
  readonly givenUp: number
  /** When the last page came, or when we began to wait; null if nothing is asked for. */
  readonly waitingSince: number | null
  readonly asideUntil: number
  readonly stalls: number
  /** Something was stored since the last probe. */
  readonly progressed: boolean
  readonly probeAt: number
  readonly pullAt: number
  /** The root at which both sides were equal, last time that was so. */
  readonly root: Fingerprint | null
  /** Logs the peer waits to hear of, and up to which entry they are to be stored. */
  readonly owed: ReadonlyMap<LogId, number>
  /** Digest of the addresses told to the peer. */
  readonly told: string
  readonly allowance: Allowance
}

export interface Closed {
  readonly phase: 'closed'
}

export interface Refused {
  readonly code: ErrorCode | 'useless'
  readonly until: number
}

export interface Wanted {
  readonly scope: ScopeId
  readonly log: LogId
  readonly target: number
  /** Empty if the peer has more than it announced, and has not said which. */
  readonly hash: EntryHash | ''
  readonly tries: number
  readonly notBefore: number
  /** From its first entry, though we have some: the peer's history is another, and the replica is to see where. */
  readonly fromStart: boolean
}

export interface Fetch extends Wanted {
  /** The next entry to ask for. */
  readonly next: number
  readonly asked: { readonly from: number; readonly bytes: number } | null
  /** Sizes of the pages that came and are not stored yet. */
  readonly applying: readonly number[]
}

export type SessionEvent =
  | { readonly kind: 'connected' }
  | { readonly kind: 'message'; readonly message: Message; readonly size: number }
  /** Bytes that are no message of this protocol version. */
  | { readonly kind: 'unreadable'; readonly code: 'malformed' | 'version'; readonly reason: string }
  /** The replica has stored or refused a page that this session offered. */
  | { readonly kind: 'applied'; readonly log: LogId; readonly size: number; readonly outcome: RunOutcome }
  /** The peer is known to have these entries, from gossip. */
  | { readonly kind: 'learned'; readonly positions: readonly Position[] }
  /** Ask the peer to tell when it has stored these. */
  | { readonly kind: 'confirm'; readonly items: readonly ConfirmItem[] }
  /** More of a log that the peer waits to hear of was stored here. */
  | { readonly kind: 'stored' }
  /** Entries of the membership log were stored; `access`: who may hold what, or where logs end, has changed. */
  | { readonly kind: 'membership'; readonly access: boolean }
  /** Tell the peer of these, if it may hold them: they do not go by gossip. */
  | { readonly kind: 'announce'; readonly positions: readonly Position[] }
  /** Compare now, not at the next turn. */
  | { readonly kind: 'nudged' }
  /** `jitter` in [0, 1) spreads the turns of many nodes. */
  | { readonly kind: 'tick'; readonly jitter: number }

export type Effect =
  | { readonly kind: 'send'; readonly message: Message }
  /** The peer wants pages: send them as its buffer has room. */
  | { readonly kind: 'serve'; readonly items: readonly WantItem[] }
  | {
      readonly kind: 'offer'
      readonly log: LogId
      readonly size: number
      readonly entries: readonly EntryBytes[]
    }
  /** This log is fetched here; no other session needs to ask for it. */
  | { readonly kind: 'claim'; readonly log: LogId }
  | { readonly kind: 'release'; readonly log: LogId }
  | { readonly kind: 'synced'; readonly root: Fingerprint }
  | { readonly kind: 'confirmed'; readonly items: readonly ConfirmItem[] }
  | { readonly kind: 'met'; readonly known: readonly KnownPeer[] }
  | { readonly kind: 'refused'; readonly log: LogId; readonly code: ErrorCode; readonly reason: string }
  /** Say why, if there is anything to say, and hang up. */
  | { readonly kind: 'close'; readonly code: RefusalCode; readonly reason: string; readonly tell: boolean }

/** Reading access to the frontier, all a step may look at beside its state. */
export interface Frontier {
  readonly size: number
  root(): Fingerprint
  fingerprint(prefix: string): Fingerprint
  count(prefix: string): number
  children(prefix: string): Split
  items(prefix: string): Iterable<Position>
  itemsOutside(prefix: string, split: Split): Iterable<Position>
}

/** The node around the session, at the moment of the step. */
export interface View {
  readonly now: number
  readonly self: NodeId
  readonly peer: NodeId
  readonly mesh: MeshId
  readonly pullMs: number
  /** Only of what both nodes may hold, as `position`. */
  tree(name: TreeName): Frontier
  position(log: LogId): Position | undefined
  /** False for scopes that never leave a node, and those that this one may not hold. */
  takes(scope: ScopeId): boolean
  /** Another session fetches this log. */
  claimed(log: LogId): boolean
  addresses(): readonly string[]
  known(): { readonly digest: string; readonly peers: readonly KnownPeer[] }
}

export type Step<State extends Session = Session> = readonly [State, readonly Effect[]]

export function summaryOf(view: View): Summary {
  const push = view.tree('push')
  return { membership: membershipOf(push), push: push.root(), pull: view.tree('pull').root() }
}

function membershipOf(push: Frontier): Fingerprint {
  return push.fingerprint(MEMBERSHIP_PREFIX)
}

/** The key prefix of the membership scope. */
export const MEMBERSHIP_PREFIX = '0'.repeat(32)
