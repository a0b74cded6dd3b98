import type { EntryHash, LogId, NodeId, ScopeId } from '../ids.ts'
import type { EpochKeys, Erasure } from './access.ts'
import { push } from './holding.ts'
import { compareKnown, type Known } from './past.ts'

export type HousekeepingType = 'keys' | 'receipt' | 'forget'

export function isHousekeeping(entry: Known): entry is Known<HousekeepingType> {
  const { type } = entry.body
  return type === 'keys' || type === 'receipt' || type === 'forget'
}

/** What members tell each other beside who may do what: keys, erasures for those who cannot read, receipts. */
export class Housekeeping {
  readonly #keys = new Map<ScopeId, Known<'keys'>[]>()
  readonly #read = new Map<ScopeId, readonly EpochKeys[]>()
  readonly #forgotten = new Map<LogId, Map<number, Known<'forget'>>>()
  readonly #forgets: Known<'forget'>[] = []
  #announced: readonly Erasure[] | undefined
  readonly #receipts = new Map<EntryHash, Map<NodeId, number>>()

  add({ body, ...entry }: Known<HousekeepingType>): void {
    if (body.type === 'keys') {
      push(this.#keys, body.scope, { ...entry, body })
      this.#read.delete(body.scope)
    } else if (body.type === 'forget') this.#forget({ ...entry, body })
    else this.#confirm(entry.node, entry.at, body.erasures)
  }

  keysOf(scope: ScopeId): readonly EpochKeys[] {
    const known = this.#read.get(scope)
    if (known !== undefined) return known
    const keys = [...(this.#keys.get(scope) ?? [])].sort(compareKnown).map(({ node, hash, at, body }) => {
      return { scope, epoch: body.epoch, by: node, entry: hash, at, wraps: new Map(body.wraps) }
    })
    this.#read.set(scope, keys)
    return keys
  }

  keyedScopes(): Iterable<ScopeId> {
    return this.#keys.keys()
  }

  forgotten(log: LogId, seq: number): EntryHash | undefined {
    return this.#forgotten.get(log)?.get(seq)?.body.erasure
  }

  erasures(): readonly Erasure[] {
    this.#announced ??= [...this.#forgets].sort(compareKnown).map(({ node, at, body }) => {
      return { erasure: body.erasure, scope: body.scope, entries: body.entries, by: node, at }
    })
    return this.#announced
  }

  receipts(erasure: EntryHash): ReadonlyMap<NodeId, number> {
    return this.#receipts.get(erasure) ?? new Map()
  }

  #forget(entry: Known<'forget'>): void {
    this.#forgets.push(entry)
    this.#announced = undefined
    for (const [log, seq] of entry.body.entries) {
      const ofLog = this.#forgotten.get(log) ?? new Map<number, Known<'forget'>>()
      this.#forgotten.set(log, ofLog)
      const known = ofLog.get(seq)
      if (known === undefined || compareKnown(entry, known) < 0) ofLog.set(seq, entry)
    }
  }

  /** The first time that a node said so. */
  #confirm(node: NodeId, at: number, erasures: readonly EntryHash[]): void {
    for (const erasure of erasures) {
      const times = this.#receipts.get(erasure) ?? new Map<NodeId, number>()
      times.set(node, Math.min(at, times.get(node) ?? at))
      this.#receipts.set(erasure, times)
    }
  }
}
