import { BlockClaims, NODE_CLIENTS_FROM, nodeClient } from './block-claims.ts'
import { foreign, gap, malformed, type Objection, objectionToRuns } from './block-objection.ts'
import { BlockText, READER_CLIENT } from './block-text.ts'
import { type BlockUpdate, decodeBlockUpdate } from './block-update.ts'
import { CausalOrder, type DocumentChange, type Verdict } from './causal-order.ts'
import { MalformedError } from './errors.ts'
import { compareTime } from './hlc.ts'
import type { DocumentId, EntryHash, NodeId } from './ids.ts'
import { BLOCK_CLIENTS_MAX } from './limits.ts'

export interface Author {
  readonly node: NodeId
  readonly incarnation: number
  readonly doc: DocumentId
}

const OUT_OF_PLACE = 'its characters cannot have been typed where they say'

/** Chains of changes that grow beside one another at once: nodes that are cut off from each other and write. */
const CHAINS_MAX = 8

/**
 * Merges a block's changes as they come. A change is judged by itself and its past alone, with one exception: when
 * two changes that did not see each other claim one character and differ, the earlier one counts. If that is the one
 * that came later, `isDisturbed` turns true, and the changes must be merged again in order of time.
 */
export class BlockMerge {
  readonly order = new CausalOrder()
  text = new BlockText()
  isDisturbed = false
  #newest: DocumentChange | undefined
  readonly #claims = new BlockClaims()
  readonly #updates = new Map<EntryHash, BlockUpdate>()
  /** Pasts of changes that others go on from, by that change. */
  readonly #pasts = new Map<EntryHash, Set<EntryHash>>()

  take(change: DocumentChange): readonly Verdict[] {
    return this.order.take(change, ready => this.#integrate(ready))
  }

  /** The applied change that comes last in order of time. */
  get newest(): DocumentChange | undefined {
    return this.#newest
  }

  update(entry: EntryHash): BlockUpdate | undefined {
    return this.#updates.get(entry)
  }

  /** Why this node could not write `update` as its next change, if so. */
  objection(update: BlockUpdate, author: Author): Objection | undefined {
    const objection = this.#judge(update, author, undefined)
    if (objection !== undefined) return objection
    const [rival] = this.#claims.rivals(update.runs)
    if (rival !== undefined) return foreign('other characters were typed in their place')
    return this.text.takes(update) ? undefined : malformed(OUT_OF_PLACE)
  }

  #integrate(change: DocumentChange): string | undefined {
    const { body } = change
    if (body.type !== 'block') return `a ${body.type} is not a change of a block`
    let update: BlockUpdate
    try {
      update = decodeBlockUpdate(body.update)
    } catch (error) {
      if (error instanceof MalformedError) return error.message
      throw error
    }
    const past = this.#past(change)
    const objection = this.#judge(update, { ...change, doc: body.doc }, past)
    if (objection !== undefined) return objection.reason
    for (const rival of this.#claims.rivals(update.runs)) {
      if (isBefore(rival, change)) return 'an earlier change has typed other characters in their place'
      this.isDisturbed = true
    }
    if (this.isDisturbed) return undefined
    if (!this.text.apply(update)) {
      this.#rebuildText()
      return OUT_OF_PLACE
    }
    this.#keep(change, update, past)
    return undefined
  }

  /** A function of the update, its author and its past; `past` is undefined for everything that was applied. */
  #judge(
    { runs, deleted }: BlockUpdate,
    { node, incarnation, doc }: Author,
    past: ReadonlySet<EntryHash> | undefined,
  ): Objection | undefined {
    const own = nodeClient(node, incarnation, doc)
    const runsByClient = Map.groupBy(runs, run => run.client)
    if (runsByClient.size > BLOCK_CLIENTS_MAX) return malformed('it types for too many clients')
    // Only that node can have typed it, so it is on its way here by itself.
    if (runs.some(({ client }) => client >= NODE_CLIENTS_FROM && client !== own))
      return gap('it brings what another node typed')
    const ends = new Map<number, number>()
    for (const [client, [first]] of runsByClient) {
      const last = runsByClient.get(client)?.at(-1)
      const known = this.#claims.end(client, past)
      if (client >= READER_CLIENT) return malformed('a client id is out of bounds')
      if (client < NODE_CLIENTS_FROM && this.#isTaken(client, node, past)) {
        return foreign('it types under a client id that another node used first')
      }
      if (first === undefined || last === undefined || first.clock > known) {
        return gap('it leaves out earlier characters of its client')
      }
      ends.set(client, Math.max(known, last.clock + last.length))
    }
    const end = (client: number) => ends.get(client) ?? this.#claims.end(client, past)
    return objectionToRuns(runs, deleted, end)
  }

  #isTaken(client: number, node: NodeId, past: ReadonlySet<EntryHash> | undefined): boolean {
    const seen = this.#claims.firsts(client).filter(({ entry }) => past === undefined || past.has(entry))
    return seen.length > 0 && seen.every(first => first.node !== node)
  }

  /**
   * What a change had seen; undefined if that is everything here. A chain of changes that goes on beside others hands
   * on one growing set, since a walk for each of them would cost the square of its length.
   */
  #past({ body: { deps } }: DocumentChange): Set<EntryHash> | undefined {
    const heads = this.order.heads()
    if (heads.length === deps.length && heads.every((head, i) => head === deps[i])) return undefined
    const [dep, ...others] = deps
    const known = dep === undefined || others.length > 0 ? undefined : this.#pasts.get(dep)
    return known ?? new Set(this.order.ancestry(deps))
  }

  #keep(change: DocumentChange, update: BlockUpdate, past: Set<EntryHash> | undefined): void {
    this.#claims.add(change, update.runs)
    this.#updates.set(change.entry, update)
    if (this.#newest === undefined || isBefore(this.#newest, change)) this.#newest = change
    if (past === undefined) return
    for (const dep of change.body.deps) this.#pasts.delete(dep)
    this.#pasts.set(change.entry, past.add(change.entry))
    const [oldest] = this.#pasts.keys()
    if (oldest !== undefined && this.#pasts.size > CHAINS_MAX) this.#pasts.delete(oldest)
  }

  #rebuildText(): void {
    this.text.free()
    this.text = new BlockText()
    for (const update of this.#updates.values()) this.text.apply(update)
  }
}

/** A total order that agrees with causality: a change is never older than what it depends on. */
export function isBefore(a: DocumentChange, b: DocumentChange): boolean {
  return compareChanges(a, b) < 0
}

export function compareChanges(a: DocumentChange, b: DocumentChange): number {
  return compareTime(a, b) || (a.entry < b.entry ? -1 : a.entry > b.entry ? 1 : 0)
}
