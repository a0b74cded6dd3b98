/** SPEC.md and the tests name the same rules of judging by a model, and it states every limit. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import * as limits from './limits.ts'

const spec = readFileSync(new URL('../../SPEC.md', import.meta.url), 'utf8')
const section = `${spec.split('\n## ').find(text => text.startsWith('Judging by a model'))}`
const stated = [...section.matchAll(/\*\*(J\d+)\b/g)].map(([, id]) => `${id}`)
const folders = ['.', '../../../../test/experiments/injection/'].map(path => new URL(path, import.meta.url))
const cited = new Set(
  folders.flatMap(folder =>
    readdirSync(folder)
      .filter(name => name.endsWith('.test.ts'))
      .flatMap(name => [...readFileSync(new URL(name, folder), 'utf8').matchAll(/\[(J\d+)\]/g)])
      .map(([, id]) => `${id}`),
  ),
)

test('each rule is stated once', () => {
  expect(stated).toEqual([...new Set(stated)])
  expect(stated.length).toBeGreaterThan(10)
})

test('each rule is shown by a test, and each test cites a rule that is there', () => {
  expect(stated.filter(id => !cited.has(id))).toEqual([])
  expect([...cited].filter(id => !stated.includes(id))).toEqual([])
})

test('each limit is in the table, with its value', () => {
  const rows = [...section.matchAll(/^\| `([A-Z_]+)` \| ([\d.,]+)( [KM]iB)? \|/gm)].map(
    ([, name, value = '', unit]) => {
      const factor = unit === ' KiB' ? 1024 : unit === ' MiB' ? 1024 * 1024 : 1
      return [name, Number(value.replaceAll(',', '')) * factor]
    },
  )
  expect(Object.fromEntries(rows)).toEqual({ ...limits })
})
