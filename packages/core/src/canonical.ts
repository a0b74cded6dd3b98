import * as cborg from 'cborg'
import { equalBytes } from './bytes.ts'
import { MalformedError } from './errors.ts'
import { DEPTH_MAX } from './limits.ts'

const STRICT: cborg.DecodeOptions = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
}

/**
 * Canonical CBOR (RFC 7049 section 3.9: shortest forms, definite lengths, keys by length and then bytes).
 * @throws MalformedError if there is no such form: a function, a cycle, too deep a nesting.
 */
export function encodeCanonical(value: unknown): Uint8Array {
  if (!isPlain(value)) throw new MalformedError(NOT_PLAIN)
  try {
    return cborg.encode(value)
  } catch (error) {
    throw new MalformedError(
      `cannot be written as CBOR: ${error instanceof Error ? error.message : 'unknown'}`,
    )
  }
}

/**
 * Decodes `bytes` only if they are the one canonical form of their value, so that equal content always has an
 * equal hash. The re-encoding also catches what a decoder lets through: invalid UTF-8, -0, keys out of order.
 * @throws MalformedError
 */
export function decodeCanonical(bytes: Uint8Array): unknown {
  let value: unknown
  try {
    value = cborg.decode(bytes, STRICT)
    if (!isPlain(value)) throw new MalformedError(NOT_PLAIN)
    if (equalBytes(cborg.encode(value), bytes)) return value
  } catch (error) {
    throw new MalformedError(`not CBOR: ${error instanceof Error ? error.message : 'unreadable'}`)
  }
  throw new MalformedError('not in canonical form')
}

const NOT_PLAIN = `nested deeper than ${DEPTH_MAX}, or a key named __proto__`

/** False if the value nests too deep, or has a key that an assignment would take for an object's prototype. */
export function isPlain(value: unknown, depth = 0): boolean {
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return true
  if (depth === DEPTH_MAX) return false
  if (Array.isArray(value)) return value.every(item => isPlain(item, depth + 1))
  return !Object.hasOwn(value, '__proto__') && Object.values(value).every(item => isPlain(item, depth + 1))
}
