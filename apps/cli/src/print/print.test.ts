import type { Item } from '@folkmoot/gateway/client'
import { expect, test } from 'vitest'
import { changeLine } from '../commands/watch.ts'
import { hitTable, type Memory, memoryTable, memoryText } from './memory.ts'
import { progressLine } from './progress.ts'
import { createPaint, type Screen } from './screen.ts'
import { ago, quoted } from './words.ts'

const NOW = Date.parse('2026-01-31T12:00:00Z')
const wide: Screen = { columns: Number.POSITIVE_INFINITY, now: NOW, paint: createPaint(false) }
const narrow: Screen = { ...wide, columns: 60 }

const ID = '3f2a91c04d1122334455667788990011'
const billing = {
  node: '12D3KooWalicealicealice',
  agent: 'billing',
  at: '2026-01-31T11:57:00Z',
  entry: `9ab1${'0'.repeat(60)}`,
}
const support = {
  node: '12D3KooWbobbobbobbobbob',
  agent: 'support',
  at: '2026-01-31T11:58:30Z',
  entry: `77c3${'0'.repeat(60)}`,
}
const memory = {
  id: ID,
  key: 'currency',
  scope: 'app=shop',
  kind: 'semantic',
  value: 'All prices are in EUR, and are shown with two decimals',
  status: 'conflict',
  siblings: [],
  tags: ['money', 'shop'],
  confidence: 0.9,
  ...{ claim: null, verified: false, verification: null, checks: [], caution: null, stale: null },
  links: [],
  supersededBy: null,
  provenance: {
    ...billing,
    name: 'zylos01',
    reason: 'the contract',
    onBehalfOf: null,
    source: null,
    resources: [],
    derivedFrom: [],
  },
  heads: [],
} as unknown as Memory

test('a memory in full', () => {
  expect(memoryText(memory, wide)).toBe(`All prices are in EUR, and are shown with two decimals

  id          3f2a91c04d1122334455667788990011
  key         currency
  scope       app=shop
  kind        semantic
  status      conflict
  tags        money, shop
  confidence  0.9
  said by     billing (zylos01) 3 m ago, entry 9ab100000000
  reason      the contract
`)
})

test('a table gives the room it has to the value', () => {
  const other = { ...memory, key: '通貨', value: 'ユーロ', status: 'settled', tags: [] } as unknown as Memory
  const rows = [{ ...memory, tags: [] } as Memory, other]
  expect(memoryTable(rows, wide)).toBe(
    `ID            KEY       VALUE                                                   STATUS    SCOPE     BY       WHEN
3f2a91c04d11  currency  All prices are in EUR, and are shown with two decimals  conflict  app=shop  billing  3 m ago
3f2a91c04d11  通貨      ユーロ                                                            app=shop  billing  3 m ago
`,
  )
  const [head, first, second] = memoryTable(rows, { ...narrow, columns: 80 }).split('\n')
  expect(head).toBe('ID            KEY       VALUE               STATUS    SCOPE     BY       WHEN')
  expect(first).toBe('3f2a91c04d11  currency  All prices are in…  conflict  app=shop  billing  3 m ago')
  expect(second).toBe('3f2a91c04d11  通貨      ユーロ                        app=shop  billing  3 m ago')
  expect(first).toHaveLength(80)
})

test('nothing is said in words', () => {
  expect(memoryTable([], wide)).toBe('nothing remembered here\n')
  expect(hitTable([], wide)).toBe('nothing found\n')
})

test('colours are paint around whole cells', () => {
  const text = memoryTable([memory], { ...wide, paint: createPaint(true) })
  expect(text).toContain('\x1b[31mconflict\x1b[39m')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
  expect(text.replace(/\x1b\[\d+m/g, '')).toBe(memoryTable([memory], wide))
})

test('a change is a line that fits', () => {
  const change = {
    event: 'conflict:opened',
    id: ID,
    scope: 'app=shop',
    memory,
    by: support,
  } as unknown as Item<'watch'>
  expect(changeLine(change, wide)).toBe(`11:58:30  CONFLICT  support  app=shop  currency = ${memory.value}`)
  expect(changeLine(change, narrow)).toBe('11:58:30  CONFLICT  support  app=shop  currency = All price…')
})

test('an erasure is called one, and not a retraction', () => {
  const gone = { ...memory, key: null, value: null } as unknown as Memory
  const change = { event: 'record:changed', id: ID, scope: 'app=shop', by: support }
  const line = (status: string) =>
    changeLine({ ...change, memory: { ...gone, status } } as unknown as Item<'watch'>, wide)
  expect(line('erased')).toBe('11:58:30  erased    support  app=shop  3f2a91c04d11')
  expect(line('retracted')).toBe('11:58:30  changed   support  app=shop  3f2a91c04d11 = (retracted)')
})

test.each([
  ['2026-01-31T12:00:00Z', 'now'],
  ['2026-01-31T11:59:18Z', '42 s ago'],
  ['2026-01-31T11:57:00Z', '3 m ago'],
  ['2026-01-31T09:00:00Z', '3 h ago'],
  ['2026-01-01T12:00:00Z', '30 d ago'],
  ['2024-01-31T12:00:00Z', '2 y ago'],
  ['2026-01-31T12:05:00Z', 'in 5 m'],
  ['', ''],
])('%j is %s', (iso, words) => {
  expect(ago(iso, NOW)).toBe(words)
})

test('progress is a bar, or a figure if nobody knows the end', () => {
  expect(progressLine('import', 1, 2)).toBe('import ████████████░░░░░░░░░░░░  50%')
  expect(progressLine('import', 5, 2)).toBe('import ████████████████████████ 100%')
  expect(progressLine('import', 1500, 0)).toBe('import 1,500')
})

test('words are quoted for a shell when they must be', () => {
  expect([quoted('app=shop'), quoted('two words'), quoted("it's")]).toEqual([
    'app=shop',
    "'two words'",
    "'it'\\''s'",
  ])
})
