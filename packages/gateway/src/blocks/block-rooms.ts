import type { BlockReport } from '@folkmoot/node'
import type { BlockDoor } from './block-door.ts'
import { BlockRoom, type Editor, Unwelcome } from './block-room.ts'

export interface BlockName {
  readonly idOrKey: string
  readonly scope?: string
}

/** The rooms that somebody is in. A room is for a block that is there: asking for one does not make it. */
export class BlockRooms {
  readonly #door: BlockDoor
  readonly #rooms = new Map<string, Promise<BlockRoom>>()
  readonly #over = new AbortController()
  readonly #watching: Promise<void>

  constructor(door: BlockDoor) {
    this.#door = door
    this.#watching = this.#watch()
  }

  /** @throws Unwelcome */
  async enter({ idOrKey, ...options }: BlockName, editor: Editor): Promise<BlockRoom> {
    const block = await this.#find(idOrKey, options)
    if (block === undefined) throw new Unwelcome(4404, 'no such block')
    const room = await this.#open(block.id)
    room.join(editor)
    return room
  }

  leave(room: BlockRoom, editor: Editor): void {
    room.leave(editor)
    void this.#closeIfIdle(room)
  }

  async close(): Promise<void> {
    this.#over.abort()
    for (const room of await Promise.all(this.#rooms.values())) await room.close()
    this.#rooms.clear()
    await this.#watching
  }

  async #find(idOrKey: string, options: { scope?: string }): Promise<BlockReport | undefined> {
    try {
      return await this.#door.block(idOrKey, options)
    } catch (error) {
      throw new Unwelcome(4400, error instanceof Error ? error.message : 'it cannot be a block')
    }
  }

  async #open(id: BlockReport['id']): Promise<BlockRoom> {
    const known = this.#rooms.get(id)
    if (known !== undefined) return known
    const opening = new BlockRoom(this.#door, id)
    const opened = opening.pull().then(() => opening)
    this.#rooms.set(id, opened)
    return opened
  }

  /** Waits for what was typed last, then closes the room unless somebody has come back. */
  async #closeIfIdle(room: BlockRoom): Promise<void> {
    if ([...room.editors].length > 0 || this.#over.signal.aborted) return
    await room.flush()
    if (!room.isIdle || !this.#rooms.delete(room.id)) return
    await room.close()
  }

  async #watch(): Promise<void> {
    for await (const { event, id, memory } of this.#door.watch({ signal: this.#over.signal })) {
      if (event !== 'record:changed') continue
      const room = await this.#rooms.get(id)
      if (room === undefined) continue
      if (memory?.status !== 'erased') {
        await room.pull()
        void this.#closeIfIdle(room)
        continue
      }
      this.#rooms.delete(id)
      for (const editor of [...room.editors]) editor.sendAway(4410, 'the block has been erased')
    }
  }
}
