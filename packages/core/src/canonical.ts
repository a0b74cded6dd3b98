import * as cborg from 'cborg'
import { equalBytes } from './bytes.ts'
import { MalformedError } from './errors.ts'

const STRICT: cborg.DecodeOptions = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
}

/** Canonical CBOR (RFC 7049 section 3.9: shortest forms, definite lengths, keys by length and then bytes). */
export function encodeCanonical(value: unknown): Uint8Array {
  return cborg.encode(value)
}

/**
 * Decodes `bytes` only if they are the one canonical form of their value, so that equal content always has an
 * equal hash. The re-encoding also catches what a decoder lets through: invalid UTF-8, `__proto__` keys, -0.
 * @throws MalformedError
 */
export function decodeCanonical(bytes: Uint8Array): unknown {
  let value: unknown
  try {
    value = cborg.decode(bytes, STRICT)
    if (equalBytes(cborg.encode(value), bytes)) return value
  } catch (error) {
    throw new MalformedError(`not CBOR: ${error instanceof Error ? error.message : 'unreadable'}`)
  }
  throw new MalformedError('not in canonical form')
}
