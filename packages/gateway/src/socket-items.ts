import { ITEMS_UNREAD_MAX } from './wire-limits.ts'

/** A stream's items between the socket and the reader. */
export class ItemQueue {
  #items: unknown[] = []
  #next = 0
  #end: { readonly error?: Error } | undefined
  #wake = () => {}

  push(item: unknown): void {
    this.#items.push(item)
    this.#wake()
  }

  /** No more items; those not read yet can still be read. */
  end(error?: Error): void {
    this.#end ??= error === undefined ? {} : { error }
    this.#wake()
  }

  get full(): boolean {
    return this.#items.length - this.#next >= ITEMS_UNREAD_MAX
  }

  /** Undefined at the end. @throws what the stream ended with */
  async next(): Promise<{ readonly item: unknown } | undefined> {
    while (this.#next === this.#items.length) {
      if (this.#end?.error !== undefined) throw this.#end.error
      if (this.#end !== undefined) return undefined
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
    const item = this.#items[this.#next++]
    if (this.#next === this.#items.length) {
      this.#items = []
      this.#next = 0
    }
    return { item }
  }
}
