/**
 * Who typed what. A Yjs client id is a number that anyone can use, so a block keeps every applied claim to a
 * character and compares: two claims to one character must say the same.
 */
import { isSameCharacter, leftAt, type Run } from './block-update.ts'
import { concatBytes, fromHex, utf8 } from './bytes.ts'
import type { DocumentChange } from './causal-order.ts'
import { sha256 } from './hash.ts'
import { type DocumentId, type EntryHash, type NodeId, nodeKey } from './ids.ts'

/** Editors draw ids of 32 bits. Ids from here up belong to nodes, each to one. */
export const NODE_CLIENTS_FROM = 2 ** 32

/** The Yjs client id under which a node itself types into a block; each of its logs has its own. */
export function nodeClient(node: NodeId, incarnation: number, block: DocumentId): number {
  const log = concatBytes(nodeKey(node), fromHex(block), utf8(String(incarnation)))
  const digest = sha256(concatBytes(utf8('folkmoot/client\0'), log))
  const halves = new DataView(digest.buffer, digest.byteOffset, digest.byteLength)
  // 20 bits above and 32 below: from 2^32 to less than 2^53 - 1, the largest number that Yjs can write.
  return ((halves.getUint32(0) >>> 12) + 1) * NODE_CLIENTS_FROM + halves.getUint32(4)
}

interface Claim {
  readonly change: DocumentChange
  readonly run: Run
}

export class BlockClaims {
  readonly #clients = new Map<number, { end: number; readonly claims: Claim[] }>()

  add(change: DocumentChange, runs: readonly Run[]): void {
    for (const run of runs) {
      const client = this.#clients.get(run.client) ?? { end: 0, claims: [] }
      this.#clients.set(run.client, client)
      client.claims.push({ change, run })
      client.end = Math.max(client.end, run.clock + run.length)
    }
  }

  /** How many characters of `client` are known; in `past` only, if given. */
  end(client: number, past?: ReadonlySet<EntryHash>): number {
    const known = this.#clients.get(client)
    if (known === undefined || past === undefined) return known?.end ?? 0
    let end = 0
    for (const { change, run } of known.claims) {
      if (run.clock + run.length > end && past.has(change.entry)) end = run.clock + run.length
    }
    return end
  }

  /** Changes that typed the first character of `client`. */
  *firsts(client: number): Iterable<DocumentChange> {
    for (const { change, run } of this.#clients.get(client)?.claims ?? []) if (run.clock === 0) yield change
  }

  /** Changes that say something else of the characters in `runs`. */
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
  if (!isSameCharacter(leftAt(a, start), leftAt(b, start)) || !isSameCharacter(a.right, b.right)) return true
  return a.text !== null && b.text !== null && slice(a.text, a, start, end) !== slice(b.text, b, start, end)
}

function slice(text: string, run: Run, start: number, end: number): string {
  return text.slice(start - run.clock, end - run.clock)
}
