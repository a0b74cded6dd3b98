import { bySurety } from './compare.ts'
import type { Match } from './finding.ts'

/** Findings that are given at most; twice as many are held at once. */
export const FINDINGS_MAX = 10_000

/** What a scan has found so far: how much, and the surest of it. */
export class Matches {
  #count = 0
  #kept: Match[] = []

  get count(): number {
    return this.#count
  }

  add(match: Match): void {
    this.#count += 1
    this.#kept.push(match)
    if (this.#kept.length > FINDINGS_MAX * 2) this.#kept = this.surest
  }

  /** The surest first. */
  get surest(): Match[] {
    return this.#kept.sort(bySurety).slice(0, FINDINGS_MAX)
  }
}
