import type { LogId, NodeId } from '@folkmoot/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Fingerprint } from './fingerprint.ts'
import { KnownFrontiers } from './known-frontiers.ts'
import { testScope } from './testing/fake-replica.ts'
import { World, type WorldNode } from './testing/world.ts'

const peer = 'peer' as NodeId
const [a, b] = ['a' as LogId, 'b' as LogId]
const root = (text: string) => text as Fingerprint
const told = (known: KnownFrontiers) => [...(known.of(peer)?.positions ?? [])]

test('nothing is known of whoever has said nothing', () => {
  expect(new KnownFrontiers().of(peer)).toBeUndefined()
})

test('what was told adds up, and never goes back', () => {
  const known = new KnownFrontiers()
  known.holds(peer, [{ log: a, seq: 5 }], 10)
  known.holds(
    peer,
    [
      { log: a, seq: 3 },
      { log: b, seq: 0 },
    ],
    20,
  )
  expect(told(known)).toEqual([
    [a, 5],
    [b, 0],
  ])
  expect(known.of(peer)?.heardAt).toBe(20)
})

test('what both hold is noted once for each state in which they are equal', () => {
  const known = new KnownFrontiers()
  let asked = 0
  const positions = (seq: number) => () => {
    asked += 1
    return [{ log: a, seq }]
  }
  known.equals(peer, root('one'), positions(1), 10)
  known.equals(peer, root('one'), positions(1), 20)
  expect([asked, told(known), known.of(peer)?.heardAt]).toEqual([1, [[a, 1]], 20])
  known.equals(peer, root('two'), positions(2), 30)
  expect([asked, told(known)]).toEqual([2, [[a, 2]]])
})

/** What `one` believes that `other` holds, beyond what `other` really has. */
function overclaimed(one: WorldNode, other: WorldNode): readonly unknown[] {
  const positions = one.replicator.known(other.replica.node)?.positions ?? new Map<LogId, number>()
  return [...positions].filter(([log, seq]) => seq >= (other.replica.logs.get(log)?.entries.length ?? 0))
}

test('a node is never believed to hold what it does not, at any step', () => {
  const counts = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(counts, counts, counts, (mine, theirs, later) => {
      const world = new World()
      const write = (all: readonly number[]) => (replica: WorldNode['replica']) =>
        all.forEach((count, scope) => {
          replica.write(testScope(scope), count)
        })
      const [one, other] = [world.add(write(mine)), world.add(write(theirs))]
      const check = () => {
        expect(overclaimed(one, other)).toEqual([])
        expect(overclaimed(other, one)).toEqual([])
      }
      world.connect(one, other)
      while (world.stepOnce()) check()
      write(later)(other.replica)
      while (world.stepOnce()) check()
      world.pass(12_000)
      check()
      // Once equal, all of it is known.
      const held = one.replicator.known(other.replica.node)?.positions
      for (const [log, { entries }] of one.replica.logs) expect(held?.get(log)).toBe(entries.length - 1)
      world.disconnect(one, other)
      world.settle()
      write([3])(one.replica)
      world.pass(1000)
      check()
      expect(one.replicator.known(other.replica.node)?.positions).toEqual(held)
    }),
    { numRuns: 40 },
  )
})
