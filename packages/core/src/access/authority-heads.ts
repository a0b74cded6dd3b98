import type { EntryHash } from '../ids.ts'
import { AUTHORITY_HEADS_MAX } from '../limits.ts'
import { compareKnown, type Known, precedes } from './past.ts'

/**
 * The entries that bear on rights and that no other such entry knew. Housekeeping is left out: hundreds of nodes do it
 * at any time, and a header that named them all would say nothing more of anybody's rights.
 */
export class AuthorityHeads {
  #heads: Known[] = []
  #hashes: readonly EntryHash[] | undefined = []

  /** To be called with each entry after those in its past. */
  add(entry: Known): void {
    this.#heads = this.#heads.filter(head => !precedes(head, entry))
    this.#heads.push(entry)
    this.#hashes = undefined
  }

  hashes(): readonly EntryHash[] {
    this.#hashes ??= [...this.#heads]
      .sort((a, b) => compareKnown(b, a))
      .slice(0, AUTHORITY_HEADS_MAX)
      .map(({ hash }) => hash)
      .sort()
    return this.#hashes
  }
}

const BEARS_ON_RIGHTS: ReadonlySet<string> = new Set([
  'genesis',
  'admit',
  'grant',
  'revoke',
  'remove',
  'rotate',
])

export function bearsOnRights({ body }: Known): boolean {
  return BEARS_ON_RIGHTS.has(body.type)
}
