/** The layout of entries, locked: a change that alters one byte fails here, and needs a new ENTRY_VERSION. */
import { readFileSync } from 'node:fs'
import {
  DEFAULT_SCOPE,
  decodeBody,
  decodeEntry,
  decodeHeader,
  ENTRY_VERSION,
  type EntryBytes,
  encodeBody,
  encodeCanonical,
  encodeHeader,
  FolkmootError,
  fromHex,
  type Header,
  isSignedBy,
  keyedDocumentId,
  limits,
  logId,
  MalformedError,
  type MeshId,
  newDocumentId,
  scopeId,
  sha256,
  TooLargeError,
  toHex,
} from '@folkmoot/core'
import { describe, expect, test } from 'vitest'
import { GOLDEN_BODIES, GOLDEN_SCOPE, GOLDEN_SIGNER, goldenEntry } from '../../../test/support/golden.ts'

const GOLDEN = {
  node: '12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB',
  header:
    '8d01582022222222222222222222222222222222222222222222222222222222222222225011111111111111111111111111111111582003a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b80007582033333333333333333333333333333333333333333333333333333333333333331b0000018bcfe56800028158204444444444444444444444444444444444444444444444444444444444444444001901c658200f36eb02ec3077b07dbf2ea9330e924bcdff88763fa728d6c925e27145501627',
  hash: '3cf0623b88a1aaa6e444cd7c2e32116c3420096cde7f243578927693f8b17c3f',
  signature:
    '8e1867ebd60f47db99499ff0fb63cff971d3845aabb815b98ed239b4fcf9572f539fa17bcdc39df312d44be2fc4e5dedb39a3b50c6df3bc160e514890925ef07',
  log: '5324547a326014fbfc27f9449e05f475',
  scope: 'bfd99bc21fb79253f3b513bb6fd7a039',
  keyedRecord: '5bee33d159bb772aa67a3a1d7bcd8755',
  keyedBlock: '51506345afecf74513cdf839f3f73957',
  newRecord: 'e3e1e7b559d9111cf015efadeea821bb',
}

const GOLDEN_PAYLOADS: { readonly [type: string]: string } = {
  open: 'a26474797065646f70656e6573636f70656b6170703d64656661756c74',
  change:
    'a763646f63505bee33d159bb772aa67a3a1d7bcd8755636b657964646f6f72636f707385836370757467636f6e74656e74a3626973646f70656e647365656e8301f6f56477696465f938008263656e6465636c61696d8366736574746c6567636f6e74656e74a2646b696e64696f76657277726974656a73757065727365646573827840363636363636363636363636363636363636363636363636363636363636363636363636363636363636363636363636363636363636363636363636363636367840373737373737373737373737373737373737373737373737373737373737373737373737373737373737373737373737373737373737373737373737373737378363616464647461677365686f757365836363757464746167736667617264656e63776879a266726561736f6e6849206c6f6f6b65646b6465726976656446726f6d81505bee33d159bb772aa67a3a1d7bcd875564646570738258206666666666666666666666666666666666666666666666666666666666666666582077777777777777777777777777777777777777777777777777777777777777776473616c7450555555555555555555555555555555556474797065666368616e6765',
  block:
    'a563646f63505bee33d159bb772aa67a3a1d7bcd87556464657073806473616c745055555555555555555555555555555555647479706565626c6f636b66757064617465420000',
  erase:
    'a463646f63505bee33d159bb772aa67a3a1d7bcd875564646570738258206666666666666666666666666666666666666666666666666666666666666666582077777777777777777777777777777777777777777777777777777777777777776473616c7450555555555555555555555555555555556474797065656572617365',
  genesis:
    'a4646e616d6564686f6d656473616c74505555555555555555555555555555555564747970656767656e657369736661646d696e7381582003a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8',
  invite:
    'a5647479706566696e76697465647573657303656167656e7464636f6f6b667469636b657458208888888888888888888888888888888888888888888888888888888888888888696578706972657341741b0000018bcfe56800',
  admit:
    'a5646e616d65676b69746368656e646e6f6465582003a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b864747970656561646d6974656167656e7464636f6f6b667469636b657458208888888888888888888888888888888888888888888888888888888888888888',
}

const { header, entry, signature } = goldenEntry()
const fields = () => [
  ENTRY_VERSION,
  fromHex(header.mesh),
  fromHex(header.scope),
  fromHex('03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8'),
  header.incarnation,
  header.seq,
  fromHex(header.prev),
  header.at,
  header.tick,
  header.authority.map(fromHex),
  header.epoch,
  header.payloadSize,
  fromHex(header.payloadHash),
]
/** The golden header's fields, one of them another. */
const withField = (place: number, value: unknown) =>
  encodeCanonical(fields().map((field, i) => (i === place ? value : field)))

describe('golden vectors', () => {
  test('[E2] the header`s bytes', () => {
    expect(toHex(entry.bytes.header)).toBe(GOLDEN.header)
    expect(decodeHeader(fromHex(GOLDEN.header))).toEqual(header)
    expect(toHex(encodeCanonical(fields()))).toBe(GOLDEN.header)
  })

  test('[E4] the entry`s hash', () => {
    expect(entry.hash).toBe(GOLDEN.hash)
    expect(toHex(sha256(fromHex(GOLDEN.header)))).toBe(GOLDEN.hash)
  })

  test('[E5] the signature', () => {
    expect(toHex(signature)).toBe(GOLDEN.signature)
    expect(isSignedBy(header.node, entry.hash, fromHex(GOLDEN.signature))).toBe(true)
  })

  test('[E7] ids', () => {
    const salt = new Uint8Array(16).fill(0x55)
    expect(GOLDEN_SIGNER.node).toBe(GOLDEN.node)
    expect(logId(GOLDEN_SCOPE, GOLDEN_SIGNER.node, 0)).toBe(GOLDEN.log)
    expect(scopeId('22'.repeat(32) as MeshId, DEFAULT_SCOPE)).toBe(GOLDEN.scope)
    expect(keyedDocumentId(GOLDEN_SCOPE, 'record', 'door')).toBe(GOLDEN.keyedRecord)
    expect(keyedDocumentId(GOLDEN_SCOPE, 'block', 'door')).toBe(GOLDEN.keyedBlock)
    expect(newDocumentId(GOLDEN_SCOPE, 'record', GOLDEN_SIGNER.node, salt)).toBe(GOLDEN.newRecord)
  })

  test.each(Object.entries(GOLDEN_BODIES))('[B2] the payload of %s', (type, body) => {
    expect(toHex(encodeBody(body))).toBe(GOLDEN_PAYLOADS[type])
    expect(decodeBody(fromHex(GOLDEN_PAYLOADS[type] ?? ''))).toEqual(body)
  })

  test('SPEC.md prints every one of them', () => {
    const spec = readFileSync(new URL('../SPEC.md', import.meta.url), 'utf8').replaceAll(/\s+/g, '')
    const missing = Object.entries({ ...GOLDEN, ...GOLDEN_PAYLOADS }).filter(
      ([, bytes]) => !spec.includes(bytes),
    )
    expect(missing.map(([name]) => name)).toEqual([])
  })
})

describe('[E2] a header is exactly what it should be', () => {
  const places = [
    'version',
    'mesh',
    'scope',
    'node',
    'incarnation',
    'seq',
    'prev',
    'at',
    'tick',
    'authority',
    'epoch',
    'size',
    'hash',
  ]
  const wrong = [
    null,
    true,
    'text',
    -1,
    1.5,
    2 ** 60,
    [],
    {},
    new Uint8Array(31),
    new Uint8Array(33),
    new Uint8Array(),
  ]

  test.each(
    places.map((name, place) => [name, place] as const),
  )('no field but a good one passes as %s', (name, place) => {
    for (const value of wrong) {
      if (name === 'authority' && Array.isArray(value)) continue
      expect(() => decodeHeader(withField(place, value)), JSON.stringify(value)).toThrow(MalformedError)
    }
  })

  test('a field more or less is refused', () => {
    expect(() => decodeHeader(encodeCanonical(fields().slice(0, -1)))).toThrow(MalformedError)
    expect(() => decodeHeader(encodeCanonical([...fields(), 0]))).toThrow(MalformedError)
    expect(() => decodeHeader(encodeCanonical({ ...fields() }))).toThrow(MalformedError)
  })

  test('[E3] another version is refused by name', () => {
    expect(() => decodeHeader(withField(0, 2))).toThrow('entry version 2 is not known here')
  })

  test('[E8] the first entry names no predecessor, and every other does', () => {
    const first = { ...header, seq: 0, prev: '' as const }
    expect(decodeHeader(encodeHeader(first))).toEqual(first)
    expect(() => decodeHeader(encodeHeader({ ...first, seq: 1 }))).toThrow(MalformedError)
    expect(() => decodeHeader(encodeHeader({ ...header, seq: 0 }))).toThrow(MalformedError)
  })

  test(`[E9] at most ${limits.AUTHORITY_HEADS_MAX} authority heads`, () => {
    const heads = Array.from({ length: limits.AUTHORITY_HEADS_MAX }, () => new Uint8Array(32))
    expect(decodeHeader(withField(9, heads)).authority).toHaveLength(limits.AUTHORITY_HEADS_MAX)
    expect(() => decodeHeader(withField(9, [...heads, new Uint8Array(32)]))).toThrow(MalformedError)
  })

  test(`[E9] at most ${limits.HEADER_BYTES_MAX} bytes, counted before anything is read`, () => {
    expect(() => decodeHeader(new Uint8Array(limits.HEADER_BYTES_MAX + 1))).toThrow(TooLargeError)
    expect(() => decodeHeader(new Uint8Array(limits.HEADER_BYTES_MAX))).toThrow(MalformedError)
  })

  test('[E9] a tick that leaves none after it is refused', () => {
    expect(decodeHeader(withField(8, limits.TICK_MAX)).tick).toBe(limits.TICK_MAX)
    expect(() => decodeHeader(withField(8, limits.TICK_MAX + 1))).toThrow(MalformedError)
  })

  test('[E9] a header that no peer could read is not written', () => {
    const bad: Partial<Header>[] = [
      { at: 1.5 },
      { tick: -1 },
      { seq: Number.NaN },
      { tick: limits.TICK_MAX + 1 },
    ]
    for (const each of bad) expect(() => encodeHeader({ ...header, ...each })).toThrow('assertion failed')
  })
})

describe('[E6] header and payload belong together', () => {
  const good: EntryBytes = { ...entry.bytes, signature }

  test('as they were written', () => {
    expect(decodeEntry(good)).toMatchObject({ hash: GOLDEN.hash, log: GOLDEN.log, seq: 7 })
  })

  test('without its payload the entry keeps its hash', () => {
    expect(decodeEntry({ ...good, payload: null }).hash).toBe(GOLDEN.hash)
  })

  test('another payload is refused, of whatever size', () => {
    const payload = entry.bytes.payload as Uint8Array
    const flipped = Uint8Array.from(payload, (byte, i) => (i === 9 ? byte ^ 1 : byte))
    for (const other of [flipped, payload.slice(1), new Uint8Array([...payload, 0]), new Uint8Array()]) {
      expect(() => decodeEntry({ ...good, payload: other })).toThrow(MalformedError)
    }
  })

  test(`[E9] a payload of more than ${limits.PAYLOAD_BYTES_MAX} bytes is refused by its announcement`, () => {
    const size = limits.PAYLOAD_BYTES_MAX
    const announced = (bytes: number) => ({ ...good, header: withField(11, bytes), payload: null })
    expect(decodeEntry(announced(size)).payloadSize).toBe(size)
    expect(() => decodeEntry(announced(size + 1))).toThrow(TooLargeError)
  })

  test('[E5] a signature has 64 bytes', () => {
    for (const length of [0, 63, 65]) {
      expect(() => decodeEntry({ ...good, signature: new Uint8Array(length) })).toThrow(MalformedError)
    }
  })

  test('[E5] a signature is of this entry, by this node, for this purpose', () => {
    const other = goldenEntry().entry.hash.replace('3', '4') as typeof entry.hash
    expect(isSignedBy(header.node, other, signature)).toBe(false)
    expect(isSignedBy(header.node, entry.hash, GOLDEN_SIGNER.sign(fromHex(entry.hash)))).toBe(false)
  })
})

test('[E1] every byte counts: no altered header decodes to the same entry', () => {
  const bytes = fromHex(GOLDEN.header)
  for (let i = 0; i < bytes.length; i++) {
    const altered = Uint8Array.from(bytes, (byte, at) => (at === i ? byte ^ 0x40 : byte))
    try {
      expect(decodeEntry({ header: altered, signature: null, payload: null }).hash).not.toBe(GOLDEN.hash)
    } catch (error) {
      expect(error).toBeInstanceOf(FolkmootError)
    }
  }
})
