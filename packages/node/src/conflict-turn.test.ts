import { expect, test } from 'vitest'
import { type ConflictStanding, type ConflictTurn, conflictTurn } from './conflict-turn.ts'

const STANDINGS: readonly ConflictStanding[] = ['none', 'open', 'claimed', 'deferred', 'resolved']

/** Each row: where it stood; then what is told when it stands as the columns say. */
const TABLE: readonly (readonly [ConflictStanding, ...(ConflictTurn | null)[]])[] = [
  ['none', null, 'opened', 'opened', 'deferred', 'resolved'],
  ['open', null, null, 'claimed', 'deferred', 'resolved'],
  ['claimed', null, null, null, 'deferred', 'resolved'],
  ['deferred', null, 'reopened', 'reopened', null, 'resolved'],
  ['resolved', null, 'reopened', 'reopened', 'deferred', null],
]

test('every from and to is told as the table says', () => {
  for (const [from, ...turns] of TABLE) {
    expect([from, ...STANDINGS.map(to => conflictTurn(from, to))]).toEqual([from, ...turns])
  }
})

test('nothing is told where nothing changed, nor of what is gone', () => {
  for (const standing of STANDINGS) {
    expect(conflictTurn(standing, standing)).toBeNull()
    expect(conflictTurn(standing, 'none')).toBeNull()
  }
})
