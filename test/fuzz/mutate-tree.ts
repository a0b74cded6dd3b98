/** Spoils a value as CBOR and JSON hold them: another type here, a field more or less there, an extreme number. */
import type { Chance } from '../simulation/random.ts'

export type Tree = unknown
type Holder = unknown[] | { [key: string]: unknown }

interface Spot {
  readonly holder: Holder
  readonly key: string | number
}

const NUMBERS = [
  0,
  1,
  -1,
  23,
  24,
  255,
  256,
  0xffff,
  0x1_0000,
  0xffff_ffff,
  0x1_0000_0000,
  2 ** 48,
  Number.MAX_SAFE_INTEGER,
  Number.MAX_SAFE_INTEGER + 1,
  Number.MIN_SAFE_INTEGER,
  -(2 ** 53),
  1.5,
  -0,
  5e-324,
  Number.MAX_VALUE,
  Number.NaN,
  Number.POSITIVE_INFINITY,
] as const

const TEXTS = [
  '',
  'x',
  'é',
  '😀',
  '\ud800',
  '\0',
  '\ufeff',
  '\n',
  'open',
  'change',
  'grant',
  'put',
  '__proto__',
  'constructor',
  'app=default',
  'user=*',
  '*',
  'a'.repeat(257),
  'ab'.repeat(16),
  'ab'.repeat(32),
] as const

/** Spots looked at: a tree can be large, and the first of it say as much as the last. */
const SPOTS_MAX = 2000

/** One to three things done to a copy of the tree. */
export function mutateTree(chance: Chance, tree: Tree, others: readonly Tree[]): Tree {
  const root: { [key: string]: unknown } = { tree: structuredClone(tree) }
  for (let left = chance.between(1, 3); left > 0; left--) {
    const spots = spotsOf(root)
    if (spots.length > 0) spoil(chance, chance.pick(spots), others)
  }
  return root.tree
}

function spoil(chance: Chance, { holder, key }: Spot, others: readonly Tree[]): void {
  const fields = holder as { [key: string]: unknown }
  const old = fields[key]
  switch (chance.between(0, 8)) {
    case 0:
      put(holder, key, atom(chance))
      return
    case 1:
      put(holder, key, part(chance, others))
      return
    case 2:
      put(
        holder,
        key,
        typeof old === 'number' ? old + chance.pick([1, -1, 2 ** 32, 0.5]) : chance.pick(NUMBERS),
      )
      return
    case 3:
      put(holder, key, nested(chance, old))
      return
    case 4:
      remove(holder, key)
      return
    case 5:
      grow(chance, old, others)
      return
    case 6:
      if (Array.isArray(holder)) holder.splice(Number(key), 0, structuredClone(old))
      else put(holder, chance.pick(TEXTS), old)
      return
    case 7:
      if (Array.isArray(holder)) holder.push(holder.shift())
      else put(holder, `${key}${chance.pick(['', 's', 'x'])}`, part(chance, others))
      return
    default:
      put(holder, key, resized(chance, old))
  }
}

function atom(chance: Chance): unknown {
  if (chance.hit(0.1)) return undefined
  return chance.pick([
    null,
    true,
    false,
    chance.pick(NUMBERS),
    chance.pick(TEXTS),
    new Uint8Array(chance.pick([0, 1, 15, 16, 31, 32, 33, 64, 100])).fill(chance.between(0, 255)),
    [],
    {},
  ])
}

/** A part of another good input. */
function part(chance: Chance, others: readonly Tree[]): unknown {
  const { holder, key } = chance.pick(spotsOf({ tree: chance.pick(others) }))
  return structuredClone((holder as { [key: string]: unknown })[key])
}

/** Deeper than anything may be, one time in three. */
function nested(chance: Chance, value: unknown): unknown {
  let outer = value
  for (let depth = chance.pick([1, 2, 60, 70, 300]); depth > 0; depth--)
    outer = chance.hit(0.5) ? [outer] : { a: outer }
  return outer
}

/** An assignment to __proto__ would say nothing of it. */
function put(holder: Holder, key: string | number, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, writable: true, configurable: true })
}

function remove(holder: Holder, key: string | number): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1)
  else delete holder[key]
}

/** More of what is there: lists have an end. */
function grow(chance: Chance, value: unknown, others: readonly Tree[]): void {
  if (Array.isArray(value)) {
    const item = value.length > 0 ? value[chance.between(0, value.length - 1)] : part(chance, others)
    // Lists of long lists would fill the memory of whoever makes them up.
    const most = Math.floor(SPOTS_MAX / spotsOf({ item }).length)
    const count = Math.min(most, chance.pick([1, 2, 20, 300, 1500]))
    for (let i = 0; i < count; i++) value.push(structuredClone(item))
  } else if (isMap(value)) put(value, chance.pick(TEXTS), atom(chance))
}

function resized(chance: Chance, value: unknown): unknown {
  if (typeof value === 'string') return value.repeat(chance.pick([0, 2, 3, 40])).slice(0, 5000)
  if (!(value instanceof Uint8Array)) return atom(chance)
  const size = Math.max(0, value.length + chance.pick([-1, 1, -value.length, value.length]))
  const copy = new Uint8Array(size)
  copy.set(value.subarray(0, size))
  return copy
}

function spotsOf(root: { [key: string]: unknown }): readonly Spot[] {
  const spots: Spot[] = []
  const visit = (holder: Holder): void => {
    for (const key of Array.isArray(holder) ? holder.keys() : Object.keys(holder)) {
      if (spots.length === SPOTS_MAX) return
      spots.push({ holder, key })
      const value = (holder as { [key: string]: unknown })[key]
      if (Array.isArray(value) || isMap(value)) visit(value)
    }
  }
  visit(root)
  return spots
}

function isMap(value: unknown): value is { [key: string]: unknown } {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  )
}
