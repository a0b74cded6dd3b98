/** The one file of the core that imports Yjs: a block's text. Deleted characters are kept, for reads of the past. */
import { applyUpdate, createID, Doc, encodeStateAsUpdate, getItem, getState, type Item } from 'yjs'
import {
  BLOCK_TEXT_NAME,
  type BlockUpdate,
  type CharacterId,
  type CharacterRange,
  encodeBlockUpdate,
  isSameCharacter,
  type Run,
} from './block-update.ts'

/** Our documents only read: nobody may write under this id, or Yjs would draw us another. */
export const READER_CLIENT = Number.MAX_SAFE_INTEGER

export class BlockText {
  readonly #doc = new Doc({ gc: false })

  constructor() {
    this.#doc.clientID = READER_CLIENT
    this.#doc.getText(BLOCK_TEXT_NAME)
  }

  /** False if the update asks for what cannot be: then this text is of no more use. */
  apply(update: BlockUpdate): boolean {
    try {
      applyUpdate(this.#doc, encodeBlockUpdate(update))
    } catch {
      return false
    }
    const { pendingStructs, pendingDs } = this.#doc.store
    return pendingStructs === null && pendingDs === null && update.runs.every(run => this.#isInPlace(run))
  }

  /** True if `apply` would give true. Changes nothing. */
  takes(update: BlockUpdate): boolean {
    let before: Run | undefined
    const isPlain = update.runs.every(run => {
      const goesOn =
        before !== undefined &&
        isSameCharacter(run.left, lastOf(before)) &&
        isSameCharacter(run.right, before.right)
      before = run
      return goesOn || this.#isNextTo(run.left, run.right)
    })
    if (isPlain) return true
    const copy = new BlockText()
    applyUpdate(copy.#doc, this.encode())
    const taken = copy.apply(update)
    copy.free()
    return taken
  }

  toString(): string {
    return this.#doc.getText(BLOCK_TEXT_NAME).toString()
  }

  /** How many characters of this client are here. */
  end(client: number): number {
    return getState(this.#doc.store, client)
  }

  /** All that a document with the state vector `since` lacks, as a Yjs update. */
  encode(since?: Uint8Array): Uint8Array {
    return encodeStateAsUpdate(this.#doc, since)
  }

  /** Stretches of characters in their order, deleted ones too. */
  *stretches(): Iterable<CharacterRange & { readonly isDeleted: boolean }> {
    for (let item = this.#first(); item !== null; item = item.right) {
      yield { client: item.id.client, clock: item.id.clock, length: item.length, isDeleted: item.deleted }
    }
  }

  /** What of `range` is not deleted here. */
  *alive({ client, clock, length }: CharacterRange): Iterable<CharacterRange> {
    const end = clock + length
    const here = Math.min(end, this.end(client))
    let at = clock
    while (at < here) {
      const item = this.#item({ client, clock: at })
      const upTo = Math.min(here, item.id.clock + item.length)
      if (!item.deleted) yield { client, clock: at, length: upTo - at }
      at = upTo
    }
    if (at < end) yield { client, clock: at, length: end - at }
  }

  free(): void {
    this.#doc.destroy()
  }

  /**
   * True if the run could have been typed between the two characters it names: they stood side by side in the least
   * that its author must have seen. Yjs gives one text for any order of such updates; of others it does not (measured:
   * 3 in 1000 random histories part for good, even if the two are in order).
   */
  #isInPlace({ client, clock, left, right }: Run): boolean {
    const last = right === null ? null : this.#item(right)
    if (last !== null && right !== null && last.id.clock < right.clock) return false
    const first = left === null ? null : this.#item(left)
    const between: CharacterId[] = []
    if (first !== null && left !== null && left.clock + 1 < first.id.clock + first.length) {
      between.push({ client: left.client, clock: left.clock + 1 })
    }
    for (let item = first === null ? this.#first() : first.right; item !== last; item = item.right) {
      if (item === null) return false
      if (item.id.client !== client || item.id.clock < clock) between.push(item.id)
    }
    if (between.length === 0) return true
    const seen = this.#leastSeen([left, right, clock === 0 ? null : { client, clock: clock - 1 }])
    return between.every(id => id.clock >= (seen.get(id.client) ?? 0))
  }

  /** How much of each client's typing one must have seen to see these characters. */
  #leastSeen(ids: readonly (CharacterId | null)[]): ReadonlyMap<number, number> {
    const seen = new Map<number, number>()
    const open = [...ids]
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (id === null) continue
      let at = seen.get(id.client) ?? 0
      if (at > id.clock) continue
      seen.set(id.client, id.clock + 1)
      while (at <= id.clock) {
        const item = this.#item({ client: id.client, clock: at })
        open.push(item.origin, item.rightOrigin)
        at = item.id.clock + item.length
      }
    }
    return seen
  }

  /** True if nothing stands between the two, null being the start and the end. */
  #isNextTo(left: CharacterId | null, right: CharacterId | null): boolean {
    if (left !== null && left.clock >= this.end(left.client)) return false
    const item = left === null ? undefined : this.#item(left)
    if (left !== null && item !== undefined && left.clock < item.id.clock + item.length - 1)
      return isSameCharacter(right, { client: left.client, clock: left.clock + 1 })
    const next = item === undefined ? this.#first() : item.right
    return isSameCharacter(right, next === null ? null : next.id)
  }

  #first(): Item | null {
    return this.#doc.getText(BLOCK_TEXT_NAME)._start
  }

  #item({ client, clock }: CharacterId): Item {
    return getItem(this.#doc.store, createID(client, clock)) as Item
  }
}

function lastOf({ client, clock, length }: CharacterRange): CharacterId {
  return { client, clock: clock + length - 1 }
}
