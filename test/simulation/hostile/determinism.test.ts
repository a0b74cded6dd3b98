import { expect, test } from 'vitest'
import { simulateHostile } from './run.ts'

test.each([1, 5, 15, 18])('hostile seed %i runs the same twice, byte for byte', seed => {
  const [once, again] = [simulateHostile(seed), simulateHostile(seed)]
  expect(again.digest).toBe(once.digest)
  expect(again.tail).toEqual(once.tail)
  expect(`${again.stats}`).toBe(`${once.stats}`)
  expect(simulateHostile(seed + 1).digest).not.toBe(once.digest)
}, 300_000)
