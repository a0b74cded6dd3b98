import type { Result } from '@folkmoot/gateway/client'
import { expect, test } from 'vitest'
import { keptText, mergeText } from './merge.ts'
import { screenOf } from './screen.ts'

const sink = { write: async () => {}, isTerminal: false, columns: Number.POSITIVE_INFINITY }
const screen = screenOf({ env: {}, out: sink, err: sink, now: () => 0 } as never)

function merged(more: Partial<Result<'merge'>> = {}): Result<'merge'> {
  return {
    ...{
      branch: 'what-if',
      entries: 3,
      erased: 0,
      records: ['a', 'b'],
      conflicts: [],
      refused: [],
      kept: false,
    },
    ...more,
  } as unknown as Result<'merge'>
}

function refused(code: string, entries = 2): Result<'merge'> {
  const rest = {
    log: 'ab'.repeat(32),
    scope: 'app=default',
    seq: 1,
    entries,
    code,
    reason: 'its right was revoked',
  }
  return merged({ refused: [rest], kept: true } as unknown as Partial<Result<'merge'>>)
}

test('what came, and what an erasure had destroyed of it', () => {
  expect(mergeText(merged(), new Map(), screen)).toBe(
    'merged 3 entries about 2 records from branch what-if\n',
  )
  expect(mergeText(merged({ erased: 1 }), new Map(), screen)).toBe(
    'merged 3 entries about 2 records from branch what-if\n  1 entry about what has been erased: what it said is gone\n',
  )
})

test('what does not count, with how to go on', () => {
  expect(mergeText(refused('cut'), new Map(), screen)).toContain(
    '  2 entries in app=default refused: its right was revoked\n',
  )
  expect(keptText(refused('cut'))).toMatch(
    /is still there; .*say it again, then moot branch --drop what-if\n$/,
  )
  expect(keptText(refused('waiting'))).toMatch(/is still there: moot branch --drop what-if takes it away/)
})
