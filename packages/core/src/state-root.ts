import { toHex, utf8 } from './bytes.ts'
import { sha256 } from './hash.ts'
import type { RowStore } from './ports.ts'
import type { DocumentRow } from './row.ts'
import type { ScopeAddress } from './scope.ts'

const MODULUS = 1n << 256n

interface ScopeSum {
  records: number
  sum: bigint
}

export interface ScopeState {
  readonly scope: ScopeAddress
  readonly root: string
  readonly records: number
}

/**
 * Hash of the merged state, kept while rows change. A scope's sum is the sum of its rows' SHA-256 digests modulo
 * 2^256 (AdHash, Bellare and Micciancio 1997): any order of changes gives one sum, and one change costs one addition.
 * It compares honest nodes; it is not a commitment against a node that crafts records to collide.
 */
export class StateRoots {
  readonly #rows: RowStore
  #scopes: Map<ScopeAddress, ScopeSum> | undefined

  constructor(rows: RowStore) {
    this.#rows = rows
  }

  changed(before: DocumentRow | undefined, after: DocumentRow): void {
    if (this.#scopes === undefined) return
    if (before !== undefined) add(this.#scopes, before.scope, before.digest, -1)
    add(this.#scopes, after.scope, after.digest, 1)
  }

  /** Forget the sums; the next question reads them off the rows. */
  reset(): void {
    this.#scopes = undefined
  }

  scopes(): readonly ScopeState[] {
    return [...this.#load()]
      .filter(([, { records }]) => records > 0)
      .map(([scope, { sum, records }]) => ({ scope, records, root: rootOf(scope, sum) }))
      .sort((a, b) => (a.scope < b.scope ? -1 : 1))
  }

  /** @param only the scopes to cover; all by default */
  root(only: readonly ScopeState[] = this.scopes()): string {
    return toHex(sha256(utf8(only.map(({ scope, root }) => `${scope} ${root}\n`).join(''))))
  }

  #load(): Map<ScopeAddress, ScopeSum> {
    if (this.#scopes !== undefined) return this.#scopes
    const scopes = new Map<ScopeAddress, ScopeSum>()
    for (const { scope, digest } of this.#rows.digests()) add(scopes, scope, digest, 1)
    this.#scopes = scopes
    return scopes
  }
}

function add(scopes: Map<ScopeAddress, ScopeSum>, scope: ScopeAddress, digest: string, sign: 1 | -1): void {
  let state = scopes.get(scope)
  if (state === undefined) {
    state = { records: 0, sum: 0n }
    scopes.set(scope, state)
  }
  const value = BigInt(`0x${digest}`)
  state.sum = (state.sum + (sign === 1 ? value : MODULUS - value)) % MODULUS
  state.records += sign
}

function rootOf(scope: ScopeAddress, sum: bigint): string {
  return toHex(sha256(utf8(`${scope}\0${sum.toString(16)}`)))
}
