import { expect, test } from 'vitest'
import { runRace } from './race.ts'
import { WAYS } from './systems.ts'

const KEYS = 5

test.each(
  WAYS,
)('two nodes that write the same keys at once, %s, lose nothing and list what differs', async way => {
  const result = await runRace({ system: 'folkmoot', way, processes: 2, keys: KEYS })
  expect(result).toMatchObject({ sent: 2 * KEYS, acknowledged: 2 * KEYS, errors: 0, survived: 2 * KEYS })
  expect(result.attributed).toBe(2 * KEYS)
  expect(result.disputed).toBe(KEYS)
  // The rest was overwritten by a node that held the earlier value, and is in the history.
  expect(result.surfaced).toBe(result.concurrent)
  expect(result.onlyInHistory).toBe(KEYS - result.surfaced)
})
