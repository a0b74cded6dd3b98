import type { NodeId } from '@folkmoot/core'
import { PENALTIES_MAX, PENALTY_MS, PENALTY_MS_MAX } from './limits.ts'

/** Peers that were cut off for what they sent, and until when; each time twice as long. */
export class Penalties {
  readonly #peers = new Map<NodeId, { readonly until: number; readonly length: number }>()

  add(peer: NodeId, now: number): void {
    const last = this.#peers.get(peer)
    // Who behaved for as long as the last penalty again begins anew.
    const again = last !== undefined && now < last.until + last.length
    const length = again ? Math.min(last.length * 2, PENALTY_MS_MAX) : PENALTY_MS
    this.#peers.delete(peer)
    if (this.#peers.size >= PENALTIES_MAX) this.#peers.delete(this.#peers.keys().next().value as NodeId)
    this.#peers.set(peer, { until: now + length, length })
  }

  has(peer: NodeId, now: number): boolean {
    return (this.#peers.get(peer)?.until ?? now) > now
  }
}
