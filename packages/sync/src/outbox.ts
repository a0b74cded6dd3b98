/**
 * What is to be sent to one peer: messages first, in order, then the pages it wants, each read only when there is
 * room for it, so that a slow reader costs a queue of positions and not of pages.
 */
import type { EntryBytes, LogId, NodeId } from '@folkmoot/core'
import { encodeMessage } from './encode-message.ts'
import type { SharedFrontier } from './frontier.ts'
import { OUTBOX_MESSAGES_MAX, PAGE_BYTES_MAX, SERVE_QUEUE_MAX } from './limits.ts'
import type { Message, WantItem } from './messages.ts'
import type { SyncReplica } from './replica-port.ts'
import type { Transport } from './transport.ts'

export interface OutboxPort {
  send(bytes: Uint8Array): boolean
  /** Entries of a log this peer may have; none if it may not. */
  read(log: LogId, seq: number, bytesMax: number): readonly EntryBytes[]
  head(log: LogId): number | undefined
}

export class Outbox {
  readonly #port: OutboxPort
  #messages: Uint8Array[] = []
  #serve: WantItem[] = []

  constructor(port: OutboxPort) {
    this.#port = port
  }

  /** False: the peer does not read, cut it off. */
  add(message: Message): boolean {
    this.#messages.push(encodeMessage(message))
    this.flush()
    return this.#messages.length <= OUTBOX_MESSAGES_MAX
  }

  /** False: the peer asks for more than it may. */
  serve(items: readonly WantItem[]): boolean {
    this.#serve.push(...items)
    this.flush()
    return this.#serve.length <= SERVE_QUEUE_MAX
  }

  flush(): void {
    this.#messages = sendAll(this.#messages, bytes => this.#port.send(bytes))
    if (this.#messages.length > 0) return
    this.#serve = sendAll(this.#serve, item => this.#port.send(encodeMessage(this.#pageFor(item))))
  }

  #pageFor({ log, from, bytesMax }: WantItem): Message {
    const entries = this.#port.read(log, from, Math.min(bytesMax, PAGE_BYTES_MAX))
    const next = from + entries.length
    return { kind: 'page', log, from, more: next <= (this.#port.head(log) ?? -1), entries }
  }
}

/** What a peer may be given is judged anew for each page: of a log that it may not hold, nothing, as if it were not there. */
export function outboxFor(
  peer: NodeId,
  transport: Pick<Transport, 'send'>,
  frontier: SharedFrontier,
  replica: Pick<SyncReplica, 'mayHold' | 'readRun'>,
): Outbox {
  const shown = (log: LogId) => frontier.of(peer).position(log)
  return new Outbox({
    send: bytes => transport.send(peer, bytes),
    head: log => shown(log)?.seq,
    read(log, seq, bytesMax) {
      const head = shown(log)
      const mayRead = head !== undefined && seq <= head.seq && replica.mayHold(peer, head.scope)
      return mayRead ? replica.readRun(log, seq, bytesMax) : []
    },
  })
}

/** What is left of `queue` after as much was sent as there was room for. */
function sendAll<Item>(queue: Item[], send: (item: Item) => boolean): Item[] {
  const stopped = queue.findIndex(item => !send(item))
  return stopped < 0 ? [] : queue.slice(stopped)
}
