import { canonicalJson, DEFAULT_SCOPE, FolkmootError, parseScope, type ScopeAddress } from '@folkmoot/core'
import {
  asReport,
  type Memory,
  type MemoryNode,
  type Progress,
  RefusedItemError,
  type Remembered,
} from '@folkmoot/node'

export interface RefusedLine {
  readonly line: number
  readonly reason: string
}

export interface ImportReport {
  readonly imported: number
  /** Here already, with the same value. */
  readonly skipped: number
  /** Directives of others: kept as reports that quote them. */
  readonly quoted: number
  /** Exported memories of whose sources some are neither here nor before them: kept without naming those. */
  readonly unsourced: number
  /** What exported memories without a key are called here. */
  readonly renamed: { readonly [exported: string]: string }
  readonly refused: RefusedLine | null
}

interface Waiting {
  readonly line: number
  readonly item: Remembered
}

/** What a line says that was not exported, and says nothing that a memory with its value here may lack. */
const PLAIN: readonly string[] = ['value', 'key', 'scope', 'by']

const WHOLE_ID = /^[0-9a-f]{32}$/

/** Takes memories in, line by line: those that wait are written together, in one batch that is kept or refused whole. */
export class ImportRun {
  readonly #node: Pick<MemoryNode, 'get' | 'rememberMany'>
  readonly #onProgress: Progress | undefined
  readonly #renamed = new Map<string, string>()
  #waiting: Waiting[] = []
  readonly #counts = { imported: 0, skipped: 0, quoted: 0, unsourced: 0 }

  constructor(node: Pick<MemoryNode, 'get' | 'rememberMany'>, onProgress: Progress | undefined) {
    this.#node = node
    this.#onProgress = onProgress
  }

  /** Null, or what cannot be kept of what waited. */
  async take(line: number, item: Remembered): Promise<RefusedLine | null> {
    const refused = (await this.#rests(item)) ? await this.flush() : null
    if (refused !== null) return refused
    if (await this.#isHere(item)) this.#counts.skipped += 1
    else this.#waiting.push({ line, item: await this.#sourced(item) })
    return null
  }

  /** Writes what waits, up to the first that cannot be kept. */
  async flush(): Promise<RefusedLine | null> {
    let refused: RefusedLine | null = null
    const waiting = this.#waiting
    this.#waiting = []
    for (let wanted = waiting; wanted.length > 0; ) {
      try {
        await this.#write(wanted)
        break
      } catch (error) {
        if (!(error instanceof RefusedItemError)) throw error
        refused = { line: wanted[error.item]?.line ?? 0, reason: error.reason }
        wanted = wanted.slice(0, error.item)
      }
    }
    return refused
  }

  report(refused: RefusedLine | null): ImportReport {
    return { ...this.#counts, renamed: Object.fromEntries(this.#renamed), refused }
  }

  async #write(wanted: readonly Waiting[]): Promise<void> {
    const written = await this.#node.rememberMany(
      wanted.map(({ item }) => item),
      this.#onProgress,
    )
    this.#counts.imported += written.length
    for (const [i, { id, quoted }] of written.entries()) {
      if (quoted === true) this.#counts.quoted += 1
      const exported = wanted[i]?.item.id
      if (exported !== undefined && exported !== id) this.#renamed.set(exported, id)
    }
  }

  /** Whether it can only be told what it says when those that wait are written: before that a source has no name. */
  async #rests(item: Remembered): Promise<boolean> {
    if (this.#waiting.length === 0) return false
    if (this.#waiting.some(waiting => isSameMemory(waiting.item, item))) return true
    for (const source of item.derivedFrom ?? []) {
      if (this.#waiting.some(({ item: { id, key } }) => id === source || key === source)) return true
      // It may be named by its new id, or the beginning of one. What was exported names its sources by their old ids.
      const isOldId = item.id !== undefined && WHOLE_ID.test(source)
      if (!isOldId && !(await this.#maySource(source))) return true
    }
    return false
  }

  /** A line that names another key or scope than the memory has is meant to say something new. */
  async #isHere(item: Remembered): Promise<boolean> {
    const known = (await this.#withId(item)) ?? (await this.#withKey(item))
    if (known === undefined || known.status === 'retracted' || known.status === 'erased') return false
    // What another agent wants done is here as a report.
    const said = [item, asReport(item, () => false)].map(({ value }) => canonicalJson(value))
    return said.includes(canonicalJson(known.value))
  }

  async #withId({ id, key, scope }: Remembered): Promise<Memory | undefined> {
    if (id === undefined || !WHOLE_ID.test(id)) return undefined
    const known = await this.#node.get(id)
    const isMeant = known?.key === (key ?? null) && (scope === undefined || parseScope(scope) === known.scope)
    return isMeant ? known : undefined
  }

  async #withKey(item: Remembered): Promise<Memory | undefined> {
    const { id, key } = item
    if (key === undefined) return undefined
    if (id === undefined && Object.keys(item).some(said => !PLAIN.includes(said))) return undefined
    const scope = scopeOf(item)
    const known = await this.#node.get(key, { scope })
    return known?.key === key && known.scope === scope && known.type === 'record' ? known : undefined
  }

  /** With its sources as they are called here. What was exported can name some that never came here. */
  async #sourced(item: Remembered): Promise<Remembered> {
    const { derivedFrom, ...rest } = item
    if (derivedFrom === undefined) return item
    const named = derivedFrom.map(source => this.#renamed.get(source) ?? source)
    if (item.id === undefined) return { ...rest, derivedFrom: named }
    const known: string[] = []
    for (const source of named) if (await this.#maySource(source)) known.push(source)
    if (known.length < named.length) this.#counts.unsourced += 1
    return known.length === 0 ? rest : { ...rest, derivedFrom: known }
  }

  /** What names several is left to be refused with its line. */
  async #maySource(source: string): Promise<boolean> {
    try {
      return (await this.#node.get(source)) !== undefined
    } catch (error) {
      if (error instanceof FolkmootError && error.code === 'ambiguous') return true
      throw error
    }
  }
}

function isSameMemory(one: Remembered, other: Remembered): boolean {
  if (one.id !== undefined && one.id === other.id) return true
  return one.key !== undefined && one.key === other.key && scopeOf(one) === scopeOf(other)
}

function scopeOf({ scope }: Remembered): ScopeAddress {
  return scope === undefined ? DEFAULT_SCOPE : parseScope(scope)
}
