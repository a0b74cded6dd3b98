/** A few inputs for each decoder, so that a broken one is found at once. `npm run fuzz` gives a million. */
import { expect, test } from 'vitest'
import { runTarget } from './run-target.ts'
import { sharesOf, TARGETS } from './targets.ts'

const INPUTS = 20_000
const SEED = 'npm test'

const shares = sharesOf(TARGETS, INPUTS)

test('every target has a name of its own', () => {
  expect(new Set(TARGETS.map(({ name }) => name)).size).toBe(TARGETS.length)
})

test.each(
  TARGETS.map((target, index) => ({ target, name: target.name, count: shares[index] ?? 0 })),
)('$name: returns or refuses, in time, and has one form', async ({ target, count }) => {
  const found = await runTarget(target, Math.max(count, 20), SEED)
  if ('why' in found)
    throw new Error(`input ${found.index}: ${Buffer.from(found.input).toString('hex')}\n${found.why}`)
  expect(found.inputs).toBe(Math.max(count, 20))
  expect(found.accepted).toBeGreaterThan(0)
})
