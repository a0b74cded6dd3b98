import { textEdits } from '@folkmoot/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'

function edited(before: string, after: string): string {
  let text = before
  for (const { at, removed, inserted } of textEdits(before, after)) {
    text = text.slice(0, at) + inserted + text.slice(at + removed)
  }
  return text
}

const word = fc.constantFrom('a', 'the', ' ', '\n', '.', '😀', '😁', 'é', 'word')
const text = fc.array(word, { maxLength: 60 }).map(words => words.join(''))

test('the edits lead from one text to the other, and cut no character in two', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      expect(edited(before, after)).toBe(after)
      for (const { at, removed, inserted } of textEdits(before, after)) {
        for (const piece of [before.slice(0, at), before.slice(at, at + removed), inserted])
          expect(piece.isWellFormed()).toBe(true)
      }
    }),
    { numRuns: 2000 },
  )
})

test('two changes far apart are two edits', () => {
  expect(textEdits('one two three four five', 'ONE two three four FIVE')).toEqual([
    { at: 19, removed: 4, inserted: 'FIVE' },
    { at: 0, removed: 3, inserted: 'ONE' },
  ])
  expect(textEdits('same', 'same')).toEqual([])
  expect(textEdits('ab', 'a b')).toEqual([{ at: 1, removed: 0, inserted: ' ' }])
})

test('another text altogether replaces the old one in one edit', () => {
  const words = (letter: string) => Array.from({ length: 500 }, (_, i) => `${letter}${i}`).join(' ')
  expect(edited(words('a'), words('b'))).toBe(words('b'))
})
