import {
  DEFAULT_SCOPE,
  type DocumentId,
  erase,
  FolkmootError,
  type Json,
  limits,
  type MeshId,
  type NodeId,
  NotFoundError,
  type Plan,
  type Provenance,
  parseDocumentId,
  parseScope,
  type Replica,
  remember,
  retract,
  type Statement,
  settle,
  tag,
  UsageError,
  update,
  utf8,
  type WriteResult,
} from '@folkmoot/core'
import type { Progress, RememberOptions, Settlement, WriteOptions, Written } from './api.ts'
import { findRegister, findRow } from './find.ts'
import type { Inbox } from './inbox.ts'
import { REGISTERS } from './registers.ts'

export type Remembered = RememberOptions & { readonly value: Json }

/** Statements handed to the inbox at once: what fits a few transactions, so that progress shows and memory stays flat. */
const CHUNK = 2000

/** Turns what an agent says into changes of its documents, and waits until they are on disk. */
export class Writer {
  readonly #replica: Replica
  readonly #inbox: Inbox
  readonly #at: { readonly mesh: MeshId; readonly node: NodeId }

  constructor(replica: Replica, inbox: Inbox, node: NodeId) {
    this.#replica = replica
    this.#inbox = inbox
    this.#at = { mesh: replica.mesh, node }
  }

  /** Writes a plan; resolves when it survives loss of power. */
  write(plan: Plan): Promise<WriteResult> {
    return new Promise((resolve, reject) => {
      this.#inbox.write({
        kind: 'local',
        ...plan,
        done: result => (result instanceof FolkmootError ? reject(result) : resolve(result)),
      })
    })
  }

  async remember(item: Remembered): Promise<Written> {
    return written(await this.write(remember(statementOf(item), this.#at)))
  }

  async rememberMany(items: readonly Remembered[], onProgress: Progress = () => {}): Promise<Written[]> {
    const results: Written[] = []
    for (let start = 0; start < items.length; start += CHUNK) {
      const chunk = items.slice(start, start + CHUNK)
      results.push(...(await Promise.all(chunk.map(item => this.remember(item)))))
      onProgress(results.length, items.length)
    }
    return results
  }

  async update(id: string, value: Json, options: WriteOptions): Promise<Written> {
    return written(await this.write(update(this.#find(id, options), value, provenanceOf(options))))
  }

  async retract(id: string, options: WriteOptions): Promise<Written> {
    return written(await this.write(retract(this.#find(id, options), provenanceOf(options))))
  }

  async tag(
    id: string,
    add: readonly string[],
    remove: readonly string[],
    options: WriteOptions,
  ): Promise<Written> {
    return written(await this.write(tag(this.#find(id, options), add, remove, provenanceOf(options))))
  }

  async erase(id: string, options: WriteOptions): Promise<WriteResult> {
    return this.write(erase(this.#find(id, options), provenanceOf(options)))
  }

  async resolve(
    idOrKey: string,
    settlement: Settlement,
    options: WriteOptions,
  ): Promise<Written & { conflict: string; value: Json }> {
    const { row, register } = findRegister(this.#replica, idOrKey, options.scope)
    const { id } = row
    const reason = settlement.reason ?? options.reason
    const why = provenanceOf(reason === undefined ? options : { ...options, reason })
    const result = await this.write(settle(id, register, settlement, why))
    const conflict = `${id}.${register}`
    return { ...written(result), conflict, value: result.row?.registers[register]?.at(-1)?.value ?? null }
  }

  #find(id: string, { scope }: WriteOptions): DocumentId {
    const row = findRow(this.#replica, id, scope)
    if (row === undefined) throw new NotFoundError(`memory ${id}`)
    return row.id
  }
}

export function written({ entry, row }: WriteResult): Written {
  if (row === undefined) throw new FolkmootError('not-found', 'the change was stored but does not count')
  return { id: row.id, scope: row.scope, entry, heads: row.heads }
}

function statementOf(item: Remembered): Statement {
  const registers: { [register: string]: Json } = {}
  for (const register of REGISTERS) {
    const value = item[register]
    if (value !== undefined) registers[register] = value
  }
  checkNumber('confidence', item.confidence, 0, 1)
  checkNumber('importance', item.importance, 0, 1)
  const size = utf8(item.key ?? 'k').length
  if (size === 0 || size > limits.NAME_BYTES_MAX) {
    throw new UsageError(`a key has 1 to ${limits.NAME_BYTES_MAX} bytes, this one ${size}`)
  }
  const why = provenanceOf(item)
  return {
    scope: item.scope === undefined ? DEFAULT_SCOPE : parseScope(item.scope),
    content: item.value,
    registers,
    sets: { tags: item.tags ?? [], entities: item.entities ?? [] },
    ...(item.key === undefined ? {} : { key: item.key }),
    ...(why === undefined ? {} : { why }),
  }
}

function checkNumber(name: string, value: number | undefined, min: number, max: number): void {
  if (value !== undefined && !(value >= min && value <= max))
    throw new UsageError(`${name} is between ${min} and ${max}`)
}

export function provenanceOf(options: WriteOptions): Provenance | undefined {
  const { reason, onBehalfOf, source, derivedFrom } = options
  const why: Provenance = {
    ...(reason === undefined ? {} : { reason }),
    ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
    ...(source === undefined ? {} : { source }),
    ...(derivedFrom === undefined ? {} : { derivedFrom: derivedFrom.map(parseDocumentId) }),
  }
  return Object.keys(why).length === 0 ? undefined : why
}
