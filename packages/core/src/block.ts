/** What one can do to a block, as plans: see memory.ts. */
import { nodeClient } from './block-claims.ts'
import { type TextEdit, textEdits } from './block-diff.ts'
import { BlockDocument } from './block-document.ts'
import type { Objection } from './block-objection.ts'
import type { BlockText } from './block-text.ts'
import {
  type BlockUpdate,
  type CharacterId,
  type CharacterRange,
  decodeBlockUpdate,
  encodeBlockUpdate,
  type Run,
} from './block-update.ts'
import type { Provenance } from './body.ts'
import { utf8 } from './bytes.ts'
import type { Plan } from './change-plan.ts'
import { FolkmootError, NotFoundError, TooLargeError, UsageError } from './errors.ts'
import { type DocumentId, keyedDocumentId, type NodeId, type ScopeNames } from './ids.ts'
import { BLOCK_TEXT_BYTES_MAX, TEXT_BYTES_MAX } from './limits.ts'
import { type ScopeAddress, scopeId } from './scope.ts'
import type { Planned, PlanView } from './work.ts'

export interface BlockStatement {
  readonly scope: ScopeAddress
  readonly key: string
  readonly text: string
  readonly why?: Provenance
}

/** Where a plan is made: under whose key, and in which of its logs. */
export interface BlockAuthor {
  readonly node: NodeId
  readonly incarnation?: number
}

/** A new block. If another node makes one with the same key while apart, both texts are in it. */
export function createBlock(statement: BlockStatement, at: BlockAuthor & { names: ScopeNames }): Plan {
  const { scope, key, text, why } = statement
  checkSize(text)
  const doc = keyedDocumentId(scopeId(at.names, scope), 'block', key)
  return {
    touches: doc,
    plan(view) {
      const before = view.row(doc)
      if (before?.erased === true) throw erased(doc)
      if (before !== undefined) throw new UsageError(`the block ${key} is there already: edit it`)
      const client = nodeClient(at.node, at.incarnation ?? 0, doc)
      const run: Run = { client, clock: 0, length: text.length, left: null, right: null, text }
      const update = encodeBlockUpdate({ runs: text === '' ? [] : [run], deleted: [] })
      const body = { type: 'block' as const, doc, deps: [], salt: view.salt(), key, update, ...whyOf(why) }
      return { scope, body }
    },
  }
}

/** Gives the block this text by the smallest edit that leads there. */
export function editBlock(id: DocumentId, text: string, at: BlockAuthor, why?: Provenance): Plan {
  checkSize(text)
  return changeOf(id, why, block => {
    const client = nodeClient(at.node, at.incarnation ?? 0, id)
    return updateFor(block.text, textEdits(block.text.toString(), text), client)
  })
}

/**
 * Takes in what an editor made of the block, as a Yjs update; what is here already is left out.
 * @throws FolkmootError forged, if it writes under another's client id; gap, if it builds on what is not here yet
 */
export function applyBlockUpdate(id: DocumentId, bytes: Uint8Array, at: BlockAuthor, why?: Provenance): Plan {
  const update = decodeBlockUpdate(bytes)
  return changeOf(id, why, block => {
    const fresh = block.fresh(update)
    const objection = block.objection(fresh, { node: at.node, incarnation: at.incarnation ?? 0, doc: id })
    if (objection !== undefined) throw errorOf(objection)
    return fresh
  })
}

function changeOf(
  id: DocumentId,
  why: Provenance | undefined,
  updateOf: (block: BlockDocument) => BlockUpdate,
): Plan {
  return {
    touches: id,
    plan(view): Planned {
      const row = view.row(id)
      if (row === undefined) throw new NotFoundError(`block ${id}`)
      if (row.erased) throw erased(id)
      const update = encodeBlockUpdate(updateOf(openBlock(view, id)))
      if (update.length > TEXT_BYTES_MAX) throw new TooLargeError('edit', update.length, TEXT_BYTES_MAX)
      const body = { type: 'block' as const, doc: id, deps: [...row.heads], salt: view.salt(), update }
      return { scope: row.scope, body: { ...body, ...whyOf(why) } }
    },
  }
}

function openBlock(view: PlanView, id: DocumentId): BlockDocument {
  const document = view.document(id)
  if (!(document instanceof BlockDocument)) throw new UsageError(`${id} is a record, not a block`)
  return document
}

/** Edits, last first, as what a Yjs client would have written. */
function updateFor(text: BlockText, edits: readonly TextEdit[], client: number): BlockUpdate {
  const runs: Run[] = []
  const deleted: CharacterRange[] = []
  let clock = text.end(client)
  for (const { at, removed, inserted } of edits) {
    const place = placeIn(text, at, removed)
    deleted.push(...place.covered)
    if (inserted === '') continue
    runs.push({
      client,
      clock,
      length: inserted.length,
      left: place.left,
      right: place.right,
      text: inserted,
    })
    clock += inserted.length
  }
  return { runs, deleted }
}

/** The characters on both sides of a place, and the `removed` that follow it. */
function placeIn(text: BlockText, at: number, removed: number) {
  let left: CharacterId | null = null
  let right: CharacterId | null | undefined = at === 0 ? undefined : null
  const covered: CharacterRange[] = []
  let passed = 0
  for (const { client, clock, length, isDeleted } of text.stretches()) {
    const from = Math.max(0, at - passed)
    if (passed >= at && right === undefined) right = { client, clock }
    if (isDeleted) continue
    if (passed < at && passed + length >= at) {
      left = { client, clock: clock + from - 1 }
      right = passed + length > at ? { client, clock: clock + from } : undefined
    }
    const upTo = Math.min(length, at + removed - passed)
    if (upTo > from) covered.push({ client, clock: clock + from, length: upTo - from })
    passed += length
    if (passed > at + removed) break
  }
  return { left, right: right ?? null, covered }
}

function errorOf({ kind, reason }: Objection): FolkmootError {
  const code = kind === 'foreign' ? 'forged' : kind
  return new FolkmootError(code, `the edit does not fit: ${reason}`)
}

function erased(id: DocumentId): FolkmootError {
  return new FolkmootError('erased', `block ${id} has been erased for good`)
}

function checkSize(text: string): void {
  const size = utf8(text).length
  if (size > BLOCK_TEXT_BYTES_MAX) throw new TooLargeError('text', size, BLOCK_TEXT_BYTES_MAX)
}

function whyOf(why: Provenance | undefined): { why?: Provenance } {
  return why === undefined || Object.keys(why).length === 0 ? {} : { why }
}
