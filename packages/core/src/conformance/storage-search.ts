import type { Storage } from '../ports.ts'
import type { DocumentRow } from '../row.ts'
import type { ScopeAddress } from '../scope.ts'
import type { TestRunner } from './runner.ts'
import { nowAndReopened, type StorageLaws } from './storage-harness.ts'
import { sampleId, sampleRow, sampleSibling } from './storage-samples.ts'

export function searchLaws(law: StorageLaws, expect: TestRunner['expect']): void {
  const names = (storage: Storage, text: string, scope?: ScopeAddress) =>
    storage.rows
      .search({ text, limit: 99, ...(scope === undefined ? {} : { scope }) })
      .map(({ row }) => NAMES.find(name => sampleId(name) === row.id))

  law('finds words of the content, the key and the tags', storage => {
    putAll(storage, [
      sampleRow('a', { content: 'The harbour opens at six' }),
      sampleRow('b', { content: 'nothing', key: 'harbour.hours' }),
      sampleRow('c', { content: 'nothing', tags: ['harbour'] }),
      sampleRow('d', { content: { place: 'harbour' } }),
      sampleRow('e', { content: 'harbourmaster' }),
    ])
    expect(names(storage, 'harbour').sort()).toEqual(['a', 'b', 'c', 'd'])
  })

  law('minds neither case nor diacritics, on either side', storage => {
    putAll(storage, [
      sampleRow('a', { content: 'CRÈME brûlée' }),
      sampleRow('b', { content: 'Ŝarĝita ŭato' }),
      sampleRow('c', { content: 'ЁЛКА зимой' }),
    ])
    for (const text of ['creme', 'Crème', 'CRÈME', 'cre\u0300me', 'BRULEE']) {
      expect([text, names(storage, text)]).toEqual([text, ['a']])
    }
    expect(names(storage, 'sargita')).toEqual(['b'])
    expect(names(storage, 'ёлка')).toEqual(['c'])
  })

  law('the more of the words, the better', storage => {
    putAll(storage, [
      sampleRow('a', { content: 'green tea' }),
      sampleRow('b', { content: 'green tea, no sugar' }),
      sampleRow('c', { content: 'black coffee and sugar' }),
    ])
    expect(names(storage, 'green tea sugar')[0]).toBe('b')
    const scores = storage.rows.search({ text: 'green tea sugar', limit: 99 }).map(({ score }) => score)
    expect(scores.length).toBe(3)
    expect(scores).toEqual([...scores].sort((x, y) => y - x))
  })

  law('keeps to its scope and its limit', storage => {
    const scope = 'user=x' as ScopeAddress
    putAll(storage, [
      sampleRow('a', { content: 'word', scope }),
      sampleRow('b', { content: 'word word word' }),
    ])
    expect(names(storage, 'word', scope)).toEqual(['a'])
    expect(names(storage, 'word', 'user=y' as ScopeAddress)).toEqual([])
    expect(storage.rows.search({ text: 'word', limit: 1 }).length).toBe(1)
  })

  law('what is not wanted does not count, and nothing is read twice or in vain', storage => {
    const rows = Array.from({ length: 40 }, (_, i) => sampleRow(`row ${i}`, { content: `word ${i}` }))
    putAll(storage, rows)
    const places = new Map(rows.map(({ id }, i) => [id, i]))
    const all = storage.rows.search({ text: 'word', limit: 99 })
    for (const every of [1, 3, 50]) {
      const fits = all.filter(({ row }) => (places.get(row.id) ?? 0) % every === 0)
      for (const limit of [0, 1, 5, 99]) {
        const asked: string[] = []
        const wanted = (row: DocumentRow) => {
          asked.push(row.id)
          // It may read, as whoever looks at what a row refers to does.
          expect(storage.rows.get(row.id)).toEqual(row)
          return (places.get(row.id) ?? 0) % every === 0
        }
        const hits = storage.rows.search({ text: 'word', limit, wanted })
        expect(hits.length).toBe(Math.min(limit, fits.length))
        expect(hits.map(({ score }) => score)).toEqual(fits.slice(0, limit).map(({ score }) => score))
        for (const { row } of hits) expect((places.get(row.id) ?? 0) % every).toBe(0)
        expect(new Set(asked).size).toBe(asked.length)
        if (hits.length === limit) expect(asked.at(-1)).toBe(hits.at(-1)?.row.id)
      }
    }
  })

  law('knows the newest content only', (storage, harness) => {
    putAll(storage, [
      sampleRow('a', { content: 'first', tags: ['early'] }),
      sampleRow('b', { content: 'first' }),
    ])
    const registers = { content: [sampleSibling('second', 1), sampleSibling('third', 2)] }
    putAll(storage, [{ ...sampleRow('a'), registers }, sampleRow('b', { erased: true })])
    for (const opened of nowAndReopened(storage, harness)) {
      for (const gone of ['first', 'early', 'second']) expect(names(opened, gone)).toEqual([])
      expect(names(opened, 'third')).toEqual(['a'])
    }
  })

  law('never throws on what a user typed', storage => {
    putAll(storage, [sampleRow('a', { content: `it's a "quoted" AND-OR thing, C++ or c# 😀 東京` })])
    for (const text of TYPED) storage.rows.search({ text, limit: 9 })
    for (const text of ["it's", '"quoted', 'and-or', 'AND', 'c++', '東京', 'thing*', 'NOT thing']) {
      expect([text, names(storage, text)]).toEqual([text, ['a']])
    }
    for (const text of ['', ' ', '😀', '"', '***', '()', 'unknown']) {
      expect([text, names(storage, text)]).toEqual([text, []])
    }
  })
}

const NAMES = ['a', 'b', 'c', 'd', 'e']

const TYPED = [
  '"',
  '""""',
  '"unclosed',
  "'; DROP TABLE rows; --",
  'AND',
  'a AND',
  'NOT',
  'NEAR(a b',
  'NEAR/2',
  'column:word',
  '-minus',
  '+plus',
  '^first',
  'wild*',
  '*',
  '{a b}: c',
  '(((',
  'a\u0000b',
  '\ud800 lone surrogate',
  '\u0301 lone accent',
  '👩‍👩‍👧 family',
  'नमस्ते',
  'שָׁלוֹם',
  'ﷺ',
  '\n\t\r',
  'x'.repeat(10_000),
  'many words '.repeat(5_000),
]

function putAll(storage: Storage, rows: readonly DocumentRow[]): void {
  storage.transact(false, () => {
    for (const row of rows) storage.rows.put(row)
  })
}
