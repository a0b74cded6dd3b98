import { expect, test } from 'vitest'
import { lines, oneLine } from './clean.ts'
import { fit, widthOf } from './width.ts'

test.each([
  ['', 0],
  ['plain', 5],
  ['naïve', 5],
  ['nai\u0308ve', 5],
  ['記憶', 4],
  ['ｆｕｌｌ', 8],
  ['ﾊﾝｶｸ', 4],
  ['한국어', 6],
  ['👍', 2],
  ['👍🏽', 2],
  ['👩‍👩‍👧', 2],
  ['🇩🇪', 2],
  ['❤️', 2],
  ['❤', 1],
  ['a\u200bb', 2],
  ['𠮷', 2],
  ['…', 1],
])('%j takes %i cells', (text, cells) => {
  expect(widthOf(text)).toBe(cells)
})

test('a text is cut between graphemes, to the width or one less', () => {
  expect(fit('short', 5)).toBe('short')
  expect(fit('longer', 5)).toBe('long…')
  expect(fit('記憶記憶', 5)).toBe('記憶…')
  expect(fit('記憶記憶', 4)).toBe('記…')
  expect(fit('👩‍👩‍👧👩‍👩‍👧', 3)).toBe('👩‍👩‍👧…')
  expect(fit('x', 0)).toBe('')
})

test('what others wrote cannot drive the terminal', () => {
  expect(oneLine('a\x1b[31mred\x07')).toBe('a␛[31mred␇')
  expect(oneLine('two\r\nlines')).toBe('two ⏎ lines')
  expect(oneLine('user\u202egpj.exe')).toBe('user⟨202e⟩gpj.exe')
  expect(oneLine('\x9b2J')).toBe('⟨9b⟩2J')
  expect(lines('a\r\nb\tc\x1bd')).toBe('a\nb\tc␛d')
})
