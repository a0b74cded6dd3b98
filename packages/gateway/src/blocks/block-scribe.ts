import { type DocumentId, encodeBlockUpdate, nodeClient } from '@folkmoot/core'
import { applyUpdate, Doc, decodeUpdate, encodeStateAsUpdate, encodeStateVector, mergeUpdates } from 'yjs'
import type { BlockDoor } from './block-door.ts'
import { GATHER_MS, RETRY_MS } from './block-limits.ts'
import { beyond, editsTowards, partsOf, textOf } from './view-changes.ts'

/** Where changes of the view come from when no editor made them. */
export const FROM_MESH = 'mesh'

/** What an entry says of where its text came from. */
const SOURCE = 'editor'

/**
 * Carries a block between its editors' view, a Yjs document, and the node: what editors typed becomes signed entries,
 * what came from elsewhere goes into the view.
 *
 * The view can hold what the mesh cannot: text under a client id that belongs to another node (a browser that moved
 * from there), formats. What was typed is not lost for that: its text is typed anew under an id of this node, and the
 * editors are told to delete theirs.
 */
export class BlockScribe {
  readonly #door: BlockDoor
  readonly #id: DocumentId
  readonly #view: Doc
  readonly #onForbidden: () => void
  /** Typed and not written yet. */
  #typed: Uint8Array[] = []
  #work: Promise<void> = Promise.resolve()
  /** The Yjs client id under which text is typed anew, once there was need for it. */
  #client: number | undefined
  /** What was typed builds on entries that have not reached this node. */
  #isAhead = false
  #timer: NodeJS.Timeout | undefined

  /** @param onForbidden told when something that was typed may not be written: it is not kept */
  constructor(door: BlockDoor, id: DocumentId, view: Doc, onForbidden: () => void) {
    this.#onForbidden = onForbidden
    this.#door = door
    this.#id = id
    this.#view = view
  }

  /** An editor typed this; it is in the view already. */
  typed(update: Uint8Array): void {
    this.#typed.push(update)
    this.#writeIn(GATHER_MS)
  }

  /** The block changed: brings the view up to date, and writes what had to wait for it. */
  pull(): Promise<void> {
    return this.#then(async () => {
      await this.#bringUp()
      if (this.#isAhead) return this.#write()
      const block = await this.#door.block(this.#id)
      if (block === undefined || this.#typed.length > 0 || block.text === textOf(this.#view)) return
      // Either the block has moved on, and then this comes to nothing; or something in the view has stopped counting.
      this.#typed.push(encodeStateAsUpdate(this.#view))
      await this.#write()
    })
  }

  /** Writes what was typed, now. */
  flush(): Promise<void> {
    return this.#then(() => this.#write())
  }

  async close(): Promise<void> {
    await this.flush()
    clearTimeout(this.#timer)
  }

  get hasUnwritten(): boolean {
    return this.#typed.length > 0
  }

  #writeIn(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      void this.#then(() => this.#write())
    }, ms)
  }

  /** One thing after the other; what fails has been dealt with or will be tried again. */
  #then(step: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(step).catch(() => this.#retryLater())
    return this.#work
  }

  #retryLater(): void {
    if (this.#typed.length > 0) this.#writeIn(RETRY_MS)
  }

  async #bringUp(): Promise<void> {
    const since = encodeStateVector(this.#view)
    applyUpdate(this.#view, await this.#door.blockState(this.#id, { since }), FROM_MESH)
  }

  async #write(): Promise<void> {
    const typed = this.#typed
    if (typed.length === 0) return
    this.#typed = []
    this.#isAhead = false
    const update = mergeUpdates(typed)
    try {
      for (const part of partsOf(update)) {
        await this.#door.applyBlockUpdate(this.#id, part, { source: SOURCE })
      }
    } catch (error) {
      if (isGone(error)) return
      if (codeOf(error) === 'forbidden') return this.#onForbidden()
      this.#typed.unshift(update)
      const waits = await this.#mustWait(error, update)
      this.#isAhead = waits === 'news'
      if (waits === 'room') this.#retryLater()
      if (waits === undefined) await this.#typeAnew()
    }
  }

  /** What a refused update waits for: entries of others, or room on this node. Undefined if waiting is of no use. */
  async #mustWait(error: unknown, update: Uint8Array): Promise<'news' | 'room' | undefined> {
    const code = codeOf(error)
    if (code === 'busy' || code === 'disk' || code === undefined) return 'room'
    if (code !== 'gap') return undefined
    const peers = await this.#door.peers()
    const natives = new Set(peers.map(peer => nodeClient(peer.node, 0, this.#id)))
    return decodeUpdate(update).structs.some(({ id }) => natives.has(id.client)) ? 'news' : undefined
  }

  /** Writes the difference between the view and the block as an edit of this node, and rids the view of the rest. */
  async #typeAnew(): Promise<void> {
    const block = new Doc({ gc: false })
    applyUpdate(block, await this.#door.blockState(this.#id))
    applyUpdate(this.#view, encodeStateAsUpdate(block), FROM_MESH)
    const deleted = beyond(this.#view, block)
    const mayGoOn = deleted.every(stray => stray.client !== this.#client)
    // A Yjs document draws a new client id for itself.
    this.#client = mayGoOn && this.#client !== undefined ? this.#client : block.clientID
    const edits = [...editsTowards(block, textOf(this.#view), this.#client)]
    this.#typed = []
    applyUpdate(this.#view, mergeUpdates([...edits, encodeBlockUpdate({ runs: [], deleted })]), FROM_MESH)
    try {
      for (let edit = edits[0]; edit !== undefined; edit = edits[0]) {
        await this.#door.applyBlockUpdate(this.#id, edit, { source: SOURCE })
        edits.shift()
      }
    } catch (error) {
      this.#typed.unshift(...edits)
      throw error
    }
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}

function isGone(error: unknown): boolean {
  return ['closed', 'not-found', 'erased'].includes(codeOf(error) ?? '')
}
