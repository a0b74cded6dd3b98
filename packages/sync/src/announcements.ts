import type { LogHead, LogId, NodeId } from '@folkmoot/core'
import type { Position } from './frontier-index.ts'
import { positionOf } from './gossip.ts'
import { HEADS_PER_MESSAGE_MAX } from './limits.ts'
import type { Peer } from './peer-status.ts'

/**
 * Heads of what came from a peer and does not go by gossip: handed on at the next tick to those who may hold it, so
 * that it soon reaches members that are not connected to its author.
 */
export class Announcements {
  /** Whom each head came from: there it is known. */
  readonly #heads = new Map<LogId, { readonly position: Position; readonly from: NodeId }>()

  /** Full: anti-entropy brings the rest. */
  add(head: LogHead, from: NodeId): void {
    if (this.#heads.size >= HEADS_PER_MESSAGE_MAX && !this.#heads.has(head.log)) return
    this.#heads.set(head.log, { position: positionOf(head), from })
  }

  drain(peers: readonly Peer[]): readonly { readonly to: Peer; readonly positions: readonly Position[] }[] {
    if (this.#heads.size === 0) return []
    const heads = [...this.#heads.values()]
    this.#heads.clear()
    return peers.map(to => {
      const news = heads.filter(({ position, from }) => from !== to.node && position.node !== to.node)
      return { to, positions: news.map(({ position }) => position) }
    })
  }
}
