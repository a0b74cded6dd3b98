import {
  applyBlockUpdate,
  BlockDocument,
  createBlock,
  DEFAULT_SCOPE,
  type DocumentRow,
  decodeBlockUpdate,
  editBlock,
  keyedDocumentId,
  type NodeId,
  NotFoundError,
  newest,
  parseScope,
  type Replica,
  scopeId,
} from '@folkmoot/core'
import type { ReadOptions, WriteOptions, Written } from './api.ts'
import { findRow } from './find.ts'
import type { Reader } from './reader.ts'
import type { BlockReport } from './reports.ts'
import { provenanceOf, type Writer, written } from './writer.ts'

/** Live texts: one Yjs document each, edited by agents as text and by editors as Yjs updates. */
export class Blocks {
  readonly #replica: Replica
  readonly #writer: Writer
  readonly #reader: Reader
  readonly #node: NodeId

  constructor(replica: Replica, writer: Writer, reader: Reader, node: NodeId) {
    this.#replica = replica
    this.#writer = writer
    this.#reader = reader
    this.#node = node
  }

  async create(key: string, text: string, options: WriteOptions): Promise<BlockReport> {
    const scope = options.scope === undefined ? DEFAULT_SCOPE : parseScope(options.scope)
    const why = provenanceOf(options)
    const statement = { scope, key, text, ...(why === undefined ? {} : { why }) }
    const plan = createBlock(statement, { mesh: this.#replica.mesh, node: this.#node })
    return reportOf((await this.#writer.write(plan)).row)
  }

  show(idOrKey: string, { scope, at }: ReadOptions): BlockReport | undefined {
    const row = this.#find(idOrKey, scope)
    if (row === undefined || at === undefined) return row && reportOf(row)
    const past = this.#reader.get(row.id, { at })
    return past && reportOf(past.row)
  }

  async edit(idOrKey: string, text: string, options: WriteOptions): Promise<BlockReport> {
    const row = this.#row(idOrKey, options.scope)
    if (textOf(row) === text) return reportOf(row)
    const plan = editBlock(row.id, text, { node: this.#node }, provenanceOf(options))
    return reportOf((await this.#writer.write(plan)).row)
  }

  state(idOrKey: string, { scope, since }: { scope?: string; since?: Uint8Array }): Uint8Array {
    return this.#open(this.#row(idOrKey, scope)).text.encode(since)
  }

  async applyUpdate(idOrKey: string, update: Uint8Array, options: WriteOptions): Promise<Written> {
    const row = this.#row(idOrKey, options.scope)
    const fresh = this.#open(row).fresh(decodeBlockUpdate(update))
    if (fresh.runs.length + fresh.deleted.length === 0) return unchanged(row)
    const plan = applyBlockUpdate(row.id, update, { node: this.#node }, provenanceOf(options))
    return written(await this.#writer.write(plan))
  }

  #row(idOrKey: string, scope: string | undefined): DocumentRow {
    const row = this.#find(idOrKey, scope)
    if (row === undefined) throw new NotFoundError(`block ${idOrKey}`)
    return row
  }

  /** A record may have the same key: here the block is meant. */
  #find(idOrKey: string, scope: string | undefined): DocumentRow | undefined {
    const space = scopeId(this.#replica.mesh, scope === undefined ? DEFAULT_SCOPE : parseScope(scope))
    const keyed = this.#replica.storage.rows.get(keyedDocumentId(space, 'block', idOrKey))
    const row = keyed ?? findRow(this.#replica, idOrKey, scope)
    return row?.type === 'block' && !row.erased ? row : undefined
  }

  #open(row: DocumentRow): BlockDocument {
    const document = this.#replica.openDocument(row.id)
    if (!(document instanceof BlockDocument)) throw new NotFoundError(`block ${row.id}`)
    return document
  }
}

function textOf(row: DocumentRow): string {
  const value = newest(row.registers.content ?? [])?.value
  return typeof value === 'string' ? value : ''
}

function reportOf(row: DocumentRow | undefined): BlockReport {
  if (row === undefined) throw new NotFoundError('block: the change was stored but does not count')
  const { id, key, scope, heads, updatedAt } = row
  return { id, key, scope, text: textOf(row), heads, updatedAt }
}

function unchanged({ id, scope, heads, registers }: DocumentRow): Written {
  const entry = newest(registers.content ?? [])?.entry
  if (entry === undefined) throw new NotFoundError(`block ${id}`)
  return { id, scope, entry, heads }
}
