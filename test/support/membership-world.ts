/** Membership logs written by several hands, each with its own copy of what it has heard, for tests and measurements. */
import {
  type Body,
  type EntryHash,
  Membership,
  type MembershipBody,
  type MeshId,
  type NodeId,
  type ScopeNames,
  type VerifiedEntry,
} from '@folkmoot/core'
import { MembershipLog } from './hand-log.ts'
import { signerOf } from './replicas.ts'

/** A membership entry, as a replica hands it to the fold. */
export interface Fact {
  readonly entry: VerifiedEntry
  readonly body: MembershipBody
}

export const START_MS = 1_700_000_000_000

const nodes = new Map<string, NodeId>()

export function nodeOf(name: string): NodeId {
  const known = nodes.get(name) ?? signerOf(name).node
  nodes.set(name, known)
  return known
}

export interface WriteOptions {
  /** Milliseconds after START_MS; otherwise one after the latest that the author knows of. */
  readonly at?: number
  readonly authority?: readonly EntryHash[]
}

/** One author and what it knows. It does not ask itself whether it may: that is for the fold to say. */
export class Hand {
  readonly name: string
  readonly node: NodeId
  readonly membership: Membership
  readonly facts = new Set<Fact>()
  #log: MembershipLog
  #incarnation = 0
  #lastMs = START_MS

  constructor(mesh: MeshId, name: string) {
    this.name = name
    this.node = nodeOf(name)
    this.membership = new Membership(mesh)
    this.#log = new MembershipLog(mesh, name)
  }

  /** Goes on after the genesis, which stands in the log of who wrote it. */
  follow({ entry, body }: Fact): void {
    this.#log.next(body, { ...entry })
  }

  /** Goes on in a new log, as a node does whose log was cut. */
  startAnew(): void {
    this.#incarnation += 1
    this.#log = new MembershipLog(this.membership.mesh, this.name, { incarnation: this.#incarnation })
  }

  write(body: Body, { at, authority }: WriteOptions = {}): Fact {
    const time = at === undefined ? this.#lastMs + 1 : START_MS + at
    const heads = authority ?? this.membership.authorityHeads()
    const entry = this.#log.next(body, { at: time, authority: heads }) as VerifiedEntry
    const fact = { entry, body: body as MembershipBody }
    this.take(fact)
    return fact
  }

  take(fact: Fact): void {
    if (this.facts.has(fact)) return
    this.facts.add(fact)
    this.#lastMs = Math.max(this.#lastMs, fact.entry.at)
    this.membership.apply(fact.entry, fact.body)
  }

  hear(...others: readonly Hand[]): void {
    for (const other of others) for (const fact of other.facts) this.take(fact)
  }

  /** Cuts of a node's membership logs where this hand has them. */
  cutsOf(node: NodeId): [Fact['entry']['log'], number, EntryHash][] {
    const last = new Map<string, VerifiedEntry>()
    for (const { entry } of this.facts) if (entry.node === node) last.set(entry.log, entry)
    return [...last.values()].map(({ log, seq, hash }) => [log, seq, hash])
  }
}

export interface World {
  readonly mesh: MeshId
  readonly genesis: Fact
  hand(name: string): Hand
}

/** A mesh whose founders are these, from most to least senior; every hand knows the genesis. */
export function worldOf(founders: readonly [string, ...string[]], over: Partial<Body> = {}): World {
  const [founder] = founders
  const body = {
    type: 'genesis',
    name: 'home',
    admins: founders.map(nodeOf),
    salt: new Uint8Array(16),
    ...over,
  } as MembershipBody
  const entry = new MembershipLog('00'.repeat(32) as MeshId, founder).next(body, { at: START_MS })
  const mesh = entry.hash as string as MeshId
  const genesis = { entry: entry as VerifiedEntry, body }
  const hands = new Map<string, Hand>()
  const make = (name: string): Hand => {
    const made = new Hand(mesh, name)
    // The founder's own log goes on after the genesis.
    if (name === founder) made.follow(genesis)
    made.take(genesis)
    return made
  }
  const hand = (name: string): Hand => {
    const found = hands.get(name) ?? make(name)
    hands.set(name, found)
    return found
  }
  return { mesh, genesis, hand }
}

export function admitBody(name: string, agent = name, more: Partial<Body & { type: 'admit' }> = {}): Body {
  return { type: 'admit', node: nodeOf(name), name, agent, ...more }
}

/** A fold of these, in this order. */
export function foldOf(mesh: MeshId, facts: Iterable<Fact>, names?: ScopeNames): Membership {
  const membership = new Membership(mesh, names)
  for (const { entry, body } of facts) membership.apply(entry, body)
  return membership
}
