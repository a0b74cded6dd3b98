import { expect, test } from 'vitest'
import { Broadcast, EVENTS_WAITING_MAX } from './broadcast.ts'

test('every reader gets every event from when it began, in order', async () => {
  const broadcast = new Broadcast<number>()
  const first = broadcast.read()
  broadcast.send(1)
  const second = broadcast.read()
  broadcast.send(2)
  broadcast.close()
  expect(await Array.fromAsync(first)).toEqual([1, 2])
  expect(await Array.fromAsync(second)).toEqual([2])
})

test('a signal ends one reader and leaves the others', async () => {
  const broadcast = new Broadcast<number>()
  const stop = new AbortController()
  const stopped = broadcast.read(stop.signal)
  const going = broadcast.read()
  stop.abort()
  broadcast.send(1)
  broadcast.close()
  expect(await Array.fromAsync(stopped)).toEqual([])
  expect(await Array.fromAsync(going)).toEqual([1])
})

test('a reader that falls too far behind is told, after what it could still have', async () => {
  const broadcast = new Broadcast<number>()
  const slow = broadcast.read()
  for (let i = 0; i <= EVENTS_WAITING_MAX; i++) broadcast.send(i)
  let got = 0
  await expect(async () => {
    for await (const _ of slow) got++
  }).rejects.toMatchObject({ code: 'busy' })
  expect(got).toBe(EVENTS_WAITING_MAX)
})

test('a reader that leaves is forgotten', async () => {
  const broadcast = new Broadcast<number>()
  const events = broadcast.read()
  broadcast.send(1)
  for await (const _ of events) break
  expect(broadcast.hasReaders).toBe(false)
})
