import type { Work } from '@folkmoot/core'
import { expect, test } from 'vitest'
import { Inbox, LOCAL_PER_TICK, LOCAL_WAITING_MAX, REMOTE_WAITING_MAX } from './inbox.ts'

const plan = () => {
  throw new Error('never planned here')
}
const local = () => ({ kind: 'local' as const, plan, done: () => {} })
const remote = () => ({
  kind: 'remote' as const,
  run: { entries: [] },
  from: 'peer' as never,
  done: () => {},
})

function inboxWithHandTicks() {
  const batches: (readonly Work[])[] = []
  const ticks: (() => void)[] = []
  const inbox = new Inbox(
    batch => batches.push(batch),
    tick => ticks.push(tick),
  )
  return { inbox, batches, ticks }
}

test('nothing is done before the tick, and then many writes at once', () => {
  const { inbox, batches, ticks } = inboxWithHandTicks()
  for (let i = 0; i < LOCAL_PER_TICK + 1; i++) inbox.write(local())
  expect([batches.length, ticks.length]).toEqual([0, 1])
  ticks.shift()?.()
  expect(batches[0]?.length).toBe(LOCAL_PER_TICK)
  ticks.shift()?.()
  expect(batches[1]?.length).toBe(1)
  expect(inbox.isEmpty).toBe(true)
})

test('peers wait when there is no room, writers of this node are told', () => {
  const { inbox } = inboxWithHandTicks()
  for (let i = 0; i < REMOTE_WAITING_MAX; i++) expect(inbox.offer(remote())).toBe(true)
  expect(inbox.offer(remote())).toBe(false)
  for (let i = 0; i < LOCAL_WAITING_MAX; i++) inbox.write(local())
  expect(() => inbox.write(local())).toThrow(expect.objectContaining({ code: 'busy' }))
})

test('a burst from peers does not hold up writers: every tick takes both', () => {
  const { inbox, batches, ticks } = inboxWithHandTicks()
  for (let i = 0; i < 5; i++) inbox.offer(remote())
  inbox.write(local())
  ticks.shift()?.()
  expect(batches[0]?.map(work => work.kind)).toEqual(['local', 'remote'])
})
