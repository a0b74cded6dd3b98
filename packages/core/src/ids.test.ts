import {
  fromHex,
  keyedDocumentId,
  logId,
  MalformedError,
  newDocumentId,
  nodeId,
  nodeKey,
  parseDocumentId,
  parseNodeId,
  type ScopeId,
  sha256,
  utf8,
} from '@folkmoot/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const SCOPE = '11'.repeat(16) as ScopeId
const OTHER = '12'.repeat(16) as ScopeId
const NODE = nodeId(sha256(utf8('node')))
const SALT = new Uint8Array(16)

describe('[E7] a node id is its key', () => {
  test('both ways', () => {
    const key = fc.uint8Array({ minLength: 32, maxLength: 32 })
    fc.assert(
      fc.property(key, bytes => {
        const id = nodeId(bytes)
        expect(id).toMatch(/^12D3KooW[1-9A-HJ-NP-Za-km-z]{44}$/)
        expect([...nodeKey(parseNodeId(id))]).toEqual([...bytes])
      }),
    )
  })

  test.each([
    '',
    '12D3KooW',
    'QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N',
    '0OIl',
    'not a peer',
    `${NODE}x`,
  ])('%j is none', text => expect(() => parseNodeId(text)).toThrow(MalformedError))

  test.each([0, 31, 33])('a key of %d bytes is none', length => {
    expect(() => nodeId(new Uint8Array(length))).toThrow(MalformedError)
  })

  test('many strangers do not make a node forget how to read ids', () => {
    for (let i = 0; i < 10_050; i++) nodeId(sha256(utf8(`stranger ${i}`)))
    expect([...nodeKey(NODE)]).toEqual([...sha256(utf8('node'))])
  })
})

test('[R2] a document id differs with each thing it is made of', () => {
  const other = nodeId(sha256(utf8('other')))
  const ids = [
    keyedDocumentId(SCOPE, 'record', 'a'),
    keyedDocumentId(SCOPE, 'record', 'b'),
    keyedDocumentId(SCOPE, 'block', 'a'),
    keyedDocumentId(OTHER, 'record', 'a'),
    newDocumentId(SCOPE, 'record', NODE, SALT),
    newDocumentId(SCOPE, 'block', NODE, SALT),
    newDocumentId(OTHER, 'record', NODE, SALT),
    newDocumentId(SCOPE, 'record', other, SALT),
    newDocumentId(
      SCOPE,
      'record',
      NODE,
      SALT.map(() => 1),
    ),
  ]
  expect(new Set(ids).size).toBe(ids.length)
  for (const id of ids) expect(parseDocumentId(id)).toBe(id)
})

test('[E7] a log id differs with scope, node and incarnation', () => {
  expect(new Set([logId(SCOPE, NODE, 0), logId(SCOPE, NODE, 1), logId(OTHER, NODE, 0)]).size).toBe(3)
})

test.each(['', 'ab', 'AB'.repeat(16), 'xy'.repeat(16), 'ab'.repeat(17)])('%j is no document id', text => {
  expect(() => parseDocumentId(text)).toThrow(MalformedError)
})

test('hex is read exactly', () => {
  for (const text of ['a', 'xy', '0g', 'ab ']) expect(() => fromHex(text)).toThrow(RangeError)
})
