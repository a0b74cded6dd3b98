import { expect, test } from 'vitest'
import { simulateArbiters } from './run.ts'

test.each([4, 9])('seed %i runs the same twice, byte for byte', async seed => {
  const [once, again] = [await simulateArbiters(seed), await simulateArbiters(seed)]
  expect(again.digest).toBe(once.digest)
  expect(`${again.stats}`).toBe(`${once.stats}`)
  expect((await simulateArbiters(seed + 1)).digest).not.toBe(once.digest)
}, 300_000)
