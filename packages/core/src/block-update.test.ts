import { BLOCK_TEXT_NAME, decodeBlockUpdate, encodeBlockUpdate, splitBlockUpdate } from '@folkmoot/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as Y from 'yjs'

const stroke = fc.record({
  who: fc.nat(1),
  at: fc.nat(99),
  text: fc.constantFrom('a', 'bc', 'é', '😀', '\ufeff'),
  cut: fc.nat(3),
})

function typing(strokes: readonly (typeof stroke extends fc.Arbitrary<infer S> ? S : never)[]): Y.Doc {
  const docs = [new Y.Doc(), new Y.Doc()]
  for (const [i, doc] of docs.entries()) doc.clientID = 2 ** 33 * i + 300
  for (const { who, at, text: typed, cut } of strokes) {
    const doc = docs[who] as Y.Doc
    const text = doc.getText(BLOCK_TEXT_NAME)
    if (cut === 3) Y.applyUpdate(doc, Y.encodeStateAsUpdate(docs[1 - who] as Y.Doc))
    text.insert(at % (text.length + 1), typed)
    text.delete(at % text.length, cut % 2)
  }
  Y.applyUpdate(docs[0] as Y.Doc, Y.encodeStateAsUpdate(docs[1] as Y.Doc))
  return docs[0] as Y.Doc
}

function textFrom(updates: readonly Uint8Array[]): string {
  const doc = new Y.Doc()
  for (const update of updates) {
    Y.applyUpdate(doc, update)
    expect(doc.store.pendingStructs).toBeNull()
  }
  return doc.getText(BLOCK_TEXT_NAME).toString()
}

test('what Yjs wrote is read, and what is written Yjs reads the same', () => {
  fc.assert(
    fc.property(fc.array(stroke, { minLength: 1, maxLength: 40 }), strokes => {
      const doc = typing(strokes)
      const update = decodeBlockUpdate(Y.encodeStateAsUpdate(doc))
      const again = encodeBlockUpdate(update)
      expect(textFrom([again])).toBe(doc.getText(BLOCK_TEXT_NAME).toString())
      expect(decodeBlockUpdate(again)).toEqual(update)
    }),
    { numRuns: 500 },
  )
})

test('what one client typed can be cut into small updates', () => {
  const doc = new Y.Doc()
  const text = doc.getText(BLOCK_TEXT_NAME)
  text.insert(0, '😀 long text '.repeat(500))
  for (let at = 0; at < 200; at++) text.delete(at * 7, 2)
  const update = decodeBlockUpdate(Y.encodeStateAsUpdate(doc))
  const parts = splitBlockUpdate(update, 101, 7) ?? []
  expect(parts.length).toBeGreaterThan(60)
  for (const { runs, deleted } of parts) {
    expect(runs.reduce((sum, run) => sum + run.length, 0)).toBeLessThanOrEqual(101)
    expect(deleted.length).toBeLessThanOrEqual(Math.max(7, runs.length))
  }
  expect(textFrom(parts.map(encodeBlockUpdate))).toBe(text.toString())
})
