import type { Result } from '@folkmoot/gateway/client'
import { expect, test } from 'vitest'
import { eventTable } from './events.ts'
import { reasonTree } from './reasons.ts'
import { createPaint, type Screen } from './screen.ts'

const wide: Screen = {
  columns: Number.POSITIVE_INFINITY,
  now: Date.parse('2026-01-31T12:00:00Z'),
  paint: createPaint(false),
}

const said = {
  ...{ op: 'remember', value: 'EUR', caution: null, reason: 'the contract says so', node: '12D3KooWa' },
  ...{ agent: 'billing', at: '2026-01-31T11:57:00Z', entry: `9ab1${'0'.repeat(60)}` },
} as const

function events(...all: readonly object[]): Result<'history'> {
  return all.map(more => ({ ...said, ...more })) as unknown as Result<'history'>
}

test('a history tells who did what, when and why', () => {
  expect(eventTable(events({}, { op: 'retract', value: null, reason: null }), wide)).toBe(
    `WHEN     BY       DID       VALUE        BECAUSE               ENTRY
3 m ago  billing  remember  EUR          the contract says so  9ab100000000
3 m ago  billing  retract   (retracted)                        9ab100000000
`,
  )
})

test('a settlement is called by what it did', () => {
  const kinds = ['pick', 'value', 'context', 'defer', 'overwrite', 'undo'].map(kind => ({
    ...{ op: 'resolve', value: null, reason: null },
    settlement: { kind, register: 'content' },
  }))
  const told = eventTable(events(...kinds, { op: 'resolve', value: 'EUR' }), wide).split('\n')
  const deeds = told.slice(1, -1).map(line => line.split(/ {2,}/)[2])
  expect(deeds).toEqual(['pick', 'resolve', 'resolve', 'defer', 'overwrite', 'undo', 'resolve'])
})

test('what was taken back is marked, and what takes it back names it', () => {
  const [pick, undo] = ['9ab1'.padEnd(64, '0'), '77c3'.padEnd(64, '0')]
  const settled = (kind: string) => ({ op: 'resolve', settlement: { kind, register: 'content' } })
  const all = events(
    { ...settled('pick'), entry: pick, takenBackBy: undo },
    { ...settled('undo'), entry: undo, value: null, tookBack: [pick] },
    { op: 'update' },
  )
  const lines = eventTable(all, wide).split('\n')
  expect(lines[1]).toMatch(/billing {2}pick \(taken back\) +EUR/)
  expect(lines[2]).toMatch(/billing {2}undo +takes back 9ab100000000 /)
  expect(lines[3]).not.toMatch(/taken? ?back/)
})

test('what cannot be told of an entry is not said to be what its author did', () => {
  const lost = (op: string) => ({ op, value: null, reason: null })
  const all = events(lost('erased'), lost('cut'), lost('sealed'), { ...lost('erase'), agent: 'support' })
  const lines = eventTable(all, wide).split('\n')
  expect(lines[1]).toMatch(/^3 m ago {2}billing {2}\? +\(destroyed\) +9ab1/)
  expect(lines[2]).toMatch(/billing {2}\? +\(does not count: its log was cut before it\)/)
  expect(lines[3]).toMatch(/billing {2}\? +\(its key is not here\)/)
  expect(lines[4]).toMatch(/support {2}erase +9ab1/)
  const more = {
    record: 'ab'.repeat(16),
    key: 'k',
    depth: 0,
    sources: [],
    settlement: null,
    basedOn: [],
    actedOn: [],
  }
  const [reason] = events({ ...lost('erased'), ...more, name: 'one', status: 'erased' })
  expect(reasonTree([reason] as unknown as Result<'why'>, wide)).toContain(
    '3 m ago: ? (destroyed) by billing (one) 9ab100000000 [erased]',
  )
})
