import { decodeCanonical, encodeCanonical, fromHex, limits, MalformedError, toHex } from '@folkmoot/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const nested = (depth: number) => Array.from({ length: depth }).reduce<unknown>(inner => [inner], 1)
const nestedBytes = (depth: number) => new Uint8Array([...new Uint8Array(depth).fill(0x81), 1])

describe('[E1] a value has one form, and no other is read', () => {
  test.each([
    ['a number in more bytes than it needs', '1801'],
    ['a length in more bytes than it needs', '5801aa'],
    ['an array of indefinite length', '9f01ff'],
    ['a map of indefinite length', 'bf6161 01ff'],
    ['a text of indefinite length', '7f6161ff'],
    ['bytes of indefinite length', '5f41aaff'],
    ['keys out of order', 'a2 6162 01 6161 02'],
    ['a longer key before a shorter', 'a2 626161 01 6162 02'],
    ['a key twice', 'a2 6161 01 6161 02'],
    ['a key that is no text', 'a1 01 02'],
    ['a half float that is an integer', 'f93c00'],
    ['a double that fits a half', 'fb3ff8000000000000'],
    ['minus zero', 'f98000'],
    ['not a number', 'f97e00'],
    ['infinity', 'f97c00'],
    ['minus infinity', 'fbfff0000000000000'],
    ['undefined', 'f7'],
    ['an unassigned simple value', 'e0'],
    ['a tag (a date)', 'c11a514b67b0'],
    ['a big integer', 'c249010000000000000000'],
    ['an integer that a double cannot hold', '1bffffffffffffffff'],
    ['a negative one', '3bffffffffffffffff'],
    ['a text that is not UTF-8', '61ff'],
    ['a text with a surrogate', '63eda080'],
    ['a text with an overlong slash', '62c0af'],
    ['two values', '0101'],
    ['no value', ''],
    ['half a value', '5903e8aa'],
    ['an array said to be huge', '9affffffff00'],
    ['an array said to be larger than memory', '9bffffffffffffffff00'],
    ['bytes said to be larger than memory', '5b7fffffffffffffff00'],
    ['a break on its own', 'ff'],
    ['__proto__ as a key', 'a1 69 5f5f70726f746f5f5f a0'],
    ['__proto__ as a key further in', '81 a1 69 5f5f70726f746f5f5f 01'],
  ])('%s is malformed', (_, hex) => {
    expect(() => decodeCanonical(fromHex(hex.replaceAll(' ', '')))).toThrow(MalformedError)
  })

  test.each([
    ['a safe integer at its largest', Number.MAX_SAFE_INTEGER, '1b001fffffffffffff'],
    ['a half float', 1.5, 'f93e00'],
    ['a double', 0.1, 'fb3fb999999999999a'],
    ['a large float that is a whole number', 1e300, 'fb7e37e43c8800759c'],
    ['__proto__ as a text', '__proto__', '695f5f70726f746f5f5f'],
    ['keys by length, then by bytes', { b: 1, aa: 2, a: 3 }, 'a3616103616201626161 02'.replace(' ', '')],
  ])('%s', (_, value, hex) => {
    expect(toHex(encodeCanonical(value))).toBe(hex)
    expect(decodeCanonical(fromHex(hex))).toEqual(value)
  })

  test('minus zero is written as zero', () => {
    expect(toHex(encodeCanonical(-0))).toBe('00')
  })
})

describe('[B6] nesting has a depth that does not depend on the machine', () => {
  test(`${limits.DEPTH_MAX} levels pass, one more does not, and sixty thousand are no worse`, () => {
    expect(decodeCanonical(nestedBytes(limits.DEPTH_MAX))).toEqual(nested(limits.DEPTH_MAX))
    for (const depth of [limits.DEPTH_MAX + 1, 5_000, 60_000]) {
      expect(() => decodeCanonical(nestedBytes(depth))).toThrow(MalformedError)
    }
  })

  test('nor is more written', () => {
    expect(encodeCanonical(nested(limits.DEPTH_MAX))).toEqual(nestedBytes(limits.DEPTH_MAX))
    for (const depth of [limits.DEPTH_MAX + 1, 20_000]) {
      expect(() => encodeCanonical(nested(depth))).toThrow(MalformedError)
    }
  })

  test('a cycle, a function or a date has no form', () => {
    const cycle: unknown[] = []
    cycle.push(cycle)
    for (const value of [cycle, () => 1, new Date(0), Symbol('x')]) {
      expect(() => encodeCanonical(value)).toThrow(MalformedError)
    }
  })
})

test('[E1] what is encoded decodes to itself', () => {
  const value = fc.jsonValue({ maxDepth: 5 }).filter(json => !JSON.stringify(json).includes('__proto__'))
  fc.assert(
    fc.property(value, json => {
      const bytes = encodeCanonical(json)
      expect(encodeCanonical(decodeCanonical(bytes))).toEqual(bytes)
      expect(JSON.stringify(sorted(decodeCanonical(bytes)))).toBe(JSON.stringify(sorted(json)))
    }),
  )
})

test('[E1] whatever bytes come, they are the one form of their value or malformed', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), bytes => {
      let value: unknown
      try {
        value = decodeCanonical(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedError)
        return
      }
      expect(encodeCanonical(value)).toEqual(bytes)
    }),
    { numRuns: 1000 },
  )
})

/** Keys in one order, lone surrogates as they survive UTF-8. */
function sorted(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed()
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).map(([key, inner]) => [key.toWellFormed(), sorted(inner)] as const)
  return entries.sort(([a], [b]) => (a < b ? -1 : 1))
}
