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
    index.add(String(i) as DocumentId, featuresOf(subject(text)))
  }
  return index
}

test('each pair comes once, and none that has nothing in common', () => {
  const words = fc.constantFrom('red', 'green', 'blue', 'round', 'flat', 'the')
  fc.assert(
    fc.property(fc.array(fc.array(words, { maxLength: 4 }), { maxLength: 20 }), all => {
      const texts = all.map(one => one.join(' '))
      const index = indexOf(texts)
      const pairs = texts.flatMap((_, place) => index.later(place).map(other => [place, other] as const))
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
  expect(found.map(place => index.idAt(place))[0]).toBe('201')
})

/** By the definition: for each two what they share, weighed, and of all later ones the best. */
function laterByDefinition(texts: readonly string[], place: number): readonly number[] {
  const features = texts.map(text => featuresOf(subject(text)))
  const bearers = (feature: string) => features.filter(its => its.includes(feature)).length
  const own = [...(features[place] ?? [])].sort((a, b) => bearers(a) - bearers(b))
  const weights = texts.map((_, other) =>
    own
      .filter(feature => other > place && features[other]?.includes(feature))
      .reduce((sum, feature) => sum + Math.log(1 + texts.length / bearers(feature)), 0),
  )
  return [...weights.keys()]
    .filter(other => weights[other] !== 0)
    .sort((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0) || a - b)
    .slice(0, NEIGHBOURS_MAX)
}

test('they come in the order of what they share, the rarest counting most', () => {
  const words = fc.constantFrom('red', 'red', 'green', 'blue', 'round', 'flat', 'old', 'new', 'one', 'two')
  fc.assert(
    fc.property(fc.array(fc.array(words, { maxLength: 5 }), { maxLength: 60 }), all => {
      const texts = all.map(one => one.join(' '))
      const index = indexOf(texts)
      for (const place of texts.keys()) expect(index.later(place)).toEqual(laterByDefinition(texts, place))
    }),
  )
})

test('what is added later is found too', () => {
  const index = indexOf(['red', 'red'])
  expect(index.later(0)).toEqual([1])
  index.add('2' as DocumentId, ['w red'])
  expect(index.later(0)).toEqual([1, 2])
  expect(index.later(2)).toEqual([])
})
