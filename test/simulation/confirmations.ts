import type { LogId, NodeId } from '@folkmoot/core'
import type { SimulatedNode } from './node.ts'

/** What nodes said that they had stored for good: whenever one of them is up, it has it. */
export class Confirmations {
  readonly lost: string[] = []
  readonly #seqs = new Map<NodeId, Map<LogId, number>>()

  note(peer: NodeId, log: LogId, seq: number): void {
    const logs = this.#seqs.get(peer) ?? new Map<LogId, number>()
    this.#seqs.set(peer, logs.set(log, Math.max(seq, logs.get(log) ?? 0)))
  }

  check(nodes: readonly SimulatedNode[]): void {
    for (const node of nodes) {
      const logs = this.#seqs.get(node.node)
      if (!node.isUp || logs === undefined) continue
      const held = new Map([...node.replica.heads()].map(({ log, seq }) => [log, seq]))
      for (const [log, seq] of logs) {
        if ((held.get(log) ?? -1) >= seq) continue
        this.lost.push(
          `${node.name} had confirmed ${log} up to ${seq} and now has ${held.get(log) ?? 'nothing'}`,
        )
        logs.delete(log)
      }
    }
  }
}
