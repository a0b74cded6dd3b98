import { expect, test } from 'vitest'
import { simulate } from './run.ts'

test.each([
  { seed: 3, mode: 'safety', erases: true },
  { seed: 11, mode: 'safety', erases: false },
  { seed: 6, mode: 'liveness' },
] as const)('seed $seed in $mode mode runs the same twice, byte for byte', ({ seed, ...options }) => {
  const [once, again] = [simulate(seed, options), simulate(seed, options)]
  expect(again.digest).toBe(once.digest)
  expect(again.tail).toEqual(once.tail)
  expect(`${again.stats}`).toBe(`${once.stats}`)
  expect(simulate(seed + 1, options).digest).not.toBe(once.digest)
}, 300_000)
