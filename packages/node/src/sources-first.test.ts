import type { DocumentId } from '@folkmoot/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sourcesFirst } from './sources-first.ts'

const idOf = (n: number) => String(n) as DocumentId

/** Of each number those smaller ones that it is derived from, so that there is no circle. */
const derivations = fc
  .array(fc.array(fc.nat(), { maxLength: 4 }), { maxLength: 20 })
  .map(all => all.map((sources, n) => (n === 0 ? [] : sources.map(source => source % n))))

test('everything is given once, after its sources', () => {
  fc.assert(
    fc.property(derivations, fc.func(fc.integer()), (derived, order) => {
      const ids = derived.map((_, n) => idOf(n)).sort((a, b) => order(a) - order(b))
      const given = [...sourcesFirst(ids, id => (derived[Number(id)] ?? []).map(idOf))]
      expect([...given].sort()).toEqual([...ids].sort())
      for (const [n, sources] of derived.entries())
        for (const source of sources) expect(given.indexOf(idOf(source))).toBeLessThan(given.indexOf(idOf(n)))
    }),
  )
})

test('a circle comes to an end, what is not wanted is not given, and a long line is no worse', () => {
  const [a, b, c] = [idOf(1), idOf(2), idOf(3)]
  expect([...sourcesFirst([a, b], id => (id === a ? [b, c] : [a]))]).toEqual([b, a])
  const many = Array.from({ length: 50_000 }, (_, n) => idOf(n))
  const given = [...sourcesFirst(many, id => (id === '49999' ? [] : [idOf(Number(id) + 1)]))]
  expect([given[0], given.at(-1)]).toEqual(['49999', '0'])
})
