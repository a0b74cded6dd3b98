import { decodeHeader, entryHash, type LogRef } from '../entry.ts'
import { FolkmootError } from '../errors.ts'
import { type EntryHash, type LogId, logId, type MeshId } from '../ids.ts'
import type { Branch, MembershipBody } from '../membership-body.ts'
import { isSignedBy } from '../signature.ts'
import { compareKnown, type Known } from './past.ts'

export interface Fork extends LogRef {
  readonly log: LogId
  /** The first position that was written twice. */
  readonly seq: number
}

interface Chain extends Fork {
  readonly first: EntryHash
  /** What the first of them follows: where both follow the same entry, they part. */
  readonly prev: EntryHash | ''
}

/**
 * The fork that two branches prove: both are of one log, part at one position, and end with
 * one that the log's node signed. Nobody's word is needed for it, so it counts whoever brings it. Undefined if the proof
 * does not hold.
 */
export function provenFork(
  mesh: MeshId,
  { one, other }: MembershipBody & { type: 'fork' },
): Fork | undefined {
  try {
    const [a, b] = [chainOf(mesh, one), chainOf(mesh, other)]
    if (a === undefined || b === undefined) return undefined
    if (a.log !== b.log || a.seq !== b.seq || a.prev !== b.prev || a.first === b.first) return undefined
    const { scope, node, incarnation, log, seq } = a
    return { scope, node, incarnation, log, seq }
  } catch (error) {
    if (error instanceof FolkmootError) return undefined
    throw error
  }
}

/** The genesis names no mesh and so is in no chain: nothing could take it back. */
function chainOf(mesh: MeshId, { headers, signature }: Branch): Chain | undefined {
  let chain: Chain | undefined
  let before: { readonly log: LogId; readonly seq: number; readonly hash: EntryHash } | undefined
  for (const bytes of headers) {
    const header = decodeHeader(bytes)
    const { scope, node, incarnation, seq, prev } = header
    const log = logId(scope, node, incarnation)
    const hash = entryHash(bytes)
    if (header.mesh !== mesh) return undefined
    if (before !== undefined) {
      const follows = before.log === log && before.seq + 1 === seq && before.hash === header.prev
      if (!follows) return undefined
    }
    chain ??= { scope, node, incarnation, log, seq, first: hash, prev }
    before = { log, seq, hash }
  }
  if (chain === undefined || before === undefined) return undefined
  return isSignedBy(chain.node, before.hash, signature) ? chain : undefined
}

/** Proven forks. Of several of one log the earliest position counts. */
export class Forks {
  readonly #forks = new Map<LogId, { readonly fork: Fork; readonly entry: Known }>()

  /** True if the log ends earlier by it than was known. */
  add(entry: Known, fork: Fork): boolean {
    const known = this.#forks.get(fork.log)
    const isNews = known === undefined || fork.seq < known.fork.seq
    if (isNews || (fork.seq === known.fork.seq && compareKnown(entry, known.entry) < 0)) {
      this.#forks.set(fork.log, { fork, entry })
    }
    return isNews
  }

  of(log: LogId): { readonly fork: Fork; readonly entry: Known } | undefined {
    return this.#forks.get(log)
  }

  all(): readonly Fork[] {
    return [...this.#forks.values()].map(({ fork }) => fork).sort((a, b) => (a.log < b.log ? -1 : 1))
  }
}
