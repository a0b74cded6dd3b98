import type { VerifiedEntry } from '../entry.ts'
import type { HybridTime } from '../hlc.ts'
import type { EntryHash, LogId, MeshId, NodeId } from '../ids.ts'
import type { OpenedBody } from '../membership-body.ts'

/** A membership entry that is stored here, and what it knew. */
export interface Known<Type extends OpenedBody['type'] = OpenedBody['type']> extends HybridTime {
  readonly hash: EntryHash
  readonly log: LogId
  readonly node: NodeId
  readonly incarnation: number
  readonly seq: number
  readonly authority: readonly EntryHash[]
  readonly body: OpenedBody & { type: Type }
  /** Number of its log. */
  index: number
  /**
   * By number of log: up to which position it knew each other log; of its own it knew all that is before it. Most
   * entries learn nothing new and share this with the entry before them.
   */
  base: readonly number[]
}

/** What somebody had seen when it wrote. */
export type Sight = (entry: Known) => boolean

export function knownFrom(entry: VerifiedEntry, body: OpenedBody): Known {
  const { hash, log, node, incarnation, seq, authority, at, tick } = entry
  return { hash, log, node, incarnation, seq, authority, at, tick, body, index: -1, base: [] }
}

/** Earlier by time, then by hash: an order on which all nodes agree. */
export function compareKnown(a: Known, b: Known): number {
  return a.at - b.at || a.tick - b.tick || (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0)
}

/** True if `a` is in the causal past of `b`. */
export function precedes(a: Known, b: Known): boolean {
  return a.index === b.index ? a.seq < b.seq : (b.base[a.index] ?? -1) >= a.seq
}

export function sightOf(reader: Known): Sight {
  return entry => precedes(entry, reader)
}

export function sightFrom(heads: readonly Known[], genesis: Known | undefined): Sight {
  return entry => entry === genesis || heads.some(head => head === entry || precedes(entry, head))
}

/**
 * All membership entries that are stored here, each with its causal past: the earlier entries of its log, what its
 * header names, and what those knew. The genesis is in every past, since every header names the mesh. An entry that
 * names something unknown waits, and so does its log behind it.
 */
export class Past {
  readonly #mesh: MeshId
  #genesis: Known | undefined
  readonly #known = new Map<EntryHash, Known>()
  readonly #logs = new Map<LogId, Known[]>()
  readonly #logsOf = new Map<NodeId, LogId[]>()
  #indexes = new Map<LogId, number>()
  #placed: Known[] = []
  #last = new Map<LogId, Known>()
  /** Logs that wait, by what they wait for. */
  #waiting = new Map<EntryHash, LogId[]>()
  #blocked = new Set<LogId>()

  constructor(mesh: MeshId) {
    this.#mesh = mesh
  }

  get genesis(): Known | undefined {
    return this.#genesis
  }

  /** Those whose past is all here, each after everything in its past. */
  get placed(): readonly Known[] {
    return this.#placed
  }

  has(hash: EntryHash): boolean {
    return this.#known.has(hash)
  }

  find(hash: EntryHash): Known | undefined {
    const known = this.#known.get(hash)
    return known === undefined || known.index < 0 ? undefined : known
  }

  /** The part of a log whose past is all here. */
  log(log: LogId): readonly Known[] {
    const entries = this.#logs.get(log) ?? []
    return this.#blocked.has(log) ? entries.filter(({ index }) => index >= 0) : entries
  }

  logsOf(node: NodeId): readonly LogId[] {
    return this.#logsOf.get(node) ?? []
  }

  authors(): Iterable<NodeId> {
    return this.#logsOf.keys()
  }

  /** Stores an entry; to be placed. */
  store(known: Known): void {
    this.#known.set(known.hash, known)
    if (known.hash === (this.#mesh as string)) this.#genesis = known
    const log = this.#logs.get(known.log)
    if (log === undefined) {
      this.#logs.set(known.log, [known])
      this.#logsOf.set(known.node, [...this.logsOf(known.node), known.log])
    } else log.push(known)
  }

  /** Places the newest of its log. False if that upsets more than this one: then everything is to be placed anew. */
  placeNext(known: Known): boolean {
    const last = this.#last.get(known.log)
    if (this.#genesis === undefined || known === this.#genesis) return false
    if (this.#waiting.has(known.hash) || (last !== undefined && last.seq >= known.seq)) return false
    if (!this.#blocked.has(known.log)) this.#advance(known.log, [known])
    return true
  }

  placeAll(): void {
    this.#indexes = new Map()
    this.#placed = []
    this.#last = new Map()
    this.#waiting = new Map()
    this.#blocked = new Set()
    for (const known of this.#known.values()) known.index = -1
    if (this.#genesis === undefined) return
    this.#place(this.#genesis)
    for (const [log, entries] of this.#logs) {
      entries.sort((a, b) => a.seq - b.seq || compareKnown(a, b))
      this.#advance(log, entries)
    }
  }

  /** Places entries of a log until one has to wait; then goes on with logs that waited for these. */
  #advance(log: LogId, entries: readonly Known[]): void {
    const work: { log: LogId; entries: readonly Known[] }[] = [{ log, entries }]
    for (let next = work.pop(); next !== undefined; next = work.pop()) {
      this.#blocked.delete(next.log)
      for (const known of next.entries) {
        if (known.index >= 0) continue
        const missing = known.authority.find(head => this.find(head) === undefined)
        if (missing !== undefined) {
          this.#waiting.set(missing, [...(this.#waiting.get(missing) ?? []), next.log])
          this.#blocked.add(next.log)
          break
        }
        this.#place(known)
        for (const waiting of this.#waiting.get(known.hash) ?? []) {
          work.push({ log: waiting, entries: this.#logs.get(waiting) ?? [] })
        }
        this.#waiting.delete(known.hash)
      }
    }
  }

  #place(known: Known): void {
    const index = this.#indexes.get(known.log) ?? this.#indexes.size
    this.#indexes.set(known.log, index)
    known.index = index
    known.base = this.#baseOf(known, index)
    this.#last.set(known.log, known)
    this.#placed.push(known)
  }

  #baseOf(known: Known, index: number): readonly number[] {
    const before = this.#last.get(known.log)
    // The genesis is the first entry placed, so its log has number 0.
    let base: readonly number[] = before?.base ?? GENESIS_ONLY
    let isShared = true
    for (const hash of known.authority) {
      const head = this.find(hash) as Known
      if (head.index === index || (base[head.index] ?? -1) >= head.seq) continue
      const joined: number[] = isShared ? [...base] : (base as number[])
      isShared = false
      for (let i = 0; i < head.base.length; i++) {
        joined[i] = Math.max(joined[i] ?? -1, head.base[i] ?? -1)
      }
      while (joined.length <= head.index) joined.push(-1)
      joined[head.index] = Math.max(joined[head.index] ?? -1, head.seq)
      base = joined
    }
    return base
  }
}

const GENESIS_ONLY: readonly number[] = [0]
