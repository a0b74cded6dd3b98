/**
 * Who has destroyed what. An erasure stands in its scope; what every node has to destroy is told in the membership log,
 * so that it also reaches those who cannot read the scope, and each node answers there with a signed receipt.
 */
import {
  type DocumentId,
  type EntryHash,
  forget,
  type LogHead,
  type NodeId,
  type Plan,
  type Replica,
  receipt,
  type ScopeId,
} from '@folkmoot/core'
import type { BranchName, EraseReport } from './reports.ts'
import { storedIn } from './stored-in.ts'
import type { Writer } from './writer.ts'

/** How long `--wait` waits for the nodes that can be reached: each needs one exchange and one flush to disk. */
const WAIT_MS = 30_000
const LOOK_AGAIN_MS = 50

/** Carries erasures into the branches of this node; gives those that some branch still holds, with which do. */
export type StillHolding = (
  due: readonly EntryHash[],
) => Promise<ReadonlyMap<EntryHash, readonly BranchName[]>>

export class Erasures {
  readonly #replica: Replica
  readonly #writer: Writer
  readonly #node: NodeId
  readonly #stillHolding: StillHolding
  /** What branches held of erasures when they were asked last. */
  #held: Awaited<ReturnType<StillHolding>> = new Map()
  /** Those that this node has confirmed. */
  readonly #confirmed = new Set<EntryHash>()
  /** One at a time: nothing is confirmed twice. */
  #confirming: Promise<void> = Promise.resolve()

  constructor(
    replica: Replica,
    writer: Writer,
    node: NodeId,
    stillHolding: StillHolding = async () => new Map(),
  ) {
    this.#replica = replica
    this.#writer = writer
    this.#node = node
    this.#stillHolding = stillHolding
  }

  /** Tells everybody what has to go, after the erasure itself is written. */
  async announce(document: DocumentId, erasure: EntryHash): Promise<void> {
    const { entries } = this.#replica.storage
    const places = new Map<ScopeId, [EntryLog, number][]>()
    for (const { entry, status } of entries.ofDocument(document)) {
      if (status !== 'erased') continue
      const known = places.get(entry.scope) ?? []
      places.set(entry.scope, known)
      known.push([entry.log, entry.seq])
    }
    for (const [scope, positions] of places) await this.#write(forget(erasure, scope, positions))
    await this.confirm()
  }

  /**
   * Tells whose payloads went with an erasure that did not name them, since nobody outside knew of them: those who are
   * sent these logs get them without, and should know why.
   */
  async announceMissed(logs: readonly LogHead[]): Promise<void> {
    for (const { erasure, scope, positions } of missedErasures(logs, this.#replica))
      await this.#write(forget(erasure, scope, positions))
  }

  /** Signs for what this node no longer holds. Call it whenever the membership log has grown. */
  confirm(): Promise<void> {
    const confirming = this.#confirming.then(() => this.#confirm())
    this.#confirming = confirming.catch(() => {})
    return confirming
  }

  async #confirm(): Promise<void> {
    const { membership } = this.#replica
    const due = [...membership.erasures()].flatMap(({ erasure }) => {
      if (this.#confirmed.has(erasure)) return []
      if (membership.receipts(erasure).has(this.#node)) {
        this.#confirmed.add(erasure)
        return []
      }
      return this.isGone(erasure) ? erasure : []
    })
    if (due.length === 0) return
    this.#held = await this.#stillHolding(due)
    const gone = due.filter(erasure => !this.#held.has(erasure))
    if (gone.length === 0) return
    await this.#write(receipt(gone))
    for (const erasure of gone) this.#confirmed.add(erasure)
  }

  /** Every erasure that was announced, newest first. */
  reports(): EraseReport[] {
    return [...new Set([...this.#replica.membership.erasures()].map(({ erasure }) => erasure))]
      .map(erasure => this.report(erasure))
      .sort((a, b) => b.at - a.at)
  }

  report(erasure: EntryHash): EraseReport {
    const { membership, storage } = this.#replica
    const receipts = [...membership.receipts(erasure)].map(([node, at]) => ({ node, at }))
    const confirmed = new Set(receipts.map(({ node }) => node))
    const announced = [...membership.erasures()].filter(found => found.erasure === erasure)
    const stored = storage.entries.find(erasure)
    const nodes = [...membership.members()].map(({ node }) => node).filter(node => !confirmed.has(node))
    return {
      id: (stored && this.#replica.changeIn(stored)?.body.doc) ?? null,
      entry: erasure,
      at: stored?.entry.at ?? announced[0]?.at ?? 0,
      receipts,
      pending: [...nodes, ...(this.#held.get(erasure) ?? [])],
    }
  }

  /** Resolves when all nodes that are connected have confirmed, or after WAIT_MS: the report says who has not. */
  async settled(erasure: EntryHash, connected: () => readonly NodeId[], signal?: AbortSignal): Promise<void> {
    const until = performance.now() + WAIT_MS
    while (performance.now() < until && signal?.aborted !== true) {
      const { pending } = this.report(erasure)
      const reachable = new Set<string>([...connected(), this.#node])
      if (!pending.some(node => reachable.has(node))) return
      await new Promise(resolve => setTimeout(resolve, LOOK_AGAIN_MS))
    }
  }

  /** Nothing of it is stored here: neither payloads nor what was read from them. */
  isGone(erasure: EntryHash): boolean {
    const { membership, storage } = this.#replica
    const places = [...membership.erasures()].filter(found => found.erasure === erasure)
    return places.every(({ entries }) =>
      entries.every(([log, seq]) => {
        const [stored] = storage.entries.read(log, seq, 1)
        if (stored?.entry.seq !== seq) return true
        const row = stored.document === undefined ? undefined : storage.rows.get(stored.document)
        return stored.entry.bytes.payload === null && (row === undefined || row.erased)
      }),
    )
  }

  async #write(plans: readonly Plan[]): Promise<void> {
    await Promise.all(plans.map(plan => this.#writer.write(plan)))
  }
}

type EntryLog = Parameters<Replica['readRun']>[0]

interface Missed {
  readonly erasure: EntryHash
  readonly scope: ScopeId
  readonly positions: (readonly [EntryLog, number])[]
}

/** Entries of these logs whose content went with an erasure that does not name them, by erasure and scope. */
function missedErasures(logs: readonly LogHead[], replica: Replica): readonly Missed[] {
  const { membership, storage } = replica
  const found = new Map<string, Missed>()
  for (const head of logs) {
    for (const { entry, status, document } of storedIn({ head, from: 0, below: head.seq + 1 }, replica)) {
      const { log, seq, scope } = entry
      if (status !== 'erased' || document === undefined || membership.forgotten(log, seq) !== undefined)
        continue
      // What is left of an erased memory is headed by what erased it.
      const [erasure] = storage.rows.get(document)?.heads ?? []
      if (erasure === undefined) continue
      const missed = found.get(`${erasure} ${scope}`) ?? { erasure, scope, positions: [] }
      missed.positions.push([log, seq])
      found.set(`${erasure} ${scope}`, missed)
    }
  }
  return [...found.values()]
}
