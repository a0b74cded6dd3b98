import fc from 'fast-check'
import { expect, test } from 'vitest'
import { byPriority, priorityOf } from './priority.ts'

const HOUR = 3_600_000
const NOW = 1000 * HOUR

test.each([
  ['a new one counts by its importance', 0.4, 0, 0.4],
  ['half a day is worth half of all importance', 0.4, 12, 0.9],
  ['age counts up to a day', 0.4, 24, 1.4],
  ['and no further', 0.4, 500, 1.4],
  ['one from the future has no age', 0.4, -3, 0.4],
])('%s', (_name, importance, hours, priority) => {
  expect(priorityOf({ importance, since: NOW - hours * HOUR }, NOW)).toBeCloseTo(priority)
})

test('is one order, whatever order they come in', () => {
  const conflict = fc.record({
    id: fc.string(),
    importance: fc.double({ min: 0, max: 1, noNaN: true }),
    since: fc.integer({ min: NOW - 50 * HOUR, max: NOW }),
  })
  const all = fc.uniqueArray(conflict, { selector: ({ id }) => id })
  fc.assert(
    fc.property(all, conflicts => {
      const order = byPriority(NOW)
      expect([...conflicts].reverse().sort(order)).toEqual([...conflicts].sort(order))
    }),
  )
})
