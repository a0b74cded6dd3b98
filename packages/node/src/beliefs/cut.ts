/** States to compare, each as how far every log goes in it. */
import { FolkmootError, type LogHead, type LogId, type NodeId, UsageError } from '@folkmoot/core'
import type { Sight } from '../sight.ts'
import type { OwnSide, SideReport } from './diff-side.ts'

/** What a node is known to hold: of each log the last entry, and when that was last learnt. */
export interface KnownFrontier {
  /** Milliseconds since 1970. */
  readonly heardAt: number
  readonly positions: ReadonlyMap<LogId, number>
}

/** Who is who in the mesh, and what sync knows of them. */
export interface Acquaintance {
  readonly self: NodeId
  /** @throws FolkmootError not-found | ambiguous | usage */
  find(name: string): { readonly node: NodeId; readonly name: string }
  known(node: NodeId): KnownFrontier | undefined
}

export interface Cut {
  readonly side: SideReport
  /** How many entries of a log belong to it. */
  readonly count: (head: LogHead) => number
}

/** @throws FolkmootError not-found | ambiguous | unreachable */
export function cutAt(side: OwnSide, sight: Sight, others: Acquaintance): Cut {
  if (side === 'here') return here()
  if ('at' in side) return cutAtTime(side.at, sight)
  const { node, name } = others.find(side.node)
  if (node === others.self) return here()
  const known = others.known(node)
  if (known === undefined) {
    throw new FolkmootError(
      'unreachable',
      `nothing is known of what ${name} holds: this process has not compared notes with it yet`,
    )
  }
  const { positions, heardAt } = known
  return {
    side: { kind: 'node', node, name, heardAt },
    // Where a log was cut since, less of it is left here than the peer had.
    count: head => Math.min(head.seq, positions.get(head.log) ?? -1) + 1,
  }
}

function here(): Cut {
  return { side: { kind: 'here' }, count: head => head.seq + 1 }
}

function cutAtTime(at: number, sight: Sight): Cut {
  if (!Number.isFinite(at)) throw new UsageError('a time to compare with is a number of milliseconds')
  return { side: { kind: 'time', at }, count: head => sight.countUntil(head, at) }
}
