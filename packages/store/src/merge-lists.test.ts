import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ListCursor } from './list-query.ts'
import { mergeLists } from './merge-lists.ts'

/** Rows of several lists: few times, so that many share one, and ids that no two have. */
const lists = fc
  .array(fc.array(fc.nat(3), { maxLength: 60 }), { minLength: 1, maxLength: 6 })
  .map(found =>
    found.map((times, list) =>
      times
        .map((updatedAt, i): ListCursor => ({ updatedAt, id: Uint8Array.of((i * 37) % 61, list) }))
        .sort(inOrder),
    ),
  )

function inOrder(a: ListCursor, b: ListCursor): number {
  return b.updatedAt - a.updatedAt || Buffer.compare(a.id, b.id)
}

test('merged is what sorting all of them gives, and little more is read', () => {
  fc.assert(
    fc.property(lists, fc.integer({ min: 0, max: 200 }), (found, limit) => {
      let read = 0
      const merged = mergeLists<readonly ListCursor[], ListCursor>(found, limit, (list, count, after) => {
        const rest = after === undefined ? list : list.filter(row => inOrder(after, row) < 0)
        const rows = rest.slice(0, count)
        read += rows.length
        return rows
      })
      expect(merged).toEqual(found.flat().sort(inOrder).slice(0, limit))
      const chunk = Math.max(16, Math.ceil(limit / found.length))
      expect(read).toBeLessThanOrEqual(limit + found.length * chunk)
    }),
  )
})
