import { FolkmootError } from '@folkmoot/core'

/** Events a slow reader may have waiting; then it is told that it missed some, instead of filling memory. */
export const EVENTS_WAITING_MAX = 10_000

/** Hands every event to every reader, each at its own pace. */
export class Broadcast<T> {
  readonly #readers = new Set<(event: T) => void>()
  #closed = new AbortController()

  send(event: T): void {
    for (const tell of this.#readers) tell(event)
  }

  get hasReaders(): boolean {
    return this.#readers.size > 0
  }

  close(): void {
    this.#closed.abort()
  }

  /** Events from now on, until `signal` aborts or the broadcast closes. */
  read(signal?: AbortSignal): AsyncIterable<T> {
    const ended = signal === undefined ? this.#closed.signal : AbortSignal.any([this.#closed.signal, signal])
    const queue: T[] = []
    let overflowed = false
    let wake = () => {}
    const tell = (event: T) => {
      if (queue.length >= EVENTS_WAITING_MAX) overflowed = true
      else queue.push(event)
      wake()
    }
    this.#readers.add(tell)
    const stop = () => {
      this.#readers.delete(tell)
      wake()
    }
    if (ended.aborted) stop()
    else ended.addEventListener('abort', stop, { once: true })
    async function* events(): AsyncGenerator<T> {
      try {
        for (;;) {
          const event = queue.shift()
          if (event !== undefined) yield event
          else if (overflowed) throw new FolkmootError('busy', 'the reader was too slow and missed events')
          else if (ended.aborted) return
          else await new Promise<void>(resolve => (wake = resolve))
        }
      } finally {
        ended.removeEventListener('abort', stop)
        stop()
      }
    }
    return events()
  }
}
