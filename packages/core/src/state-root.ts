import { toHex, utf8 } from './bytes.ts'
import { sha256 } from './hash.ts'
import type { RowStore } from './ports.ts'
import type { DocumentRow, RowAccess } from './row.ts'
import type { ScopeAddress } from './scope.ts'

const MODULUS = 1n << 256n

interface Sum {
  records: number
  sum: bigint
}

/** The rows that one decision lets a reader see, or not. */
interface ClassSum extends Sum {
  readonly access: RowAccess
}

export interface ScopeState {
  readonly scope: ScopeAddress
  readonly root: string
  readonly records: number
}

/**
 * Hash of the merged state, kept while rows change. A scope's sum is the sum of its rows' SHA-256 digests modulo
 * 2^256 (AdHash, Bellare and Micciancio 1997): any order of changes gives one sum, and one change costs one addition.
 * Sums are kept for each class of rows that share scope, authors, contributors and resources, so that the root of what
 * a reader may see costs one addition a class. It compares honest nodes; it is not a commitment against a node that
 * crafts records to collide.
 */
export class StateRoots {
  readonly #rows: RowStore
  #classes: Map<string, ClassSum> | undefined

  constructor(rows: RowStore) {
    this.#rows = rows
  }

  /** @param after undefined if the row has gone */
  changed(before: DocumentRow | undefined, after: DocumentRow | undefined): void {
    if (this.#classes === undefined) return
    if (before !== undefined) add(classIn(this.#classes, before), before.digest, -1)
    if (after !== undefined) add(classIn(this.#classes, after), after.digest, 1)
  }

  /** Forget the sums; the next question reads them off the rows. */
  reset(): void {
    this.#classes = undefined
  }

  /** @param visible whose rows to count; all by default */
  scopes(visible?: (access: RowAccess) => boolean): readonly ScopeState[] {
    const sums = new Map<ScopeAddress, Sum>()
    for (const { access, records, sum } of this.#load().values()) {
      if (records === 0 || visible?.(access) === false) continue
      const scope = sums.get(access.scope)
      if (scope === undefined) sums.set(access.scope, { records, sum })
      else {
        scope.records += records
        scope.sum = (scope.sum + sum) % MODULUS
      }
    }
    return [...sums]
      .map(([scope, { sum, records }]) => ({ scope, records, root: rootOf(scope, sum) }))
      .sort((a, b) => (a.scope < b.scope ? -1 : 1))
  }

  /** @param only the scopes to cover; all by default */
  root(only: readonly ScopeState[] = this.scopes()): string {
    return toHex(sha256(utf8(only.map(({ scope, root }) => `${scope} ${root}\n`).join(''))))
  }

  #load(): Map<string, ClassSum> {
    if (this.#classes !== undefined) return this.#classes
    const classes = new Map<string, ClassSum>()
    // A storage gives the rows of one class one object, which spares naming the class for each.
    const known = new Map<RowAccess, ClassSum>()
    for (const { access, digest } of this.#rows.digests()) {
      const found = known.get(access) ?? classIn(classes, access)
      known.set(access, found)
      add(found, digest, 1)
    }
    this.#classes = classes
    return classes
  }
}

function classIn(classes: Map<string, ClassSum>, row: RowAccess): ClassSum {
  const { scope, authors, contributors, resources } = row
  const name = JSON.stringify([scope, authors, contributors, resources])
  const known = classes.get(name)
  if (known !== undefined) return known
  const made = { access: { scope, authors, contributors, resources }, records: 0, sum: 0n }
  classes.set(name, made)
  return made
}

function add(to: Sum, digest: string, sign: 1 | -1): void {
  const value = BigInt(`0x${digest}`)
  to.sum = (to.sum + (sign === 1 ? value : MODULUS - value)) % MODULUS
  to.records += sign
}

function rootOf(scope: ScopeAddress, sum: bigint): string {
  return toHex(sha256(utf8(`${scope}\0${sum.toString(16)}`)))
}
