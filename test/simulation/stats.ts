/** What a run, or many, came across: tests that never met a fault prove nothing. */
export class Stats {
  readonly #counts = new Map<string, number>()

  count(what: string, by = 1): void {
    if (by !== 0) this.#counts.set(what, this.of(what) + by)
  }

  of(what: string): number {
    return this.#counts.get(what) ?? 0
  }

  add(other: Stats): void {
    for (const [what, count] of other.#counts) this.count(what, count)
  }

  /** What begins so, with how often it happened. */
  startingWith(prefix: string): readonly (readonly [string, number])[] {
    return [...this.#counts].filter(([what]) => what.startsWith(prefix))
  }

  toString(): string {
    return [...this.#counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([what, count]) => `${what} ${count}`)
      .join(' · ')
  }
}
