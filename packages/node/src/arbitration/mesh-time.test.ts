import { expect, test } from 'vitest'
import { meshTime } from './mesh-time.ts'

function time() {
  const state = { own: 1000, latest: 0 }
  const now = meshTime(
    () => Math.max(state.own, state.latest),
    () => state.own,
  )
  return { state, now }
}

test('is that of its own clock while nobody is ahead', () => {
  const { state, now } = time()
  expect(now()).toBe(1000)
  state.own += 5
  expect(now()).toBe(1005)
})

test('goes on from the latest clock heard of, at its own pace', () => {
  const { state, now } = time()
  state.latest = 5000
  expect(now()).toBe(5000)
  state.own += 300
  expect(now()).toBe(5300)
})

test('forgets who was ahead when its own clock has caught up', () => {
  const { state, now } = time()
  state.latest = 5000
  now()
  state.own = 6000
  expect(now()).toBe(6000)
  state.own += 1
  expect(now()).toBe(6001)
})
