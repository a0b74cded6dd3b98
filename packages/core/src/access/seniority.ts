import type { Known } from './past.ts'

/**
 * Where an admin stands among admins: the founders first, in the order of the genesis; then by how many grants lie
 * between it and the genesis; then by that chain of grants, oldest link first. A total order that a node can compute
 * from the log alone, in which who grants always stands before who is granted.
 */
export interface Rank {
  readonly depth: number
  /** Number of the founder, then incarnation and position of each granting (or rotating) entry. */
  readonly path: readonly number[]
}

export function founderRank(number: number): Rank {
  return { depth: 0, path: [number] }
}

export function rankBelow({ depth, path }: Rank, grant: Known): Rank {
  return { depth: depth + 1, path: [...path, grant.incarnation, grant.seq] }
}

/** A node's next key stands in its place: right behind it, before everybody who stood behind it. */
export function rankOfSuccessor({ depth, path }: Rank, rotation: Known): Rank {
  return { depth, path: [...path, rotation.incarnation, rotation.seq] }
}

/** Negative if `a` is senior to `b`. */
export function compareRanks(a: Rank, b: Rank): number {
  if (a.depth !== b.depth) return a.depth - b.depth
  for (let i = 0; i < a.path.length && i < b.path.length; i++) {
    const difference = (a.path[i] as number) - (b.path[i] as number)
    if (difference !== 0) return difference
  }
  return a.path.length - b.path.length
}
