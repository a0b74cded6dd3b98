import { expect, test } from 'vitest'
import type { Found, Reading, Told } from './participant.ts'
import { agentOf } from './statements.ts'
import { tallyOf } from './tally.ts'

const told: readonly Told[] = [
  { acknowledged: [{ key: 'a', value: 'one' }], errors: [], endedAt: 0 },
  { acknowledged: [{ key: 'a', value: 'two' }], errors: ['no'], endedAt: 0 },
]
const keys = ['a', 'b']

function reading(found: readonly Found[], rest: Partial<Reading> = {}): readonly Reading[] {
  return [
    { key: 'a', found, surfaced: false, concurrent: null, ...rest },
    { key: 'b', found: [], surfaced: false, concurrent: rest.concurrent === undefined ? null : false },
  ]
}

test('what no reader finds is lost, and what failed was never acknowledged', () => {
  const tally = tallyOf(keys, told, [reading([{ value: 'two', by: null, current: true }])])
  expect(tally).toMatchObject({ sent: 4, acknowledged: 2, errors: 1, survived: 1, lost: 1, disputed: 1 })
  expect(tally).toMatchObject({ attributed: 0, surfaced: 0, concurrent: null })
})

test('what one of the readers does not find is lost', () => {
  const [one, two] = ['one', 'two'].map(value => ({ value, by: null, current: true }))
  if (one === undefined || two === undefined) throw new Error('two values')
  expect(tallyOf(keys, told, [reading([one, two]), reading([two])])).toMatchObject({ survived: 1, lost: 1 })
})

test('what is only in the history is there, and its author counts if it is the right one', () => {
  const found = [
    { value: 'one', by: agentOf(0), current: false },
    { value: 'two', by: agentOf(0), current: true },
  ]
  expect(tallyOf(keys, told, [reading(found)])).toMatchObject({
    survived: 2,
    onlyInHistory: 1,
    attributed: 1,
  })
})

test('a conflict counts if every reader is told of it', () => {
  const open = reading([], { surfaced: true, concurrent: true })
  const quiet = reading([], { surfaced: false, concurrent: true })
  expect(tallyOf(keys, told, [open, open])).toMatchObject({ surfaced: 1, concurrent: 1 })
  expect(tallyOf(keys, told, [open, quiet])).toMatchObject({ surfaced: 0, concurrent: 1 })
})
