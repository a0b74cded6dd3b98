import type { BlockReport } from '@folkmoot/node'
import {
  Awareness,
  applyAwarenessUpdate,
  encodeAwarenessUpdate,
  removeAwarenessStates,
} from 'y-protocols/awareness'
import { applyUpdate, Doc, encodeStateAsUpdate, encodeStateVector, parseUpdateMeta } from 'yjs'
import type { BlockDoor } from './block-door.ts'
import { PRESENCE_BYTES_MAX, PRESENCES_MAX } from './block-limits.ts'
import { BlockScribe, FROM_MESH } from './block-scribe.ts'
import { awarenessMessage, decodeMessage, haveMessage, lackMessage, typedMessage } from './messages.ts'

/** A connected client, as its room sees it. */
export interface Editor {
  readonly isReadOnly: boolean
  send(message: Uint8Array): void
  sendAway(closeCode: number, reason: string): void
}

/** Why a client is sent away for good: y-websocket does not come back after a code from 4400 to 4499. */
export class Unwelcome extends Error {
  override readonly name = 'Unwelcome'
  readonly closeCode: number
  constructor(closeCode: number, reason: string) {
    super(reason)
    this.closeCode = closeCode
  }
}

interface Presences {
  readonly added: readonly number[]
  readonly updated: readonly number[]
  readonly removed: readonly number[]
}

/** One block and those who have it open here. They share a view of it; presences go among them and are not kept. */
export class BlockRoom {
  readonly id: BlockReport['id']
  readonly #view = new Doc()
  readonly #awareness: Awareness
  readonly #scribe: BlockScribe
  readonly #presencesByEditor = new Map<Editor, Set<number>>()

  constructor(door: BlockDoor, id: BlockReport['id']) {
    this.id = id
    // The view never types; a number that nobody draws keeps Yjs from drawing one for it.
    this.#view.clientID = Number.MAX_SAFE_INTEGER
    this.#awareness = new Awareness(this.#view)
    this.#awareness.setLocalState(null)
    this.#scribe = new BlockScribe(door, id, this.#view, () => this.#sendAllAway())
    this.#view.on('update', (update: Uint8Array, origin: unknown) => this.#spread(update, origin))
    this.#awareness.on('update', (changed: Presences, origin: unknown) => this.#show(changed, origin))
  }

  get isIdle(): boolean {
    return this.#presencesByEditor.size === 0 && !this.#scribe.hasUnwritten
  }

  get editors(): Iterable<Editor> {
    return this.#presencesByEditor.keys()
  }

  join(editor: Editor): void {
    this.#presencesByEditor.set(editor, new Set())
    editor.send(haveMessage(encodeStateVector(this.#view)))
    const present = [...this.#awareness.getStates().keys()]
    if (present.length > 0) editor.send(awarenessMessage(encodeAwarenessUpdate(this.#awareness, present)))
  }

  leave(editor: Editor): void {
    const presences = this.#presencesByEditor.get(editor) ?? []
    this.#presencesByEditor.delete(editor)
    removeAwarenessStates(this.#awareness, [...presences], null)
  }

  /** @throws Unwelcome */
  receive(editor: Editor, bytes: Uint8Array): void {
    try {
      this.#take(editor, bytes)
    } catch (error) {
      if (error instanceof Unwelcome) throw error
      throw new Unwelcome(4400, 'not a message of the y-websocket protocol')
    }
  }

  /** The block changed. */
  pull(): Promise<void> {
    return this.#scribe.pull()
  }

  /** Writes what was typed. */
  flush(): Promise<void> {
    return this.#scribe.flush()
  }

  async close(): Promise<void> {
    await this.#scribe.close()
    this.#awareness.destroy()
    this.#view.destroy()
  }

  #take(editor: Editor, bytes: Uint8Array): void {
    const message = decodeMessage(bytes)
    switch (message?.kind) {
      case 'have':
        editor.send(lackMessage(encodeStateAsUpdate(this.#view, message.stateVector)))
        return
      case 'update':
        // A client answers `what I have` whether it may write or not, so this is no reason to send it away.
        if (editor.isReadOnly) return
        // Applying makes room for as many items as are announced; this reads them one by one, so that they are there.
        parseUpdateMeta(message.update)
        applyUpdate(this.#view, message.update, editor)
        return
      case 'awareness':
        if (message.presences.length > PRESENCES_MAX * PRESENCE_BYTES_MAX)
          throw new Unwelcome(4413, 'its presence is too large')
        applyAwarenessUpdate(this.#awareness, message.presences, editor)
        return
      case 'ask-awareness':
        this.#tell(editor, [...this.#awareness.getStates().keys()])
    }
  }

  #spread(update: Uint8Array, origin: unknown): void {
    const message = typedMessage(update)
    for (const editor of this.#presencesByEditor.keys()) if (editor !== origin) editor.send(message)
    if (origin !== FROM_MESH) this.#scribe.typed(update)
  }

  /** To all, the one it came from too: a client that hears nothing for 30 seconds takes the connection for dead. */
  #show({ added, updated, removed }: Presences, origin: unknown): void {
    const changed = [...added, ...updated, ...removed]
    const own = this.#presencesByEditor.get(origin as Editor)
    for (const presence of added) own?.add(presence)
    if (own !== undefined && own.size > PRESENCES_MAX)
      throw new Unwelcome(4413, 'it shows too many presences')
    for (const editor of this.#presencesByEditor.keys()) this.#tell(editor, changed)
  }

  /** The rights of a room's editors are one: it is for one principal. */
  #sendAllAway(): void {
    for (const editor of [...this.editors]) editor.sendAway(4403, 'this token may not write here')
  }

  #tell(editor: Editor, presences: readonly number[]): void {
    editor.send(awarenessMessage(encodeAwarenessUpdate(this.#awareness, [...presences])))
  }
}
