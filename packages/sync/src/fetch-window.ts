import { WINDOW_BYTES_MAX, WINDOW_PAGES_MAX } from './limits.ts'
import type { Fetch } from './session-state.ts'

/** Pages asked for or being stored. */
export class FetchWindow {
  #bytes = 0
  #pages = 0

  constructor(fetches: Iterable<Fetch>) {
    for (const { asked, applying } of fetches) {
      this.#pages += applying.length + (asked === null ? 0 : 1)
      this.#bytes += applying.reduce((sum, size) => sum + size, asked?.bytes ?? 0)
    }
  }

  isHalfEmpty(): boolean {
    return this.#pages * 2 <= WINDOW_PAGES_MAX && this.#bytes * 2 <= WINDOW_BYTES_MAX
  }

  /** False if there is no room. A window that is empty has room for anything. */
  take(bytes: number): boolean {
    const isFull = this.#pages >= WINDOW_PAGES_MAX || this.#bytes + bytes > WINDOW_BYTES_MAX
    if (isFull && this.#pages > 0) return false
    this.#pages++
    this.#bytes += bytes
    return true
  }
}
