import type { LogId, Refusal } from '@folkmoot/core'
import { expect, test } from 'vitest'
import { distinctRefusals } from './distinct-refusals.ts'

function refusal(at: number, more: Partial<Refusal> = {}): Refusal {
  return { at, from: 'bob', code: 'forbidden', reason: 'may not', log: 'aa' as LogId, seq: 3, ...more }
}

test('an entry that was offered again and again counts once, as it was refused last', () => {
  expect(distinctRefusals([refusal(5), refusal(4), refusal(3)])).toEqual([refusal(5)])
})

test('another entry, log, peer or reason counts apart, and so does what names no entry', () => {
  const nameless = { at: 1, from: 'bob', code: 'malformed', reason: 'no entry' }
  const all = [
    refusal(9),
    refusal(8, { seq: 4 }),
    refusal(7, { log: 'bb' as LogId }),
    refusal(6, { from: 'cid' }),
    refusal(5, { code: 'forged' }),
    nameless,
    nameless,
  ]
  expect(distinctRefusals(all)).toEqual(all)
})
