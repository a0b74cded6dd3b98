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
  /** How many characters of the client are known with this claim and those before it in the list. */
  readonly end: number
}

export class BlockClaims {
  readonly #clients = new Map<number, Claim[]>()
  readonly #firsts = new Map<number, DocumentChange[]>()

  add(change: DocumentChange, runs: readonly Run[]): void {
    for (const run of runs) {
      const claims = this.#clients.get(run.client) ?? []
      this.#clients.set(run.client, claims)
      claims.push({ change, run, end: Math.max(claims.at(-1)?.end ?? 0, run.clock + run.length) })
      if (run.clock === 0) this.#firsts.set(run.client, [...this.firsts(run.client), change])
    }
  }

  /** How many characters of `client` are known; in `past` only, if given. */
  end(client: number, past?: ReadonlySet<EntryHash>): number {
    const claims = this.#clients.get(client) ?? []
    if (past === undefined) return claims.at(-1)?.end ?? 0
    let end = 0
    for (let i = claims.length - 1; i >= 0; i--) {
      const claim = claims[i]
      // Clients go on where they stopped, so the first found is nearly always the last that there is.
      if (claim === undefined || claim.end <= end) break
      if (past.has(claim.change.entry)) end = Math.max(end, claim.run.clock + claim.run.length)
    }
    return end
  }

  /** Changes that typed the first character of `client`. */
  firsts(client: number): readonly DocumentChange[] {
    return this.#firsts.get(client) ?? []
  }

  /** Changes that say something else of the characters in `runs`. */
  *rivals(runs: readonly Run[]): Iterable<DocumentChange> {
    for (const run of runs) {
      if (run.clock >= this.end(run.client)) continue
      for (const claim of this.#clients.get(run.client) ?? []) if (differ(claim.run, run)) yield claim.change
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
