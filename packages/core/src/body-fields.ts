/** The parts that bodies are made of: each reads its wire form and gives what the program works with. */
import * as v from 'valibot'
import { toHex, utf8 } from './bytes.ts'
import { type EntryHash, HASH_BYTES, nodeId } from './ids.ts'
import type { Json } from './json.ts'
import { ELEMENT_BYTES_MAX, NAME_BYTES_MAX } from './limits.ts'

export const rawBytes = v.custom<Uint8Array>(value => value instanceof Uint8Array, 'not bytes')

export function bytes(length: number) {
  return v.pipe(
    rawBytes,
    v.check(value => value.length === length, `not ${length} bytes`),
  )
}

export function hex<Id extends string>(length: number) {
  return v.pipe(
    bytes(length),
    v.transform(value => toHex(value) as Id),
  )
}

export function text(bytesMax: number) {
  return v.pipe(
    v.string(),
    v.check(
      value => value.length * 3 <= bytesMax || utf8(value).length <= bytesMax,
      `over ${bytesMax} bytes`,
    ),
  )
}

function isJson(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (Array.isArray(value)) return value.every(isJson)
  return typeof value === 'object' && !(value instanceof Uint8Array) && Object.values(value).every(isJson)
}

export const json = v.custom<Json>(isJson, 'not JSON')
export const name = v.pipe(text(NAME_BYTES_MAX), v.minLength(1))
export const natural = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
/** Names of registers and sets become keys of plain objects, so what every object has already is no name. */
export const register = v.pipe(
  v.string(),
  v.regex(/^[a-z][A-Za-z0-9]{0,31}$/),
  v.check(value => !(value in {}), 'a reserved name'),
)
export const element = v.pipe(text(ELEMENT_BYTES_MAX), v.minLength(1))
export const hash = hex<EntryHash>(HASH_BYTES)
export const node = v.pipe(
  bytes(HASH_BYTES),
  v.transform(key => nodeId(key)),
)
