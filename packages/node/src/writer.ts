import {
  DEFAULT_SCOPE,
  type DocumentId,
  type DocumentRow,
  erase,
  FolkmootError,
  type Json,
  limits,
  type NodeId,
  NoKeyError,
  type Plan,
  type Provenance,
  parseScope,
  type Replica,
  type Right,
  remember,
  retract,
  type ScopeAddress,
  type Statement,
  settle,
  tag,
  UsageError,
  update,
  utf8,
  type WriteResult,
} from '@folkmoot/core'
import type { Progress, RememberOptions, Settlement, WriteOptions, Written } from './api.ts'
import type { Finder } from './find.ts'
import type { Inbox } from './inbox.ts'
import type { Members } from './present.ts'
import { provenanceOf } from './provenance.ts'
import { REGISTERS } from './registers.ts'
import { SETTLING, type Sight } from './sight.ts'

export type Remembered = RememberOptions & { readonly value: Json }

/** Statements handed to the inbox at once: what fits a few transactions, so that progress shows and memory stays flat. */
const CHUNK = 2000
/** Keys that one write may wait for, one after the other. */
const KEY_ATTEMPTS_MAX = 5

/** Whose hand writes, and where. */
export interface WriterParts {
  readonly replica: Pick<Replica, 'names' | 'incarnation'>
  readonly inbox: Inbox
  readonly node: NodeId
  readonly members: Members
  readonly sight: Sight
  readonly finder: Finder
  /** Sees to it that there is a key of a scope to write with. */
  readonly ensureKey?: (scope: ScopeAddress) => Promise<void>
}

/**
 * Turns what an agent says into changes of its documents, and waits until they are on disk. Whatever it may not read
 * is not there for it, and what it may not write it does not try: core would refuse that anyway.
 */
export class Writer {
  readonly #parts: WriterParts

  constructor(parts: WriterParts) {
    this.#parts = parts
  }

  /** Where and under whose key plans are made. */
  get at() {
    const { replica, node } = this.#parts
    return { names: replica.names, node, incarnation: replica.incarnation }
  }

  /** Writes a plan as it is; resolves when it survives loss of power. */
  async write(plan: Plan): Promise<WriteResult> {
    const { ensureKey } = this.#parts
    for (let attempt = 1; ; attempt++) {
      const result = await this.#submit(plan)
      if (!(result instanceof FolkmootError)) return result
      // Nobody has written there yet, or a reader was removed since.
      if (!(result instanceof NoKeyError) || attempt === KEY_ATTEMPTS_MAX || ensureKey === undefined)
        throw result
      await ensureKey(result.scope)
    }
  }

  /** Writes a plan if the principal may do that. @throws FolkmootError forbidden */
  async change(scope: ScopeAddress, plan: Plan, anyOf?: readonly Right[]): Promise<WriteResult> {
    const { sight } = this.#parts
    sight.checkWrite(scope, anyOf)
    const guarded: Plan['plan'] = view => {
      // Between the question and the writing, others have written.
      sight.checkWrite(scope, anyOf)
      const row = plan.touches === undefined ? undefined : view.row(plan.touches as DocumentId)
      if (row !== undefined && !sight.mayRead(row))
        throw new FolkmootError(
          'forbidden',
          'a memory by that name is there, and not to be touched from here',
        )
      return plan.plan(view)
    }
    return this.write({ ...plan, plan: guarded })
  }

  async remember(item: Remembered): Promise<Written> {
    const statement = statementOf(item, this.why(item))
    return written(await this.change(statement.scope, remember(statement, this.at)))
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
    const row = this.#row(id, options)
    return written(await this.change(row.scope, update(row.id, value, this.why(options))))
  }

  async retract(id: string, options: WriteOptions): Promise<Written> {
    const row = this.#row(id, options)
    return written(await this.change(row.scope, retract(row.id, this.why(options))))
  }

  async tag(
    id: string,
    add: readonly string[],
    remove: readonly string[],
    options: WriteOptions,
  ): Promise<Written> {
    const row = this.#row(id, options)
    return written(await this.change(row.scope, tag(row.id, add, remove, this.why(options))))
  }

  async erase(id: string, options: WriteOptions): Promise<WriteResult> {
    const row = this.#row(id, options)
    return this.change(row.scope, erase(row.id, this.why(options)))
  }

  async resolve(
    idOrKey: string,
    settlement: Settlement,
    options: WriteOptions,
  ): Promise<Written & { conflict: string; value: Json }> {
    const { row, register } = this.#parts.finder.register(idOrKey, options.scope)
    const reason = settlement.reason ?? options.reason
    const why = this.why(reason === undefined ? options : { ...options, reason })
    const result = await this.change(row.scope, settle(row.id, register, settlement, why), SETTLING)
    const conflict = `${row.id}.${register}`
    return { ...written(result), conflict, value: result.row?.registers[register]?.at(-1)?.value ?? null }
  }

  why(options: WriteOptions): Provenance | undefined {
    const { sight, members } = this.#parts
    return provenanceOf(options, sight, members)
  }

  #submit(plan: Plan): Promise<WriteResult | FolkmootError> {
    return new Promise(done => this.#parts.inbox.write({ kind: 'local', ...plan, done }))
  }

  #row(id: string, { scope }: WriteOptions): DocumentRow {
    return this.#parts.finder.row(id, scope)
  }
}

export function written({ entry, row }: WriteResult): Written {
  if (row === undefined) throw new FolkmootError('not-found', 'the change was stored but does not count')
  return { id: row.id, scope: row.scope, entry, heads: row.heads }
}

function statementOf(item: Remembered, why: Provenance | undefined): Statement {
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
