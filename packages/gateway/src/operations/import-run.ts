import { canonicalJson, FolkmootError, parseScope } from '@folkmoot/core'
import { type MemoryNode, type Progress, RefusedItemError, type Remembered } from '@folkmoot/node'

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
    if (await this.#isHere(item)) {
      this.#counts.skipped += 1
      return null
    }
    // A source has its name when it is written.
    const named = new Set(item.derivedFrom)
    const isAwaited = this.#waiting.some(({ item: { id } }) => id !== undefined && named.has(id))
    const refused = isAwaited ? await this.flush() : null
    if (refused === null) this.#waiting.push({ line, item: await this.#sourced(item) })
    return refused
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

  /** A line that names another key or scope than the memory has is meant to say something new. */
  async #isHere({ id, key, scope, value }: Remembered): Promise<boolean> {
    if (id === undefined || !WHOLE_ID.test(id)) return false
    const known = await this.#node.get(id)
    if (known === undefined || known.status === 'retracted' || known.status === 'erased') return false
    if ((key ?? null) !== known.key || (scope !== undefined && parseScope(scope) !== known.scope))
      return false
    return canonicalJson(known.value) === canonicalJson(value)
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
