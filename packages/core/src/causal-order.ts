import type { Body, DocumentBody } from './body.ts'
import type { LogRef } from './entry.ts'
import { compareTime, type HybridTime } from './hlc.ts'
import type { EntryHash } from './ids.ts'

/** One change of one document, as its entry told it. */
export interface DocumentChange extends LogRef, HybridTime {
  readonly entry: EntryHash
  /** Its deps are those that count. */
  readonly body: DocumentBody
  /** Its author had seen nothing of the document. */
  readonly isFirst: boolean
  /** Something that it depends on was cut, and with it the way to all before that. */
  readonly isCutShort?: boolean
}

export type ChangeBody = Extract<Body, { type: 'change' }>
export type BlockBody = Extract<Body, { type: 'block' }>

/** What became of an entry of a document. Final states are the same on every node that holds the same entries. */
export interface Verdict {
  readonly entry: EntryHash
  readonly status: 'applied' | 'waiting' | 'rejected'
  readonly reason?: string
}

/** Says why a change whose dependencies are all here can never count, or undefined if it has been taken in. */
export type Integrate = (change: DocumentChange) => string | undefined

/**
 * Hands a document its changes in causal order, whatever the order of arrival. A change waits until all that it
 * depends on is here, and is rejected if that was rejected: so the outcome depends on the set of changes alone,
 * as long as those of one log come in its order.
 */
export class CausalOrder {
  readonly #seen = new Map<
    EntryHash,
    {
      readonly change: DocumentChange
      readonly reason: string | undefined
      /** It, or something that it depends on, was cut short. */
      readonly isCutShort: boolean
    }
  >()
  readonly #waiting = new Set<EntryHash>()
  /** Waiting changes, by one entry that each of them lacks. */
  readonly #lacking = new Map<EntryHash, DocumentChange[]>()
  /** The newest change of each log, and of each change the one before it in its log. */
  readonly #newest = new Map<string, EntryHash>()
  readonly #previous = new Map<EntryHash, EntryHash>()
  readonly #heads = new Set<EntryHash>()

  take(change: DocumentChange, integrate: Integrate): readonly Verdict[] {
    if (this.#seen.has(change.entry) || this.#waiting.has(change.entry)) return []
    this.#follow(change)
    if (!this.#isReady(change)) {
      this.#waiting.add(change.entry)
      return [{ entry: change.entry, status: 'waiting', reason: 'an entry it depends on is not here yet' }]
    }
    const verdicts: Verdict[] = []
    const ready = [change]
    for (let next = ready.shift(); next !== undefined; next = ready.shift()) {
      verdicts.push(this.#settle(next, integrate))
      const lacking = this.#lacking.get(next.entry) ?? []
      this.#lacking.delete(next.entry)
      for (const waiting of lacking) {
        if (!this.#isReady(waiting)) continue
        this.#waiting.delete(waiting.entry)
        ready.push(waiting)
      }
    }
    return verdicts
  }

  /** Applied entries that no other applied entry depends on, sorted. */
  heads(): readonly EntryHash[] {
    return [...this.#heads].sort()
  }

  /** Applied changes, in an order in which each follows those it depends on. */
  *applied(): Iterable<DocumentChange> {
    for (const { change, reason } of this.#seen.values()) if (reason === undefined) yield change
  }

  change(entry: EntryHash): DocumentChange | undefined {
    const seen = this.#seen.get(entry)
    return seen?.reason === undefined ? seen?.change : undefined
  }

  /** `heads` and everything they depend on, step by step. */
  ancestry(heads: readonly EntryHash[]): ReadonlySet<EntryHash> {
    const found = new Set<EntryHash>()
    const open = [...heads]
    for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
      const change = this.change(entry)
      if (change === undefined || found.has(entry)) continue
      found.add(entry)
      open.push(...change.body.deps)
    }
    return found
  }

  /**
   * A log's changes are also taken in the order of the log, in which they always arrive. Otherwise an author could
   * write two changes that do not know of each other, and which of them counts would hang on when the first is ready.
   */
  #follow(change: DocumentChange): void {
    const log = `${change.scope}/${change.node}/${change.incarnation}`
    const previous = this.#newest.get(log)
    if (previous !== undefined) this.#previous.set(change.entry, previous)
    this.#newest.set(log, change.entry)
  }

  /** If the change lacks something, notes one thing that it lacks. */
  #isReady(change: DocumentChange): boolean {
    const previous = this.#previous.get(change.entry)
    const lacks = [...change.body.deps, ...(previous ? [previous] : [])].find(dep => !this.#seen.has(dep))
    if (lacks === undefined) return true
    const lacking = this.#lacking.get(lacks)
    if (lacking === undefined) this.#lacking.set(lacks, [change])
    else lacking.push(change)
    return false
  }

  #settle(taken: DocumentChange, integrate: Integrate): Verdict {
    const isCutShort =
      taken.isCutShort === true || taken.body.deps.some(dep => this.#seen.get(dep)?.isCutShort === true)
    const change = isCutShort ? this.#withOwn(taken) : taken
    const reason = this.#objection(change) ?? integrate(change)
    this.#seen.set(change.entry, { change, reason, isCutShort })
    if (reason !== undefined) return { entry: change.entry, status: 'rejected', reason }
    for (const dep of change.body.deps) this.#heads.delete(dep)
    this.#heads.add(change.entry)
    return { entry: change.entry, status: 'applied' }
  }

  /** Its author knew its own changes, whatever was cut on the way from one to the next. */
  #withOwn(change: DocumentChange): DocumentChange {
    let own = this.#previous.get(change.entry)
    while (own !== undefined && this.change(own) === undefined) own = this.#previous.get(own)
    const { deps } = change.body
    if (own === undefined || deps.includes(own)) return change
    return { ...change, body: { ...change.body, deps: [...deps, own].sort() } }
  }

  #objection(change: DocumentChange): string | undefined {
    for (const dep of change.body.deps) {
      const seen = this.#seen.get(dep)
      if (seen?.reason !== undefined) return 'it depends on a rejected entry'
      if (seen !== undefined && seen.change.scope !== change.scope)
        return 'its document lives in another scope'
      if (seen !== undefined && compareTime(change, seen.change) <= 0)
        return 'it claims to be older than what it depends on'
    }
    return undefined
  }
}
