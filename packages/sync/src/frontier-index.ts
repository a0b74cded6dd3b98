/**
 * The heads of a set of logs as a prefix tree, so that two nodes find where they differ without listing what
 * they share. The key of a log is its scope and then itself, in hex, so that a scope is one subtree.
 *
 *   branch "3f"  ── count 21, sum of 21 digests
 *     ├─ leaf   "3f02…"   one log head
 *     └─ branch "3f8a1"   edges that do not fork are skipped
 *
 * A change touches the branches above its leaf: one addition each.
 */
import type { EntryHash, LogId, LogRef } from '@folkmoot/core'
import {
  add,
  EMPTY_FINGERPRINT,
  type Fingerprint,
  fingerprintOf,
  headDigest,
  type Sum,
  subtract,
} from './fingerprint.ts'

/** Where a log stands: its head, without the time. */
export interface Position extends LogRef {
  readonly log: LogId
  readonly seq: number
  readonly hash: EntryHash
}

/** Everything held below a prefix, cut into the subtrees `base` + digit for the digits that occur. */
export interface Split {
  readonly base: string
  readonly parts: readonly { readonly digit: number; readonly fingerprint: Fingerprint }[]
}

/** Where one log stands, and its digest. Never changed, so that several indexes may hold it. */
export interface Leaf extends Readonly<Sum> {
  readonly prefix: string
  readonly count: 1
  readonly position: Position
}

interface Branch extends Sum {
  readonly prefix: string
  count: number
  readonly children: (Tree | undefined)[]
}

type Tree = Leaf | Branch

export const KEY_DIGITS = 64

export class FrontierIndex {
  #root: Tree | undefined
  readonly #leaves = new Map<LogId, Leaf>()

  get size(): number {
    return this.#leaves.size
  }

  position(log: LogId): Position | undefined {
    return this.#leaves.get(log)?.position
  }

  /** Takes note of a head: further on, or further back. */
  set(position: Position): Leaf {
    const known = this.#leaves.get(position.log)
    const isSame = known?.position.seq === position.seq && known.position.hash === position.hash
    return isSame ? known : this.place(leafOf(position, known?.prefix))
  }

  /** As `set`, of what another index holds. */
  place(leaf: Leaf): Leaf {
    const known = this.#leaves.get(leaf.position.log)
    this.#leaves.set(leaf.position.log, leaf)
    if (known === undefined) {
      this.#insert(leaf)
      return leaf
    }
    const change = { a: leaf.a, b: leaf.b, c: leaf.c, d: leaf.d }
    subtract(change, known)
    const branches = this.#pathTo(leaf.prefix).slice(0, -1) as Branch[]
    for (const branch of branches) add(branch, change)
    this.#replace(branches.at(-1), known, leaf)
    return leaf
  }

  leaves(): Iterable<Leaf> {
    return this.#leaves.values()
  }

  delete(log: LogId): void {
    const leaf = this.#leaves.get(log)
    if (leaf === undefined) return
    this.#leaves.delete(log)
    const branches = this.#pathTo(leaf.prefix).slice(0, -1) as Branch[]
    for (const branch of branches) {
      subtract(branch, leaf)
      branch.count--
    }
    const parent = branches.at(-1)
    if (parent === undefined) {
      this.#root = undefined
      return
    }
    parent.children[digitAt(leaf.prefix, parent.prefix.length)] = undefined
    const left = parent.children.filter(child => child !== undefined)
    if (left.length === 1) this.#replace(branches.at(-2), parent, left[0] as Tree)
  }

  root(): Fingerprint {
    return this.fingerprint('')
  }

  fingerprint(prefix: string): Fingerprint {
    const tree = this.#below(prefix)
    return tree === undefined ? EMPTY_FINGERPRINT : fingerprintOf(tree)
  }

  count(prefix: string): number {
    return this.#below(prefix)?.count ?? 0
  }

  /** All that lies below `prefix`, cut where it first forks. A single log is cut at its last digit. */
  children(prefix: string): Split {
    const tree = this.#below(prefix)
    if (tree === undefined) return { base: prefix, parts: [] }
    if (!isBranch(tree)) {
      const digit = digitAt(tree.prefix, KEY_DIGITS - 1)
      return { base: tree.prefix.slice(0, -1), parts: [{ digit, fingerprint: fingerprintOf(tree) }] }
    }
    const parts = tree.children.flatMap((child, digit) =>
      child === undefined ? [] : [{ digit, fingerprint: fingerprintOf(child) }],
    )
    return { base: tree.prefix, parts }
  }

  items(prefix: string): Generator<Position> {
    return walk(this.#below(prefix), () => false)
  }

  /** What lies below `prefix` but in none of the subtrees that `split` names. */
  itemsOutside(prefix: string, split: Split): Generator<Position> {
    const digits = new Set(split.parts.map(part => part.digit))
    const depth = split.base.length
    return walk(
      this.#below(prefix),
      key => key.length > depth && key.startsWith(split.base) && digits.has(digitAt(key, depth)),
    )
  }

  /** The smallest tree that holds all keys with this prefix and no other. */
  #below(prefix: string): Tree | undefined {
    let tree = this.#root
    while (tree !== undefined) {
      if (tree.prefix.startsWith(prefix)) return tree
      if (!isBranch(tree) || !prefix.startsWith(tree.prefix)) return undefined
      tree = tree.children[digitAt(prefix, tree.prefix.length)]
    }
    return undefined
  }

  #pathTo(key: string): Tree[] {
    const path: Tree[] = []
    let tree = this.#root
    while (tree !== undefined) {
      path.push(tree)
      tree = isBranch(tree) ? tree.children[digitAt(key, tree.prefix.length)] : undefined
    }
    return path
  }

  #insert(leaf: Leaf): void {
    let parent: Branch | undefined
    let tree = this.#root
    while (tree !== undefined) {
      const shared = sharedDigits(tree.prefix, leaf.prefix)
      if (!isBranch(tree) || shared < tree.prefix.length) {
        this.#replace(parent, tree, fork(tree, leaf, shared))
        return
      }
      add(tree, leaf)
      tree.count++
      parent = tree
      tree = tree.children[digitAt(leaf.prefix, tree.prefix.length)]
    }
    this.#replace(parent, leaf, leaf)
  }

  /** Puts `by` where `tree` is, or would be, below `parent`. */
  #replace(parent: Branch | undefined, tree: Tree, by: Tree): void {
    if (parent === undefined) this.#root = by
    else parent.children[digitAt(tree.prefix, parent.prefix.length)] = by
  }
}

function leafOf(position: Position, prefix = position.scope + position.log): Leaf {
  const { a, b, c, d } = headDigest(position.log, position.seq, position.hash)
  return { a, b, c, d, prefix, count: 1, position }
}

function fork(tree: Tree, leaf: Leaf, depth: number): Branch {
  const children: (Tree | undefined)[] = new Array(16).fill(undefined)
  children[digitAt(tree.prefix, depth)] = tree
  children[digitAt(leaf.prefix, depth)] = leaf
  const { a, b, c, d } = tree
  const branch = { a, b, c, d, prefix: leaf.prefix.slice(0, depth), count: tree.count + 1, children }
  add(branch, leaf)
  return branch
}

function* walk(tree: Tree | undefined, skip: (key: string) => boolean): Generator<Position> {
  if (tree === undefined || skip(tree.prefix)) return
  if (!isBranch(tree)) {
    yield tree.position
    return
  }
  for (const child of tree.children) yield* walk(child, skip)
}

function isBranch(tree: Tree): tree is Branch {
  return 'children' in tree
}

function digitAt(key: string, index: number): number {
  const code = key.charCodeAt(index)
  return code < 58 ? code - 48 : code - 87
}

function sharedDigits(one: string, other: string): number {
  const most = Math.min(one.length, other.length)
  let shared = 0
  while (shared < most && one.charCodeAt(shared) === other.charCodeAt(shared)) shared++
  return shared
}
