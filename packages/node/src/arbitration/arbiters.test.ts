import { claimRank, type NodeId, nodeId, parseScope, sha256, utf8 } from '@folkmoot/core'
import { expect, test } from 'vitest'
import { Arbiters } from './arbiters.ts'

const SHOP = parseScope('app=shop')
const OPS = parseScope('app=ops')
const NODES = ['one', 'two', 'three', 'four'].map(name => nodeId(sha256(utf8(name))))
const [ONE, , , FOUR] = NODES as [NodeId, NodeId, NodeId, NodeId]

function arbitersSeenBy(self: NodeId, connected: readonly NodeId[] = NODES.filter(node => node !== self)) {
  const state = { nowMs: 0, connected, asked: 0 }
  const arbiters = new Arbiters({
    self,
    members: () => ({
      version: 1,
      member: node => ({ agent: `agent ${node}` }),
      // The fourth may do so in one scope only.
      can: ({ node }, _right, scope) => node !== FOUR || scope === OPS,
    }),
    connected: () => {
      state.asked += 1
      return state.connected
    },
    now: () => state.nowMs,
  })
  return { arbiters, state }
}

test('every arbiter has another place, and all of them agree', () => {
  for (const conflict of ['a.content', 'b.content', 'c.content']) {
    const places = NODES.map(node => arbitersSeenBy(node).arbiters.placeOf(conflict, OPS))
    expect([...places].sort()).toEqual([0, 1, 2, 3])
    const first = NODES[places.indexOf(0)] as NodeId
    expect(NODES.every(node => claimRank(conflict, first) <= claimRank(conflict, node))).toBe(true)
  }
})

test('who may not arbitrate there, or cannot be reached, has no place', () => {
  const places = NODES.slice(0, 3).map(node => arbitersSeenBy(node).arbiters.placeOf('a.content', SHOP))
  expect([...places].sort()).toEqual([0, 1, 2])
  expect(arbitersSeenBy(ONE, []).arbiters.placeOf('a.content', SHOP)).toBe(0)
})

test('who can be reached is asked again after a while, and not for every conflict', () => {
  const { arbiters, state } = arbitersSeenBy(ONE)
  const conflicts = Array.from({ length: 50 }, (_, i) => `${i}.content`)
  const sum = () => conflicts.reduce((total, conflict) => total + arbiters.placeOf(conflict, SHOP), 0)
  expect(sum()).toBeGreaterThan(0)
  expect(state.asked).toBe(1)
  state.connected = []
  state.nowMs += 1000
  expect(sum()).toBe(0)
})
