/** Writes CBOR as it should not be written: lengths that lie, long forms, tags, keys out of order or twice. */
import type { Chance } from '../simulation/random.ts'

/** How often a head is written wrongly. 0 gives the canonical form of a value that has one. */
export function sloppyCbor(chance: Chance, value: unknown, sloppiness: number): Uint8Array {
  const parts: Uint8Array[] = []
  const isWrong = () => sloppiness > 0 && chance.hit(sloppiness)
  const head = (major: number, argument: number | bigint) => {
    if (!isWrong()) return parts.push(headOf(major, BigInt(argument)))
    const lie = chance.pick([0n, 1n, 24n, 0xffffn, 0xffff_ffffn, 2n ** 53n, 2n ** 64n - 1n])
    const said = chance.hit(0.5) ? BigInt(argument) : lie
    return parts.push(headOf(major, said, chance.pick([0, 1, 2, 4, 8])))
  }
  const write = (item: unknown): void => {
    if (isWrong())
      parts.push(chance.pick([Buffer.from([0xc0]), Buffer.from([0xd8, 0x2a]), Buffer.from([0xf7])]))
    if (item instanceof Uint8Array) {
      head(2, item.length)
      parts.push(item)
    } else if (typeof item === 'string') {
      const bytes = Buffer.from(item, 'utf8')
      head(3, bytes.length)
      parts.push(bytes)
    } else if (Array.isArray(item)) {
      head(4, item.length)
      for (const each of item) write(each)
    } else if (typeof item === 'object' && item !== null) {
      const entries = Object.entries(item)
      if (!isWrong()) entries.sort(([a], [b]) => byLengthAndBytes(a, b))
      // The same key twice, but not the same tree: nested maps would double at every depth.
      else if (entries[0] !== undefined) entries.push([entries[0][0], null])
      head(5, entries.length)
      for (const [key, each] of entries) {
        write(key)
        write(each)
      }
    } else if (typeof item === 'number') number(item)
    else parts.push(Buffer.from([simple(item)]))
  }
  const number = (item: number): void => {
    const isWhole = Number.isInteger(item) && Math.abs(item) <= 2 ** 53 && !Object.is(item, -0)
    if (isWhole && !isWrong()) head(item < 0 ? 1 : 0, item < 0 ? -1 - item : item)
    else {
      const bytes = Buffer.alloc(9)
      bytes[0] = 0xfb
      bytes.writeDoubleBE(item, 1)
      parts.push(bytes)
    }
  }
  write(value)
  return new Uint8Array(Buffer.concat(parts))
}

function simple(item: unknown): number {
  if (item === false) return 0xf4
  if (item === true) return 0xf5
  return item === null ? 0xf6 : 0xf7
}

/** @param width bytes of the argument; the shortest if it is 0 or too narrow */
function headOf(major: number, argument: bigint, width = 0): Uint8Array {
  if (width === 0 && argument < 24n) return Buffer.from([(major << 5) | Number(argument)])
  const widths = [1, 2, 4, 8]
  const needed = widths.find(bytes => argument < 1n << BigInt(8 * bytes)) ?? 8
  const bytes = Math.max(width, needed)
  const out = Buffer.alloc(1 + bytes)
  out[0] = (major << 5) | (24 + widths.indexOf(bytes))
  for (let i = 0; i < bytes; i++) out[bytes - i] = Number((argument >> BigInt(8 * i)) & 0xffn)
  return out
}

function byLengthAndBytes(a: string, b: string): number {
  const [one, other] = [Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8')]
  return one.length - other.length || Buffer.compare(one, other)
}
