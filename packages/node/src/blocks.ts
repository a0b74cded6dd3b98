import {
  applyBlockUpdate,
  BlockDocument,
  createBlock,
  DEFAULT_SCOPE,
  type DocumentRow,
  decodeBlockUpdate,
  editBlock,
  NotFoundError,
  newest,
  parseScope,
} from '@folkmoot/core'
import type { ReadOptions, WriteOptions, Written } from './api.ts'
import type { Finder } from './find.ts'
import type { BlockReport } from './reports.ts'
import type { Sight } from './sight.ts'
import type { Writer } from './writer.ts'
import { written } from './written.ts'

/** Live texts: one Yjs document each, edited by agents as text and by editors as Yjs updates. */
export class Blocks {
  readonly #sight: Sight
  readonly #finder: Finder
  readonly #writer: Writer

  constructor(sight: Sight, finder: Finder, writer: Writer) {
    this.#sight = sight
    this.#finder = finder
    this.#writer = writer
  }

  async create(key: string, text: string, options: WriteOptions): Promise<BlockReport> {
    const scope = options.scope === undefined ? DEFAULT_SCOPE : parseScope(options.scope)
    const why = this.#writer.why(options)
    const statement = { scope, key, text, ...(why === undefined ? {} : { why }) }
    return reportOf((await this.#writer.change(scope, createBlock(statement, this.#writer.at))).row)
  }

  show(idOrKey: string, { scope, at }: ReadOptions): BlockReport | undefined {
    const row = this.#find(idOrKey, scope)
    if (row === undefined || at === undefined) return row && reportOf(row)
    const past = this.#sight.asOf(row, at)
    return past && reportOf(past)
  }

  async edit(idOrKey: string, text: string, options: WriteOptions): Promise<BlockReport> {
    const row = this.#row(idOrKey, options.scope)
    if (textOf(row) === text) return reportOf(row)
    const plan = editBlock(row.id, text, this.#writer.at, this.#writer.why(options))
    return reportOf((await this.#writer.change(row.scope, plan)).row)
  }

  state(idOrKey: string, { scope, since }: { scope?: string; since?: Uint8Array }): Uint8Array {
    return this.#open(this.#row(idOrKey, scope)).text.encode(since)
  }

  async applyUpdate(idOrKey: string, update: Uint8Array, options: WriteOptions): Promise<Written> {
    const row = this.#row(idOrKey, options.scope)
    const fresh = this.#open(row).fresh(decodeBlockUpdate(update))
    if (fresh.runs.length + fresh.deleted.length === 0) return unchanged(row)
    const plan = applyBlockUpdate(row.id, update, this.#writer.at, this.#writer.why(options))
    return written(await this.#writer.change(row.scope, plan))
  }

  #row(idOrKey: string, scope: string | undefined): DocumentRow {
    const row = this.#find(idOrKey, scope)
    if (row === undefined) throw new NotFoundError(`block ${idOrKey}`)
    return row
  }

  /** A record may have the same key: here the block is meant. */
  #find(idOrKey: string, scope: string | undefined): DocumentRow | undefined {
    const row = this.#finder.keyed('block', idOrKey, scope) ?? this.#finder.find(idOrKey, scope)
    return row?.type === 'block' && !row.erased ? row : undefined
  }

  #open(row: DocumentRow): BlockDocument {
    const document = this.#sight.open(row)
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
