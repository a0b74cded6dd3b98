/**
 * Who typed what. A Yjs client id is a number that anyone can use, so a block keeps every applied claim to one and
 * compares: two claims to the same characters must say the same.
 */
import type { CharacterId, CharacterRange, Run } from './block-text.ts'
import { utf8 } from './bytes.ts'
import type { DocumentChange } from './causal-order.ts'
import { fromHex } from './bytes.ts'
import { sha256 } from './hash.ts'
import { type DocumentId, type EntryHash, type NodeId, nodeKey } from './ids.ts'
import { concatBytes } from './bytes.ts'

/** Editors draw ids of 32 bits. Ids from here up belong to nodes, each to one, and nobody else can use them. */
export const NODE_CLIENTS_FROM = 2 ** 32

/** The Yjs client id under which a node itself edits a block: 2^32 or more, and different for each of its logs. */
export function nodeClient(node: NodeId, incarnation: number, block: DocumentId): number {
  const name = concatBytes(utf8('folkmoot/client\0'), nodeKey(node), fromHex(block), utf8(String(incarnation)))
  const digest = sha256(name)
  const view = new DataView(digest.buffer, digest.byteOffset, digest.byteLength)
  // 20 bits above and 32 below stay under 2^53 - 1, the largest id that Yjs can write.
  return ((view.getUint32(0) >>> 12) + 1) * NODE_CLIENTS_FROM + view.getUint32(4)
}

interface Claim {
  readonly change: DocumentChange
  readonly run: Run
}

interface Client {
  end: number
  readonly claims: Claim[]
}

export class BlockClaims {
  readonly #clients = new Map<number, Client>()

  add(change: DocumentChange, runs: readonly Run[]): void {
    for (const run of runs) {
      const known = this.#clients.get(run.client)
      const end = run.clock + run.length
      if (known === undefined) {
        this.#clients.set(run.client, { end, claims: [{ change, run }] })
        continue
      }
      known.claims.push({ change, run })
      known.end = Math.max(known.end, end)
    }
  }

  /** How many characters of `client` are known; within `past` only, if given. */
  end(client: number, past?: ReadonlySet<EntryHash>): number {
    const known = this.#clients.get(client)
    if (known === undefined || past === undefined) return known?.end ?? 0
    let end = 0
    for (const { change, run } of known.claims) {
      if (run.clock + run.length > end && past.has(change.entry)) end = run.clock + run.length
    }
    return end
  }

  /** Nodes that typed the first character under `client`; within `past` only, if given. */
  owners(client: number, past?: ReadonlySet<EntryHash>): ReadonlySet<NodeId> {
    const owners = new Set<NodeId>()
    for (const { change, run } of this.#clients.get(client)?.claims ?? []) {
      if (run.clock === 0 && (past === undefined || past.has(change.entry))) owners.add(change.node)
    }
    return owners
  }

  /** Applied changes that say something else of the characters in `runs`. */
  *rivals(runs: readonly Run[]): Iterable<DocumentChange> {
    for (const run of runs) {
      const known = this.#clients.get(run.client)
      if (known === undefined || run.clock >= known.end) continue
      for (const claim of known.claims) if (differ(claim.run, run)) yield claim.change
    }
  }
}

/** True if two runs of one client overlap and do not say the same of what they share. */
function differ(a: Run, b: Run): boolean {
  const start = Math.max(a.clock, b.clock)
  const end = Math.min(a.clock + a.length, b.clock + b.length)
  if (start >= end) return false
  if (!isSame(leftAt(a, start), leftAt(b, start)) || !isSame(a.right, b.right)) return true
  return a.text !== null && b.text !== null && slice(a, start, end) !== slice(b, start, end)
}

/** Characters typed in a row each follow the one before. */
function leftAt(run: Run, clock: number): CharacterId | null {
  return clock === run.clock ? run.left : { client: run.client, clock: clock - 1 }
}

function slice({ text, clock }: Run, start: number, end: number): string | undefined {
  return text?.slice(start - clock, end - clock)
}

function isSame(a: CharacterId | null, b: CharacterId | null): boolean {
  return a === b || (a !== null && b !== null && a.client === b.client && a.clock === b.clock)
}

/** The part of a run from `clock` on, as Yjs itself would cut it; undefined if nothing is left. */
export function runFrom(run: Run, clock: number): Run | undefined {
  const skipped = clock - run.clock
  if (skipped <= 0) return run
  if (skipped >= run.length) return undefined
  const rest = run.text === null ? null : run.text.slice(skipped)
  return { ...run, clock, length: run.length - skipped, left: leftAt(run, clock), text: rest }
}

export function isCovered(run: CharacterRange, ranges: readonly CharacterRange[]): boolean {
  const inside = ranges
    .filter(range => range.client === run.client)
    .sort((a, b) => a.clock - b.clock)
  let at = run.clock
  for (const { clock, length } of inside) if (clock <= at) at = Math.max(at, clock + length)
  return at >= run.clock + run.length
}
