import { expect, test } from 'vitest'
import { keepable, UNQUOTED } from './quoting.ts'

test.each([
  ['nothing of it', 'It says otherwise.', 'It says otherwise.'],
  ['a word that the statement has too', 'the seat is new', 'the seat is new'],
  ['a word of another memory', 'Anna flies to Lisbon', UNQUOTED],
  ['a number of another memory', 'it is not 7', UNQUOTED],
  ['it in capitals', 'LISBON', UNQUOTED],
])('a reason with %s', (_, reason, kept) => {
  expect(keepable(reason, ['a seat is booked'], ['the seat 7 to Lisbon'])).toBe(kept)
})

test('is cut, and never in the middle of a character', () => {
  expect(keepable('😀'.repeat(400), [], [])).toBe('😀'.repeat(250))
})

test('values that are no text are looked into as well', () => {
  expect(keepable('the key is hunter2', [], [{ key: ['hunter2'] }])).toBe(UNQUOTED)
})
