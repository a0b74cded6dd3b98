import type { DocumentId, ScopeAddress } from '@folkmoot/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contentWords, featuresOf, keyPrefix, type Subject } from './features.ts'
import { NEIGHBOURS_MAX } from './neighbours.ts'
import { ScopeIndex } from './scope-index.ts'

const subject = (text: string, more: Partial<Subject> = {}): Subject => ({
  scope: 'app=default' as ScopeAddress,
  ...{ text, key: null, entities: [], thread: null, ...more },
})

test('words that say nothing are left out, and each is named once', () => {
  expect(
    contentWords(subject('The cat is the CAT of Anna', { key: 'pets/anna', entities: ['Tom Cat'] })),
  ).toEqual(['cat', 'anna', 'pets', 'tom'])
})

test.each([
  [null, undefined],
  ['seat', undefined],
  ['/seat', undefined],
  ['customer/anna/seat', 'customer/anna'],
  ['net.port', 'net'],
  ['a:b', 'a'],
])('the key %s stands under %s', (key, prefix) => {
  expect(keyPrefix(key)).toBe(prefix)
})

test('a word is not taken for a thread or an entity', () => {
  const features = featuresOf(subject('x', { thread: 'x', entities: ['x'], key: 'x/y' }))
  expect(new Set(features).size).toBe(features.length)
  expect(features).toEqual(expect.arrayContaining(['w x', 't x', 'e x', 'k x']))
})

function indexOf(texts: readonly string[]) {
  const index = new ScopeIndex()
  for (const [i, text] of texts.entries()) {
    index.add({ id: String(i) as DocumentId, statement: { text }, subject: subject(text) })
  }
  return index
}

test('each pair comes once, and none that has nothing in common', () => {
  const words = fc.constantFrom('red', 'green', 'blue', 'round', 'flat', 'the')
  fc.assert(
    fc.property(fc.array(fc.array(words, { maxLength: 4 }), { maxLength: 20 }), all => {
      const texts = all.map(one => one.join(' '))
      const index = indexOf(texts)
      const pairs = texts.flatMap((_, place) =>
        index.later(place).map(pair => pair.map(({ id }) => Number(id))),
      )
      const wanted = texts.flatMap((one, a) =>
        texts.flatMap((other, b) =>
          a < b &&
          one.split(' ').some(word => word !== 'the' && word !== '' && other.split(' ').includes(word))
            ? [`${a}-${b}`]
            : [],
        ),
      )
      expect(pairs.map(([a, b]) => `${a}-${b}`).sort()).toEqual(wanted.sort())
    }),
  )
})

test('of many that share a word those come that share the rarest', () => {
  const common = Array.from({ length: 200 }, (_, i) => `common number${i}`)
  const index = indexOf(['common rare', ...common, 'common rare'])
  const found = index.later(0)
  expect(found).toHaveLength(NEIGHBOURS_MAX)
  expect(found[0]?.[1].id).toBe('201')
})
