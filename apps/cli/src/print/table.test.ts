import { expect, test } from 'vitest'
import { createPaint, type Screen } from './screen.ts'
import { table } from './table.ts'

const piped: Screen = { columns: Number.POSITIVE_INFINITY, now: 0, paint: createPaint(false) }

interface Row {
  readonly key: string
  readonly value: string
}
const rows: readonly Row[] = [
  { key: 'k'.repeat(256), value: 'x'.repeat(20_000) },
  { key: 'short', value: 'tea' },
]

function lines(screen: Screen): string[] {
  return table<Row>(
    [
      { title: 'KEY', cell: ({ key }) => key },
      { title: 'VALUE', cell: ({ value }) => value, flexible: true },
      { title: 'BY', cell: () => 'billing' },
    ],
    rows,
    screen,
  ).split('\n')
}

test('one long value in a pipe makes no other row long, and keys stay whole', () => {
  const [, first = '', second = ''] = lines(piped)
  expect([first.length, second.length]).toEqual([256 + 2 + 120 + 2 + 7, 256 + 2 + 120 + 2 + 7])
  expect(first.startsWith(`${'k'.repeat(256)}  ${'x'.repeat(119)}…  billing`)).toBe(true)
})

test('a width that is known is kept, by cutting what is long', () => {
  expect(lines({ ...piped, columns: 300 }).map(line => line.length)).toEqual([295, 300, 300, 0])
  const short = table([{ title: 'VALUE', cell: ({ value }: Row) => value, flexible: true }], rows, {
    ...piped,
    columns: 40,
  })
  expect(short).toBe(`VALUE\n${'x'.repeat(39)}…\ntea\n`)
})
