/** Compares every memory that changes with its neighbours, some time after it changed, and never holds up a write. */
import type { DocumentId, DocumentRow } from '@folkmoot/core'
import { comparable, latest } from './comparable.ts'
import { reconsider } from './reconsider.ts'
import type { Recording } from './record-findings.ts'
import { entryOf, liveSuspicions, suspicionOf } from './suspicion-note.ts'

/** What a memory was before a change, if it was there, and what it is now. */
export interface ChangedRow {
  readonly before?: DocumentRow | undefined
  readonly after: DocumentRow
}

export interface WatchOptions {
  /** After so many milliseconds without a change it begins: whoever writes in bursts is not slowed down. */
  readonly quietMs?: number
  /** Told of what went wrong; the memory in question is left as it is. */
  readonly onError?: (error: unknown) => void
  /** Told the first time that more changed than can wait. */
  readonly onMissed?: () => void
}

const QUIET_MS = 250
/** However busy the writers are, it begins after so many milliseconds. */
const PATIENCE_MS = 5000
/** Memories that wait: their ids and what they were before. Beyond, the oldest are let go, and a scan finds them. */
const WAITING_MAX = 10_000
/** What a memory is compared by; nothing else makes anybody look again. */
const COMPARED_BY = ['content', 'validFrom', 'validUntil', 'claim', 'expiresAt'] as const

export interface WatchStatus {
  readonly waiting: number
  readonly compared: number
  readonly suspicions: number
  readonly links: number
  readonly withdrawn: number
  /** Let go unseen, because too many waited. */
  readonly missed: number
}

export class SuspicionWatch {
  readonly #view: Recording
  readonly #options: WatchOptions
  /** In order of their first change since they were compared. */
  readonly #waiting = new Map<DocumentId, DocumentRow | undefined>()
  /** Suspicions by the memories that they name. */
  readonly #notes = new Map<DocumentId, Set<DocumentId>>()
  #timer: NodeJS.Timeout | undefined
  #since = 0
  #working: Promise<void> | undefined
  #closed = false
  #counts = { compared: 0, suspicions: 0, links: 0, withdrawn: 0, missed: 0 }

  constructor(view: Recording, options: WatchOptions = {}) {
    this.#view = view
    this.#options = options
    for (const note of liveSuspicions(view.sight)) this.#learn(note)
    if (this.#waiting.size > 0) this.#wake()
  }

  /** Call it with everything that has changed; it returns at once. */
  changed(rows: Iterable<ChangedRow>): void {
    if (this.#closed) return
    for (const { before, after } of rows) {
      if (after.type === 'note') this.#learn(after)
      else if (after.type === 'record' && saysOtherwise(before, after)) this.#wait(after.id, before)
    }
    if (this.#waiting.size > 0) this.#wake()
  }

  status(): WatchStatus {
    return { waiting: this.#waiting.size, ...this.#counts }
  }

  /** Resolves when nothing waits. */
  async idle(): Promise<void> {
    clearTimeout(this.#timer)
    while (this.#waiting.size > 0 || this.#working !== undefined) await this.#work()
  }

  /** What waits is left for a scan. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#waiting.clear()
    await this.#working
  }

  #wait(id: DocumentId, before: DocumentRow | undefined): void {
    if (this.#waiting.has(id)) return
    if (this.#waiting.size >= WAITING_MAX) {
      const [oldest] = this.#waiting.keys()
      if (oldest !== undefined) this.#waiting.delete(oldest)
      if (this.#counts.missed === 0) this.#options.onMissed?.()
      this.#counts.missed += 1
    }
    this.#waiting.set(id, before)
  }

  #wake(): void {
    const { quietMs = QUIET_MS } = this.#options
    const now = performance.now()
    if (this.#timer === undefined) this.#since = now
    clearTimeout(this.#timer)
    const left = Math.max(0, Math.min(quietMs, this.#since + PATIENCE_MS - now))
    this.#timer = setTimeout(() => void this.#work(), left)
    this.#timer.unref()
  }

  #work(): Promise<void> {
    this.#timer = undefined
    this.#working ??= this.#workOff().finally(() => {
      this.#working = undefined
    })
    return this.#working
  }

  async #workOff(): Promise<void> {
    while (!this.#closed) {
      const [next] = this.#waiting
      if (next === undefined) return
      const [id, before] = next
      this.#waiting.delete(id)
      await this.#look(id, before)
      // Writers and peers come first.
      await new Promise<void>(resolve => setImmediate(resolve))
    }
  }

  async #look(id: DocumentId, before: DocumentRow | undefined): Promise<void> {
    try {
      const row = this.#view.sight.row(id)
      if (row === undefined) return
      const notes = [...(this.#notes.get(id) ?? [])].flatMap(note => this.#view.sight.row(note) ?? [])
      const { suspicions, links, withdrawn } = await reconsider(this.#view, row, before, notes)
      this.#counts.compared += 1
      this.#counts.suspicions += suspicions
      this.#counts.links += links
      this.#counts.withdrawn += withdrawn
    } catch (error) {
      this.#options.onError?.(error)
    }
  }

  #learn(note: DocumentRow): void {
    for (const id of suspicionOf(note)?.records ?? []) {
      const known = this.#notes.get(id) ?? new Set()
      this.#notes.set(id, known.add(note.id))
      // Whoever wrote the note had not heard of the erasure, and may quote what was erased.
      if (this.#view.sight.row(id)?.erased === true) this.#wait(id, undefined)
    }
  }
}

/** True if a memory has to be compared anew; false for a tag, a link, or what is of no account either way. */
function saysOtherwise(before: DocumentRow | undefined, after: DocumentRow): boolean {
  if (before === undefined) return comparable(after, Number.NEGATIVE_INFINITY) !== undefined
  if (before.erased !== after.erased || entryOf(before) !== entryOf(after)) return true
  return COMPARED_BY.some(register => latest(before, register) !== latest(after, register))
}
