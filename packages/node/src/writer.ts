import {
  DEFAULT_SCOPE,
  type DocumentId,
  type DocumentRow,
  erase,
  FolkmootError,
  isNoteKey,
  type Json,
  limits,
  NOTE_PREFIX,
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
  SUSPICION,
  tag,
  UsageError,
  update,
  utf8,
  type WriteResult,
} from '@folkmoot/core'
import type { BasedOptions, Progress, Settlement, WriteOptions, Written } from './api.ts'
import { Basis } from './beliefs/basis.ts'
import { cautionFor, listenerOf } from './beliefs/caution.ts'
import { checkClaim } from './beliefs/claims.ts'
import { besideStatements, stillDirective } from './beliefs/directive-plans.ts'
import type { Finder } from './find.ts'
import type { Inbox } from './inbox.ts'
import type { Members } from './present.ts'
import { provenanceOf } from './provenance.ts'
import { asReport } from './quoted-report.ts'
import { RefusedItemError } from './refused-item-error.ts'
import { REGISTERS } from './registers.ts'
import { type Settled, settleConflict } from './settle-conflict.ts'
import type { Sight } from './sight.ts'
import { unwritten } from './unwritten.ts'
import type { Remembered } from './write-options.ts'
import { written } from './written.ts'

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

  /**
   * Writes a plan as it is; resolves when it survives loss of power.
   * @param seeing documents that the plan looks at beside the one that it touches
   */
  async write(plan: Plan, seeing: readonly DocumentId[] = []): Promise<WriteResult> {
    const { ensureKey } = this.#parts
    for (let attempt = 1; ; attempt++) {
      const result = await this.#submit(plan, seeing)
      if (!(result instanceof FolkmootError)) return result
      // Nobody has written there yet, or a reader was removed since.
      if (!(result instanceof NoKeyError) || attempt === KEY_ATTEMPTS_MAX || ensureKey === undefined)
        throw result
      await ensureKey(result.scope)
    }
  }

  /** Writes a plan if the principal may do that. @throws FolkmootError forbidden */
  async change(
    scope: ScopeAddress,
    plan: Plan,
    anyOf?: readonly Right[],
    basis?: Basis,
  ): Promise<WriteResult> {
    this.#parts.sight.checkWrite(scope, anyOf)
    return this.write(this.#guarded(scope, plan, anyOf, basis), basis?.documents)
  }

  /** Between the question and the writing, others have written. */
  #guarded(scope: ScopeAddress, plan: Plan, anyOf?: readonly Right[], basis?: Basis): Plan {
    const { sight } = this.#parts
    return {
      ...plan,
      plan(view) {
        sight.checkWrite(scope, anyOf)
        const row = plan.touches === undefined ? undefined : view.row(plan.touches as DocumentId)
        if (row !== undefined && !sight.mayRead(row))
          throw new FolkmootError(
            'forbidden',
            'a memory by that name is there, and not to be touched from here',
          )
        basis?.check()
        return plan.plan(view)
      },
    }
  }

  /** What an item says, in the words of core. @throws FolkmootError for what cannot be said */
  statement(item: Remembered): Statement {
    const said = this.#said(item)
    return statementOf(said, this.why(said))
  }

  async remember(item: Remembered): Promise<Written> {
    const said = this.#said(item)
    const statement = statementOf(said, this.why(said))
    const written = await this.#act(statement.scope, this.#remembering(statement), item)
    return said === item ? written : { ...written, quoted: true }
  }

  #remembering(statement: Statement): Plan {
    const plan = remember(statement, this.at)
    if (statement.registers?.claim !== 'directive') return plan
    const { members, sight } = this.#parts
    return besideStatements(plan, statement.key, { members, agents: sight.agents })
  }

  /** What others want done is only reported. */
  #said(item: Remembered): Remembered {
    const { sight, members } = this.#parts
    return asReport(item, node => sight.agents.every(own => members.member(node as NodeId)?.agent === own))
  }

  /** Whether each could be written now; nothing is. @throws RefusedItemError for the first that could not */
  async checkAll(items: readonly Remembered[]): Promise<void> {
    for (let start = 0; start < items.length; start += CHUNK) {
      const failures = await Promise.all(items.slice(start, start + CHUNK).map(item => this.#failure(item)))
      const i = failures.findIndex(failure => failure !== undefined)
      const failure = failures[i]
      if (failure !== undefined) throw new RefusedItemError(start + i, failure)
    }
  }

  async #failure(item: Remembered): Promise<FolkmootError | undefined> {
    try {
      const statement = this.statement(item)
      const basis = basisOf(item, this.#parts)
      const plan = this.#guarded(statement.scope, this.#remembering(statement), undefined, basis)
      return await unwritten(plan, planned => this.#submit(planned, basis?.documents ?? []))
    } catch (error) {
      if (error instanceof FolkmootError) return error
      throw error
    }
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

  async update(id: string, value: Json, options: BasedOptions): Promise<Written> {
    const row = this.#row(id, options)
    const { members, sight } = this.#parts
    const plan = stillDirective(update(row.id, value, this.why(options)), { members, agents: sight.agents })
    return this.#act(row.scope, plan, options)
  }

  async retract(id: string, options: BasedOptions): Promise<Written> {
    const row = this.#row(id, options)
    return this.#act(row.scope, retract(row.id, this.why(options)), options)
  }

  async tag(
    id: string,
    add: readonly string[],
    remove: readonly string[],
    options: BasedOptions,
  ): Promise<Written> {
    const row = this.#row(id, options)
    return this.#act(row.scope, tag(row.id, add, remove, this.why(options)), options)
  }

  async erase(id: string, options: WriteOptions): Promise<WriteResult> {
    const row = this.#row(id, options)
    return this.change(row.scope, erase(row.id, this.why(options)))
  }

  async resolve(idOrKey: string, settlement: Settlement, options: WriteOptions): Promise<Settled> {
    const { finder, sight } = this.#parts
    const { row, register } = finder.register(idOrKey, options.scope)
    const reason = settlement.reason ?? options.reason
    const why = this.why(reason === undefined ? options : { ...options, reason })
    const grounds = { shown: settlement.seen, ...(why === undefined ? {} : { why }) }
    const { said, ...settled } = await settleConflict(this, sight, row, register, settlement, grounds)
    const isStated = register === 'content' || register === SUSPICION
    const value = isStated ? settled.value : undefined
    const caution = said === undefined ? null : cautionFor(said, listenerOf(this.#parts), value)
    return { ...settled, caution }
  }

  why(options: BasedOptions): Provenance | undefined {
    return provenanceOf(options, this.#parts)
  }

  /** A write that may act on what its author has read, and is told what has become of that. */
  async #act(scope: ScopeAddress, plan: Plan, options: BasedOptions): Promise<Written> {
    const basis = basisOf(options, this.#parts)
    return { ...written(await this.change(scope, plan, undefined, basis)), ...basis?.told() }
  }

  #submit(plan: Plan, seeing: readonly DocumentId[]): Promise<WriteResult | FolkmootError> {
    const { inbox } = this.#parts
    // Writes of one batch are planned together, but for those on one document: what is written to these is seen first.
    for (const touches of seeing) inbox.write({ kind: 'local', touches, plan: nothing, done: () => {} })
    return new Promise(done => inbox.write({ kind: 'local', ...plan, done }))
  }

  #row(id: string, { scope }: WriteOptions): DocumentRow {
    const row = this.#parts.finder.row(id, scope)
    if (row.type === 'note')
      throw new UsageError(`${row.key ?? id} is kept by the mesh itself: set a policy, or settle a conflict`)
    return row
  }
}

/** What a write is based on, if anything was said of that. @throws UsageError | TooLargeError */
export function basisOf(
  { basedOn, strict }: BasedOptions,
  eyes: ConstructorParameters<typeof Basis>[1],
): Basis | undefined {
  if (basedOn === undefined && strict !== true) return undefined
  return new Basis({ ...(basedOn && { basedOn }), ...(strict && { strict }) }, eyes)
}

/** A plan that is only there to be waited for. */
function nothing(): never {
  throw new FolkmootError('changed', 'nothing is to be written')
}

function statementOf(item: Remembered, why: Provenance | undefined): Statement {
  const registers: { [register: string]: Json } = {}
  for (const register of REGISTERS) {
    const value = item[register]
    if (value !== undefined) registers[register] = value
  }
  checkNumber('confidence', item.confidence, 0, 1)
  checkClaim(item.claim)
  checkNumber('importance', item.importance, 0, 1)
  const size = utf8(item.key ?? 'k').length
  if (size === 0 || size > limits.NAME_BYTES_MAX) {
    throw new UsageError(`a key has 1 to ${limits.NAME_BYTES_MAX} bytes, this one ${size}`)
  }
  if (isNoteKey(item.key ?? null))
    throw new UsageError(`keys that begin with ${NOTE_PREFIX} are reserved: ${item.key}`)
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
