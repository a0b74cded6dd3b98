import { concatBytes, type EntryHash, fromHex, type LogId, sha256 } from '@folkmoot/core'

declare const brand: unique symbol
/** The sum of the digests of a set of log heads, 32 hex digits. Equal sets have equal sums. */
export type Fingerprint = string & { readonly [brand]: 'Fingerprint' }

/** Four 32-bit sums. Adding and taking away a digest costs four additions, whatever the size of the set. */
export interface Sum {
  a: number
  b: number
  c: number
  d: number
}

export const FINGERPRINT_BYTES = 16
export const EMPTY_FINGERPRINT = '0'.repeat(2 * FINGERPRINT_BYTES) as Fingerprint

/** The digest of one log head: the first 16 bytes of SHA-256(log, seq as 64 bits, hash). */
export function headDigest(log: LogId, seq: number, hash: EntryHash): Sum {
  const position = Buffer.alloc(8)
  position.writeBigUInt64BE(BigInt(seq))
  return sumOf(sha256(concatBytes(fromHex(log), position, fromHex(hash))))
}

export function add(into: Sum, other: Sum): void {
  into.a = (into.a + other.a) | 0
  into.b = (into.b + other.b) | 0
  into.c = (into.c + other.c) | 0
  into.d = (into.d + other.d) | 0
}

export function subtract(from: Sum, other: Sum): void {
  from.a = (from.a - other.a) | 0
  from.b = (from.b - other.b) | 0
  from.c = (from.c - other.c) | 0
  from.d = (from.d - other.d) | 0
}

export function fingerprintOf(sum: Sum): Fingerprint {
  const bytes = Buffer.alloc(FINGERPRINT_BYTES)
  bytes.writeInt32BE(sum.a, 0)
  bytes.writeInt32BE(sum.b, 4)
  bytes.writeInt32BE(sum.c, 8)
  bytes.writeInt32BE(sum.d, 12)
  return bytes.toString('hex') as Fingerprint
}

/** The fingerprint of two disjoint sets together. */
export function combine(one: Fingerprint, other: Fingerprint): Fingerprint {
  const sum = sumOf(fromHex(one))
  add(sum, sumOf(fromHex(other)))
  return fingerprintOf(sum)
}

function sumOf(bytes: Uint8Array): Sum {
  const view = new DataView(bytes.buffer, bytes.byteOffset, FINGERPRINT_BYTES)
  return { a: view.getInt32(0), b: view.getInt32(4), c: view.getInt32(8), d: view.getInt32(12) }
}
