import type { RowAccess } from '@folkmoot/core'

/** Grants run out, so no verdict is kept for longer. */
const KEPT_MS = 1000
/** Distinct classes of rows judged within that time; beyond, they are judged again. */
const KEPT_MAX = 10_000

/** Remembers who may read what, for as long as nothing can have changed. */
export class Verdicts {
  readonly #version: () => number
  readonly #now: () => number
  readonly #judge: (access: RowAccess, nowMs: number) => boolean
  #byName = new Map<string, boolean>()
  /** A storage gives rows of one class one object, which spares naming the class. */
  #byObject = new WeakMap<RowAccess, boolean>()
  #madeAt = Number.NEGATIVE_INFINITY
  #madeOf = -1

  /**
   * @param version changes with every change of rights
   * @param now milliseconds since 1970
   */
  constructor(
    version: () => number,
    now: () => number,
    judge: (access: RowAccess, nowMs: number) => boolean,
  ) {
    this.#version = version
    this.#now = now
    this.#judge = judge
  }

  of(access: RowAccess): boolean {
    const nowMs = this.#freshen()
    const known = this.#byObject.get(access)
    if (known !== undefined) return known
    const verdict = this.#named(access, nowMs)
    this.#byObject.set(access, verdict)
    return verdict
  }

  /** As `of`, for an object that is not asked of again: to remember it would keep it in memory for longer. */
  once(access: RowAccess): boolean {
    return this.#named(access, this.#freshen())
  }

  #named(access: RowAccess, nowMs: number): boolean {
    const { scope, authors, contributors, resources } = access
    const name = JSON.stringify([scope, authors, contributors, resources])
    const verdict = this.#byName.get(name) ?? this.#judge(access, nowMs)
    this.#byName.set(name, verdict)
    return verdict
  }

  #freshen(): number {
    const nowMs = this.#now()
    const age = nowMs - this.#madeAt
    const isStale = age < 0 || age >= KEPT_MS || this.#byName.size >= KEPT_MAX
    if (!isStale && this.#madeOf === this.#version()) return nowMs
    this.#byName = new Map()
    this.#byObject = new WeakMap()
    this.#madeAt = nowMs
    this.#madeOf = this.#version()
    return nowMs
  }
}
