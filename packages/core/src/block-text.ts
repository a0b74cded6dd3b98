/**
 * The one file of the core that imports Yjs. A block's text is a `Y.Text` under one name; deleted characters are
 * kept, so that the past can be read.
 *
 * No byte from a peer reaches a document: an update is read into runs and ranges, and written again from those. What
 * a text does not need (formats, embeds, maps, sub-documents, gaps, one client named twice) cannot be said.
 */
import {
  applyUpdate,
  ContentDeleted,
  ContentString,
  createID,
  Doc,
  decodeUpdate,
  encodeStateAsUpdate,
  getItem,
  getState,
  Item,
  UpdateEncoderV1,
} from 'yjs'
import { MalformedError } from './errors.ts'

/** The name of the text in its Yjs document: what an editor binds to. */
export const BLOCK_TEXT_NAME = 'content'

/** Our documents only read: this id writes nowhere, so that Yjs never draws another. */
export const READER_CLIENT = Number.MAX_SAFE_INTEGER

/** A character's name: the how-manieth of which Yjs client. */
export interface CharacterId {
  readonly client: number
  readonly clock: number
}

export interface CharacterRange extends CharacterId {
  readonly length: number
}

/** Characters that one client typed in a row: what Yjs calls an item. */
export interface Run extends CharacterRange {
  /** What stood before and after them when they were typed; null for the start or the end. */
  readonly left: CharacterId | null
  readonly right: CharacterId | null
  /** Null if the characters were deleted, and forgotten, before the update was made. */
  readonly text: string | null
}

export interface BlockUpdate {
  /** Each client's runs follow one another without a gap. */
  readonly runs: readonly Run[]
  readonly deleted: readonly CharacterRange[]
}

const HAS_LEFT = 0x80
const HAS_RIGHT = 0x40
const DELETED = 1
const STRING = 4

/** @throws MalformedError for anything but changes of one plain text */
export function decodeBlockUpdate(bytes: Uint8Array): BlockUpdate {
  let decoded: ReturnType<typeof decodeUpdate>
  try {
    decoded = decodeUpdate(bytes)
  } catch {
    throw new MalformedError('not a Yjs update')
  }
  const runs = decoded.structs.map(runOf)
  const ends = new Map<number, number>()
  let before: number | undefined
  for (const { client, clock, length } of runs) {
    const end = ends.get(client)
    if (end !== undefined && (client !== before || clock !== end))
      throw new MalformedError('a client is named twice, or its characters leave a gap')
    ends.set(client, clock + length)
    before = client
  }
  const deleted = [...decoded.ds.clients].flatMap(([client, ranges]) =>
    ranges.map(({ clock, len }) => ({ client, clock, length: len })),
  )
  for (const range of [...runs, ...deleted]) {
    if (range.length < 1 || range.client >= READER_CLIENT || !Number.isSafeInteger(range.clock + range.length))
      throw new MalformedError('a range is out of bounds')
  }
  return { runs, deleted }
}

export function encodeBlockUpdate({ runs, deleted }: BlockUpdate): Uint8Array {
  const out = new UpdateEncoderV1()
  const runsByClient = Map.groupBy(runs, run => run.client)
  out.writeLen(runsByClient.size)
  // Yjs writes higher clients first: its merge is faster so.
  for (const [client, own] of [...runsByClient].sort(([a], [b]) => b - a)) {
    out.writeLen(own.length)
    out.writeClient(client)
    out.writeLen(own[0]?.clock ?? 0)
    for (const run of own) writeRun(out, run)
  }
  const deletedByClient = Map.groupBy(deleted, range => range.client)
  out.writeLen(deletedByClient.size)
  for (const [client, ranges] of deletedByClient) {
    out.writeClient(client)
    out.writeLen(ranges.length)
    for (const { clock, length } of ranges) {
      out.writeDsClock(clock)
      out.writeDsLen(length)
    }
  }
  return out.toUint8Array()
}

function runOf(struct: ReturnType<typeof decodeUpdate>['structs'][number]): Run {
  if (!(struct instanceof Item)) throw new MalformedError('an update of a text has no gaps')
  const { id, length, content, origin: left, rightOrigin: right, parentSub } = struct
  // Only what stands alone names its parent; the decoder leaves the name as it was written.
  const parent = struct.parent as unknown
  if (parentSub !== null || (left === null && right === null && parent !== BLOCK_TEXT_NAME))
    throw new MalformedError(`only the text named ${BLOCK_TEXT_NAME} can be changed`)
  const where = { client: id.client, clock: id.clock, length, left: plain(left), right: plain(right) }
  if (content instanceof ContentString) return { ...where, text: content.str }
  if (content instanceof ContentDeleted) return { ...where, text: null }
  throw new MalformedError('only plain text can be typed')
}

function writeRun(out: UpdateEncoderV1, { left, right, text, length }: Run): void {
  const kind = text === null ? DELETED : STRING
  out.writeInfo(kind | (left === null ? 0 : HAS_LEFT) | (right === null ? 0 : HAS_RIGHT))
  if (left !== null) out.writeLeftID(createID(left.client, left.clock))
  if (right !== null) out.writeRightID(createID(right.client, right.clock))
  if (left === null && right === null) {
    out.writeParentInfo(true)
    out.writeString(BLOCK_TEXT_NAME)
  }
  if (text === null) out.writeLen(length)
  else out.writeString(text)
}

function plain(id: CharacterId | null): CharacterId | null {
  return id === null ? null : { client: id.client, clock: id.clock }
}

export class BlockText {
  readonly #doc = newReader()

  /** False if the update asks for what cannot be: then this text is of no more use. */
  apply(update: BlockUpdate): boolean {
    try {
      applyUpdate(this.#doc, encodeBlockUpdate(update))
    } catch {
      return false
    }
    const { pendingStructs, pendingDs } = this.#doc.store
    if (pendingStructs !== null || pendingDs !== null) return false
    return update.runs.every(run => this.#isInOrder(run))
  }

  toString(): string {
    return this.#doc.getText(BLOCK_TEXT_NAME).toString()
  }

  /** How many characters of this client are here. */
  end(client: number): number {
    return getState(this.#doc.store, client)
  }

  /** Everything here that a document with state vector `since` lacks, as a Yjs update. */
  encode(since?: Uint8Array): Uint8Array {
    return encodeStateAsUpdate(this.#doc, since)
  }

  /** Characters in order, deleted ones too. */
  *characters(): Iterable<CharacterRange & { readonly isDeleted: boolean }> {
    let item = this.#doc.getText(BLOCK_TEXT_NAME)._start
    for (; item !== null; item = item.right) {
      const { id, length, deleted } = item
      yield { client: id.client, clock: id.clock, length, isDeleted: deleted }
    }
  }

  /** The parts of `range` that are not deleted here. */
  *alive({ client, clock, length }: CharacterRange): Iterable<CharacterRange> {
    const end = clock + length
    for (let at = clock; at < end; ) {
      if (at >= this.end(client)) {
        yield { client, clock: at, length: end - at }
        return
      }
      const item = this.#item({ client, clock: at })
      const upTo = Math.min(end, item.id.clock + item.length)
      if (!item.deleted) yield { client, clock: at, length: upTo - at }
      at = upTo
    }
  }

  free(): void {
    this.#doc.destroy()
  }

  /**
   * Yjs gives one text for any order of updates as long as what is typed between two characters names them in their
   * order; otherwise replicas part for good (measured: 3 in 100 random cases).
   */
  #isInOrder({ left, right }: Run): boolean {
    if (left === null || right === null) return true
    const first = this.#item(left)
    const last = this.#item(right)
    if (first === last) return left.clock < right.clock
    for (let item = first.right; item !== null; item = item.right) if (item === last) return true
    return false
  }

  #item({ client, clock }: CharacterId): Item {
    return getItem(this.#doc.store, createID(client, clock)) as Item
  }
}

function newReader(): Doc {
  const doc = new Doc({ gc: false })
  doc.clientID = READER_CLIENT
  doc.getText(BLOCK_TEXT_NAME)
  return doc
}
