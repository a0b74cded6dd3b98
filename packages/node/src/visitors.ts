import type { MemoryNode } from './api.ts'
import type { Narrowing } from './principal.ts'
import type { StoredToken, Tokens } from './tokens.ts'

/** The node as the bearers of tokens see it: one view for each, for as long as its token stands. */
export class Visitors {
  readonly #tokens: Tokens
  readonly #viewFor: (limit: Narrowing) => MemoryNode
  readonly #views = new Map<string, MemoryNode>()

  constructor(tokens: Tokens, viewFor: (limit: Narrowing) => MemoryNode) {
    this.#tokens = tokens
    this.#viewFor = viewFor
  }

  of(token: string): MemoryNode | undefined {
    const stored = this.#tokens.find(token)
    if (stored === undefined) return undefined
    const known = this.#views.get(stored.hash)
    if (known !== undefined) return known
    const view = this.#viewFor(this.#limitOf(stored))
    this.#views.set(stored.hash, view)
    return view
  }

  #limitOf(stored: StoredToken): Narrowing {
    const { agent, user, permissions } = stored
    return {
      ...(agent === null ? {} : { agent }),
      ...(user === null ? {} : { user }),
      ...(permissions === null ? {} : { permissions }),
      // A stream that began under a token ends its news with it.
      holds: () => this.#tokens.stands(stored),
    }
  }
}
