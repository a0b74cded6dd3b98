import { encodeCanonical, type LogId, logId, sha256, toHex, utf8 } from '@folkmoot/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeMessage } from './encode-message.ts'
import type { Fingerprint } from './fingerprint.ts'
import { replySchema, requestSchema } from './join-messages.ts'
import {
  decodeGossip,
  decodeMessage,
  type Gossip,
  gossipSchema,
  type Message,
  messageSchema,
  PROTOCOL_VERSION,
} from './messages.ts'
import { entriesAfter, hashOf, MESH, testNode, testScope } from './testing/fake-replica.ts'

const print = (byte: string) => byte.repeat(16) as Fingerprint
const ref = { scope: testScope(1), node: testNode(1), incarnation: 0 }
const log: LogId = logId(ref.scope, ref.node, ref.incarnation)
const entries = entriesAfter(ref, [], 2, 3)
const head = { ...ref, log, seq: 1, hash: hashOf(entries[1] as (typeof entries)[0]) }
const summary = { membership: print('01'), push: print('02'), pull: print('03') }
const parts = [
  { digit: 0, fingerprint: '0a'.repeat(8) as Fingerprint },
  { digit: 15, fingerprint: '0b'.repeat(8) as Fingerprint },
]

/** A message of each kind, and what it is on the wire: its bytes if short, else length and digest. */
const golden: readonly (readonly [Message | Gossip, string])[] = [
  [
    {
      kind: 'hello',
      version: 1,
      mesh: MESH,
      summary,
      addresses: ['/ip4/10.0.0.1/tcp/4001'],
      known: '00'.repeat(8),
    },
    '8600015820abababababababababababababababababababababababababababababababab8350010101010101010101010101010101015002020202020202020202020202020202500303030303030303030303030303030381762f6970342f31302e302e302e312f7463702f34303031480000000000000000',
  ],
  [
    { kind: 'probe', summary, pull: true },
    '830183500101010101010101010101010101010150020202020202020202020202020202025003030303030303030303030303030303f5',
  ],
  [
    { kind: 'compare', tree: 'push', splits: [{ prefix: '', base: '3f', parts }] },
    '830200818460623366198001500a0a0a0a0a0a0a0a0b0b0b0b0b0b0b0b',
  ],
  [
    { kind: 'heads', tree: 'pull', lists: [{ prefix: '3f0', complete: true, items: [head] }] },
    '830301818363336630f5818550cae61b0b25d8cbac9cb1de1f2173a5245820db4eb995b23ea8eff049b0bd460bb9f4f5f393ad25e0dcabc2dfe1e9e2202c5a00015820b2c1545b278cdfbacd7ffdda57b8bb7aea82513ad1b2d1577c86c085985029ae',
  ],
  [
    { kind: 'want', items: [{ log, from: 0, bytesMax: 65_536 }] },
    '82048183501f299e409fa463b12071e327403bb47c001a00010000',
  ],
  [{ kind: 'page', log, from: 0, more: false, entries }, '483 4e25ba9fa523bfed'],
  [{ kind: 'inSync', root: print('04') }, '82065004040404040404040404040404040404'],
  [
    { kind: 'peers', known: [{ node: testNode(1), addresses: [] }] },
    '820781825820db4eb995b23ea8eff049b0bd460bb9f4f5f393ad25e0dcabc2dfe1e9e2202c5a80',
  ],
  [{ kind: 'refuse', code: 'version', reason: 'no' }, '83086776657273696f6e626e6f'],
  [{ kind: 'confirm', items: [{ log, seq: 7 }] }, '82098182501f299e409fa463b12071e327403bb47c07'],
  [{ kind: 'confirmed', items: [{ log, seq: 7 }] }, '820a8182501f299e409fa463b12071e327403bb47c07'],
  [{ kind: 'gossip', runs: [entries], heads: [head] }, '554 b4334e5d3303226f'],
]

const onWire = (bytes: Uint8Array) =>
  bytes.length <= 128 ? toHex(bytes) : `${bytes.length} ${toHex(sha256(bytes)).slice(0, 16)}`

test.each(golden)('[W1] golden bytes: %o', (message, bytes) => {
  const encoded = encodeMessage(message)
  expect(onWire(encoded)).toBe(bytes)
  const decoded = message.kind === 'gossip' ? decodeGossip(encoded) : decodeMessage(encoded)
  expect(onWire(encodeMessage(decoded))).toBe(bytes)
})

/** Everything in a schema but its functions. */
function describe(schema: unknown): string {
  const text = JSON.stringify(schema, (key, value) => {
    if (value instanceof RegExp) return String(value)
    return key.startsWith('~') || typeof value === 'function' ? undefined : value
  })
  return toHex(sha256(utf8(text))).slice(0, 16)
}

test('[W2] a change of any schema changes the version, and this test', () => {
  expect({ version: PROTOCOL_VERSION, wire: [messageSchema, gossipSchema].map(describe) }).toEqual({
    version: 1,
    wire: ['0211afad8bf3782f', '89660cc5db64702b'],
  })
  expect([requestSchema, replySchema].map(describe)).toEqual(['7efe439f142086a8', '76fe89557bff9748'])
})

test('[W3] another version is told apart from garbage', () => {
  expect(() => decodeMessage(encodeCanonical([0, 2, 'whatever comes later']))).toThrow('protocol version 2')
})

test('[W4] what is no message is malformed, whatever it is', () => {
  const check = (bytes: Uint8Array) => {
    for (const decode of [decodeMessage, decodeGossip]) {
      try {
        decode(bytes)
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/malformed|too-large/) })
      }
    }
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), check), { numRuns: 500 })
  const samples = golden.map(([message]) => encodeMessage(message))
  const spoiled = fc.record({
    sample: fc.nat(samples.length - 1),
    at: fc.nat(500),
    by: fc.integer({ min: 1, max: 255 }),
  })
  fc.assert(
    fc.property(spoiled, ({ sample, at, by }) => {
      const bytes = Uint8Array.from(samples[sample] as Uint8Array)
      const index = at % bytes.length
      bytes[index] = (bytes[index] as number) ^ by
      check(bytes)
      check(bytes.subarray(0, index))
    }),
    { numRuns: 1_000 },
  )
})

test('[W5] a page ends with a signed entry and has no byte to spare', () => {
  const unsigned = entries.map(entry => ({ ...entry, signature: null }))
  const page = (list: typeof entries) =>
    encodeMessage({ kind: 'page', log, from: 0, more: false, entries: list })
  expect(() => decodeMessage(page(unsigned))).toThrow('not signed')
  expect(() => decodeMessage(page([...entries, ...unsigned]))).toThrow('not signed')
  expect(() => decodeMessage(encodeCanonical([5, new Uint8Array(16), 0, false, new Uint8Array(5)]))).toThrow(
    'cut short',
  )
})
