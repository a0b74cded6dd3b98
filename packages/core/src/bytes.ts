/** Byte strings and their text forms. Hex is lower case; both directions are exact inverses. */

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}

/** @throws RangeError if `hex` is not an even number of hex digits. */
export function fromHex(hex: string): Uint8Array {
  const bytes = Buffer.from(hex, 'hex')
  if (bytes.length * 2 !== hex.length) throw new RangeError('not hexadecimal')
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = Buffer.concat(parts)
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
