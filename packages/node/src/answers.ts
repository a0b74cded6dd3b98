import { FolkmootError, type NodeId } from '@folkmoot/core'

/** A question can meet a peer that is just connecting, or be lost with its connection: it is asked again. */
const ASK_AGAIN_MS = 250

export interface Wait {
  /** What is asked about: answers to other questions do not count. */
  readonly about: string
  /** How many different peers must answer. */
  readonly enough: number
  /** Whose answers count; everybody's if not given. */
  readonly from?: ReadonlySet<NodeId>
  readonly ask: () => void
  readonly signal: AbortSignal | undefined
}

/** Counts which peers have answered a question. */
export class Answers {
  readonly #listeners = new Set<(peer: NodeId, about: string) => void>()

  give(peer: NodeId, about: string): void {
    for (const listener of this.#listeners) listener(peer, about)
  }

  /** @throws FolkmootError unreachable, if the signal aborts first */
  async wait({ about, enough, from, ask, signal }: Wait): Promise<void> {
    if (enough <= 0) return
    const peers = new Set<NodeId>()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const listen = (peer: NodeId, answered: string) => {
      if (answered !== about || from?.has(peer) === false) return
      peers.add(peer)
      if (peers.size >= enough) resolve()
    }
    const abort = () => {
      reject(new FolkmootError('unreachable', `${peers.size} of ${enough} peers answered in time`))
    }
    this.#listeners.add(listen)
    const asking = setInterval(ask, ASK_AGAIN_MS)
    signal?.addEventListener('abort', abort)
    try {
      if (signal?.aborted === true) abort()
      else ask()
      await promise
    } finally {
      clearInterval(asking)
      this.#listeners.delete(listen)
      signal?.removeEventListener('abort', abort)
    }
  }
}
