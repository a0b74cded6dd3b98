import type { Chance } from '../simulation/random.ts'

/** Bytes that begin something in CBOR or in a variable-length number: the most lies are told with these. */
const TELLING = [
  0x00, 0x01, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1f, 0x3b, 0x40, 0x58, 0x5b, 0x5f, 0x60, 0x7b, 0x7f, 0x80, 0x81,
  0x9b, 0x9f, 0xa0, 0xbb, 0xbf, 0xc0, 0xdb, 0xf4, 0xf6, 0xf7, 0xf9, 0xfa, 0xfb, 0xff,
] as const

/** Announced lengths and counts, big-endian. */
const EXTREMES = [
  '00',
  'ff',
  '7f',
  '80',
  'ffff',
  'ffffffff',
  '7fffffff',
  '80000000',
  '5b001fffffffffffff',
  '9b0000000100000000',
  'bbffffffffffffffff',
  '7b7fffffffffffffff',
  '1b0020000000000000',
  '3b001fffffffffffff',
  'fb7ff8000000000000',
  'fb8000000000000000',
  'f97c00',
  'ffffffffffffffff7f',
  '8080808080808080808000',
].map(hex => Buffer.from(hex, 'hex'))

/** At the most; what an input is cut to beside that is its target's to say. */
const BYTES_MAX = 200_000

/** One to four things done to the bytes. */
export function mutateBytes(chance: Chance, sample: Uint8Array, others: readonly Uint8Array[]): Uint8Array {
  let bytes: Uint8Array = sample
  for (let left = chance.between(1, 4); left > 0; left--) bytes = once(chance, bytes, others)
  return bytes.length > BYTES_MAX ? bytes.slice(0, BYTES_MAX) : bytes
}

function once(chance: Chance, bytes: Uint8Array, others: readonly Uint8Array[]): Uint8Array {
  const at = chance.between(0, bytes.length)
  const to = Math.min(bytes.length, at + chance.between(1, 16))
  switch (chance.between(0, 9)) {
    case 0:
    case 1:
      return changed(bytes, at, byte => byte ^ (1 << chance.between(0, 7)))
    case 2:
      return changed(bytes, at, () => chance.pick(TELLING))
    case 3:
      return changed(bytes, at, byte => byte + chance.pick([1, -1, 32, -32]))
    case 4:
      return bytes.slice(0, at)
    case 5:
      return joined(bytes.subarray(0, at), bytes.subarray(to))
    case 6:
      return joined(bytes.subarray(0, to), bytes.subarray(at))
    case 7:
      return spliced(chance, bytes, at, others)
    case 8: {
      // Over what stands there, or before it.
      const lie = chance.pick(EXTREMES)
      return joined(bytes.subarray(0, at), lie, bytes.subarray(chance.hit(0.5) ? at : at + lie.length))
    }
    default:
      return joined(bytes.subarray(0, at), noise(chance, 16), bytes.subarray(at))
  }
}

function spliced(chance: Chance, bytes: Uint8Array, at: number, others: readonly Uint8Array[]): Uint8Array {
  const other = chance.pick(others)
  return joined(bytes.subarray(0, at), other.subarray(chance.between(0, other.length)))
}

function changed(bytes: Uint8Array, at: number, how: (byte: number) => number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  if (at < copy.length) copy[at] = how(copy[at] as number) & 0xff
  return copy
}

/** Up to `most` bytes, some of them telling. */
export function noise(chance: Chance, most: number): Uint8Array {
  const length = chance.between(0, most)
  return Uint8Array.from({ length }, () => (chance.hit(0.3) ? chance.pick(TELLING) : chance.between(0, 255)))
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}
