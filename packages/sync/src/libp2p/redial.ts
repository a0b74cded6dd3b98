import type { NodeId } from '@folkmoot/core'
import { REDIAL_MS, REDIAL_MS_MAX, STABLE_MS } from '../limits.ts'

interface Sought {
  addresses: readonly string[]
  failures: number
  connectedAt: number | undefined
  timer: NodeJS.Timeout | undefined
}

export interface RedialPort {
  isConnected(node: NodeId): boolean
  /** Settles when there is a connection or there is none; must not hang. */
  attempt(node: NodeId, addresses: readonly string[]): Promise<void>
  /** How long to leave the first move to the other side. */
  headStart(node: NodeId): number
}

/** Keeps trying to be connected to the nodes that were asked for, with pauses that double and are never in step. */
export class Redial {
  readonly #port: RedialPort
  readonly #sought = new Map<NodeId, Sought>()
  #stopped = false

  constructor(port: RedialPort) {
    this.#port = port
  }

  seek(node: NodeId, addresses: readonly string[]): void {
    const known = this.#sought.get(node)
    if (known !== undefined) {
      const hasNew = addresses.some(address => !known.addresses.includes(address))
      known.addresses = addresses
      if (hasNew && known.connectedAt === undefined) this.#schedule(node, known, 0)
      return
    }
    const sought: Sought = { addresses, failures: 0, connectedAt: undefined, timer: undefined }
    this.#sought.set(node, sought)
    if (this.#port.isConnected(node)) sought.connectedAt = performance.now()
    else this.#schedule(node, sought, this.#port.headStart(node))
  }

  forget(node: NodeId): void {
    clearTimeout(this.#sought.get(node)?.timer)
    this.#sought.delete(node)
  }

  connected(node: NodeId): void {
    const sought = this.#sought.get(node)
    if (sought === undefined) return
    clearTimeout(sought.timer)
    sought.connectedAt = performance.now()
  }

  lost(node: NodeId): void {
    const sought = this.#sought.get(node)
    if (sought?.connectedAt === undefined) return
    const lasted = performance.now() - sought.connectedAt
    sought.connectedAt = undefined
    sought.failures = lasted >= STABLE_MS ? 0 : sought.failures + 1
    this.#schedule(node, sought, pause(sought.failures))
  }

  stop(): void {
    this.#stopped = true
    for (const node of [...this.#sought.keys()]) this.forget(node)
  }

  #schedule(node: NodeId, sought: Sought, delay: number): void {
    clearTimeout(sought.timer)
    if (this.#stopped) return
    sought.timer = setTimeout(() => void this.#try(node, sought), delay)
    sought.timer.unref()
  }

  async #try(node: NodeId, sought: Sought): Promise<void> {
    if (!this.#port.isConnected(node)) await this.#port.attempt(node, sought.addresses)
    if (this.#sought.get(node) !== sought || sought.connectedAt !== undefined) return
    sought.failures++
    this.#schedule(node, sought, pause(sought.failures))
  }
}

function pause(failures: number): number {
  const longest = Math.min(REDIAL_MS * 2 ** failures, REDIAL_MS_MAX)
  return longest * (0.5 + Math.random() / 2)
}
