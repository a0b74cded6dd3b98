/** SPEC.md and the tests name the same rules, and it states every limit. */
import { readdirSync, readFileSync } from 'node:fs'
import { limits } from '@folkmoot/core'
import { expect, test } from 'vitest'

const spec = readFileSync(new URL('../SPEC.md', import.meta.url), 'utf8')
const stated = [...spec.matchAll(/\*\*([EBGRCMSAK]\d)\b/g)].map(([, id]) => `${id}`)
const here = new URL('.', import.meta.url)
const tests = readdirSync(here, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.test.ts'))
  .map(name => readFileSync(new URL(name, here), 'utf8'))
const cited = new Set(
  tests.flatMap(text => [...text.matchAll(/\[([EBGRCMSAK]\d)\]/g)].map(([, id]) => `${id}`)),
)

test('each rule is stated once', () => {
  expect(stated.filter((id, i) => stated.indexOf(id) !== i)).toEqual([])
  expect(stated.length).toBeGreaterThan(40)
})

test('each rule is shown by a test, and each test cites a rule that is there', () => {
  expect(stated.filter(id => !cited.has(id))).toEqual([])
  expect([...cited].filter(id => !stated.includes(id))).toEqual([])
})

test('each limit is in the table', () => {
  const rows = new Set([...spec.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => `${name}`))
  expect([...rows].sort()).toEqual(Object.keys(limits).sort())
})
