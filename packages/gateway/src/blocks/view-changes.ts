/** The differences between a block and what its editors see of it, in pieces that fit an entry. */
import {
  BLOCK_TEXT_NAME,
  type CharacterRange,
  decodeBlockUpdate,
  encodeBlockUpdate,
  splitBlockUpdate,
  textEdits,
} from '@folkmoot/core'
import { type Doc, decodeUpdate, encodeStateAsUpdate, encodeStateVector, Skip } from 'yjs'
import { DELETED_RANGES_MAX, PART_BYTES_MAX, TYPED_CHARACTERS_MAX } from './block-limits.ts'

/** Cut so that each fits one entry, if it can be cut. */
export function partsOf(update: Uint8Array): readonly Uint8Array[] {
  if (update.length <= PART_BYTES_MAX) return [update]
  try {
    const parts = splitBlockUpdate(decodeBlockUpdate(update), TYPED_CHARACTERS_MAX, DELETED_RANGES_MAX)
    return parts?.map(encodeBlockUpdate) ?? [update]
  } catch {
    // Not plain text: the node says so, and it is typed anew.
    return [update]
  }
}

/** Characters of `view` that `block` has not. */
export function beyond(view: Doc, block: Doc): CharacterRange[] {
  const { structs } = decodeUpdate(encodeStateAsUpdate(view, encodeStateVector(block)))
  return structs.flatMap(struct =>
    struct instanceof Skip ? [] : { client: struct.id.client, clock: struct.id.clock, length: struct.length },
  )
}

/** Edits `block` until it has this text; gives the updates, each small enough for one entry. */
export function editsTowards(block: Doc, after: string, client: number): readonly Uint8Array[] {
  const updates: Uint8Array[] = []
  const text = block.getText(BLOCK_TEXT_NAME)
  const edits = textEdits(textOf(block), after)
  block.clientID = client
  block.on('update', (update: Uint8Array) => updates.push(update))
  for (const { at, removed, inserted } of edits) {
    const pieces = inserted.match(new RegExp(`[^]{1,${TYPED_CHARACTERS_MAX}}`, 'gu')) ?? ['']
    let place = at
    for (const [i, piece] of pieces.entries()) {
      block.transact(() => {
        if (i === 0) text.delete(at, removed)
        text.insert(place, piece)
      })
      place += piece.length
    }
  }
  return updates
}

export function textOf(doc: Doc): string {
  return doc.getText(BLOCK_TEXT_NAME).toString()
}
