import { decodeHeader, limits, MEMBERSHIP_SCOPE } from '@folkmoot/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { entrySize } from './entry-frame.ts'
import { testNode, testScope } from './testing/fake-replica.ts'
import { World, type WorldNode } from './testing/world.ts'

function allEqual(world: World): boolean {
  return new Set(world.nodes.map(({ replica }) => replica.state())).size === 1
}

function entryBytes({ replica }: WorldNode): number {
  return [...replica.logs.values()]
    .flatMap(log => log.entries)
    .reduce((sum, entry) => sum + entrySize(entry), 0)
}

test('[AE1] two nodes end with the union of their logs and say so', () => {
  const world = new World()
  const a = world.add(replica => replica.write(testScope(1), 5))
  const b = world.add(replica => replica.write(testScope(2), 7))
  world.connect(a, b)
  world.settle()
  expect(a.replica.state()).toBe(b.replica.state())
  expect(a.synced.at(-1)?.root).toBe(a.replicator.root())
  expect(b.synced.at(-1)?.root).toBe(a.replicator.root())
  expect(a.replicator.peers()[0]).toMatchObject({ connected: true, lagEntries: 0, inSync: true })
})

test('[AE1] any two sets of logs reconcile to their union', () => {
  const logs = fc.array(fc.record({ scope: fc.nat(30), count: fc.integer({ min: 1, max: 30 }) }), {
    maxLength: 60,
  })
  fc.assert(
    fc.property(logs, logs, fc.nat(2), (mine, theirs, inbox) => {
      const world = new World()
      const prepare = (all: typeof mine) => (replica: WorldNode['replica']) => {
        replica.inboxMax = inbox + 1
        all.forEach(({ scope, count }, index) => {
          replica.write(index === 0 ? MEMBERSHIP_SCOPE : testScope(scope), count, 40, index)
        })
      }
      world.connect(world.add(prepare(mine)), world.add(prepare(theirs)))
      world.settle()
      world.pass(6_000)
      expect(allEqual(world)).toBe(true)
      for (const { replicator } of world.nodes) expect(replicator.peers()[0]?.inSync).toBe(true)
    }),
    { numRuns: 60 },
  )
})

test('[AE2] membership is stored before any data', () => {
  const world = new World()
  const a = world.add(replica => {
    for (let index = 0; index < 40; index++) replica.write(testScope(index), 3)
    replica.write(MEMBERSHIP_SCOPE, 900, 500)
  })
  const b = world.add()
  world.connect(a, b)
  world.settle()
  expect(b.replica.state()).toBe(a.replica.state())
  const firstData = b.replica.stored.findIndex(scope => scope !== MEMBERSHIP_SCOPE)
  expect(b.replica.stored.lastIndexOf(MEMBERSHIP_SCOPE)).toBeLessThan(firstData)
  expect(b.replica.stored.indexOf(MEMBERSHIP_SCOPE)).toBe(0)
})

/** Two nodes that hold the same 10,000 scopes. */
function twins(scopes: number): { world: World; a: WorldNode; b: WorldNode } {
  const world = new World()
  const writer = world.add(replica => {
    for (let index = 0; index < scopes; index++) replica.write(testScope(index))
  })
  const copy = world.add(replica => {
    for (const [log, { ref, entries }] of writer.replica.logs)
      replica.logs.set(log, { ref, entries: [...entries] })
  })
  return { world, a: writer, b: copy }
}

test.each([1, 10_000])('[AE3] a reconnect with nothing new over %i scopes costs less than 1 KB', scopes => {
  const { world, a, b } = twins(scopes)
  world.connect(a, b)
  world.settle()
  expect(a.synced).toHaveLength(1)
  expect(b.synced).toHaveLength(1)
  expect(world.bytesBetween(a, b)).toBeLessThan(500)
})

test('[AE4] finding three differences among 10,000 scopes costs less than 4 KB beside the entries', () => {
  const { world, a, b } = twins(10_000)
  a.replica.write(testScope(77))
  a.replica.write(testScope(20_000))
  b.replica.write(testScope(5))
  world.connect(a, b)
  world.settle()
  expect(a.replica.state()).toBe(b.replica.state())
  expect(a.synced.length).toBeGreaterThan(0)
  const entries = 3 * entrySize([...a.replica.logs.values()][0]?.entries[0] as never)
  expect(world.bytesBetween(a, b) - entries).toBeLessThan(4096)
})

test('[AE5] catching up costs at most 1.15 times the entries', () => {
  const world = new World()
  const a = world.add(replica => {
    for (let run = 0; run < 60; run++) replica.write(testScope(run % 3), 100, 120)
  })
  const b = world.add()
  world.connect(a, b)
  world.settle()
  expect(b.replica.state()).toBe(a.replica.state())
  expect(world.bytesBetween(a, b) / entryBytes(a)).toBeLessThan(1.1)
})

test('[AE6] what was stored before the connection was lost is not sent again', () => {
  const world = new World()
  const a = world.add(replica => {
    for (let run = 0; run < 40; run++) replica.write(testScope(1), 100, 400)
  })
  const b = world.add()
  world.connect(a, b)
  let before = 0
  while (before === 0 && world.stepOnce())
    if (b.replica.stored.length === 3) before = world.bytesBetween(a, b)
  world.disconnect(a, b)
  world.settle()
  world.connect(a, b)
  world.settle()
  expect(b.replica.state()).toBe(a.replica.state())
  expect(before).toBeGreaterThan(0)
  expect(world.bytesBetween(a, b)).toBeLessThan(1.15 * entryBytes(a) - 2 * 200_000)
})

test('[AE7] many short logs and a large frontier come in bounded exchanges', () => {
  const { world, a } = twins(3_000)
  const c = world.add()
  world.connect(a, c)
  world.settle()
  expect(c.replica.state()).toBe(a.replica.state())
  expect(c.replicator.progress()).toEqual({ wanted: 0, received: 0 })
})

test('[AE8] two peers share the work: no page is asked for twice', () => {
  const { world, a, b } = twins(400)
  const c = world.add()
  world.connect(a, c)
  world.connect(b, c)
  world.settle()
  expect(c.replica.state()).toBe(a.replica.state())
  expect(c.replica.stored).toHaveLength(400)
  const traffic = c.replicator.peers().map(peer => peer.bytesIn)
  expect(Math.min(...traffic)).toBeGreaterThan(20_000)
})

test('[AE9] local scopes are neither announced nor served', () => {
  const world = new World()
  const secret = testScope(9)
  const a = world.add(replica => {
    replica.replicationOf = scope => (scope === secret ? 'local' : 'push')
    replica.write(secret, 3)
    replica.write(testScope(1), 3)
  })
  const b = world.add()
  world.connect(a, b)
  world.settle()
  expect(b.replica.logs.size).toBe(1)
  const log = [...a.replica.heads()].find(head => head.scope === secret)?.log
  b.replicator.gossiped(a.replica.node, new Uint8Array())
  expect(a.replicator.root()).toBe(b.replicator.root())
  expect(log).toBeDefined()
})

test('[AE10] pull scopes are compared when it is their turn, and not before', () => {
  const world = new World()
  const lazy = testScope(3)
  const prepare = (replica: WorldNode['replica']) => {
    replica.replicationOf = scope => (scope === lazy ? 'pull' : 'push')
  }
  const a = world.add(prepare, { pullMs: 30_000 })
  const b = world.add(prepare, { pullMs: 30_000 })
  world.connect(a, b)
  world.settle()
  a.replica.write(lazy, 2)
  a.replica.write(testScope(1), 2)
  world.pass(10_000)
  expect(b.replica.logs.size).toBe(1)
  expect(b.replicator.peers()[0]?.inSync).toBe(false)
  world.pass(25_000)
  expect(b.replica.state()).toBe(a.replica.state())
  expect(b.replicator.peers()[0]?.inSync).toBe(true)
})

test('[AE11] a refused log is left alone for a while, others go on', () => {
  const world = new World()
  const a = world.add(replica => {
    replica.write(testScope(1), 3)
    replica.write(testScope(2), 3)
  })
  let refusals = 0
  const b = world.add(replica => {
    replica.refuse = ({ entries: [first] }) => {
      if (first === undefined || decodeHeader(first.header).scope === testScope(1)) return undefined
      refusals++
      return { code: 'forged', reason: 'no' }
    }
  })
  world.connect(a, b)
  world.pass(30_000)
  expect(b.replica.logs.size).toBe(1)
  expect(refusals).toBe(1)
  world.pass(60_000)
  expect(refusals).toBe(2)
})

test('[AE12] two histories of one log are shown to both sides once, and replication goes on', () => {
  const world = new World()
  const forked = testNode(99)
  const history = (replica: WorldNode['replica'], size: number) => {
    replica.write(testScope(1), 2, size, 0, forked)
  }
  const a = world.add(replica => history(replica, 40))
  const b = world.add(replica => history(replica, 41))
  a.replica.write(testScope(2))
  const refused: string[] = []
  b.replica.refuse = () => void refused.push('seen')
  world.connect(a, b)
  world.pass(20_000)
  expect(b.replica.logs.size).toBe(2)
  expect(refused.length).toBeGreaterThan(1)
  expect(b.replicator.peers()[0]).toMatchObject({ connected: true, inSync: false })
})

test('[G1] what is written here is offered everywhere at the next flush', () => {
  const world = new World()
  const [a, b, c] = [world.add(), world.add(), world.add()]
  world.connect(a, b)
  world.connect(a, c)
  world.settle()
  a.replica.write(testScope(1), 4)
  a.replica.write(testScope(1), 2)
  a.replicator.flush()
  world.settle()
  expect(b.replica.state()).toBe(a.replica.state())
  expect(c.replica.state()).toBe(a.replica.state())
})

test('[G2] a run too long for gossip is announced and asked for', () => {
  const world = new World()
  const [a, b] = [world.add(), world.add()]
  world.connect(a, b)
  world.settle()
  a.replica.write(testScope(1), 3, limits.TEXT_BYTES_MAX)
  a.replicator.flush()
  world.settle()
  expect(b.replica.state()).toBe(a.replica.state())
})

test('[G3] a gap in gossip is asked for at once', () => {
  const world = new World()
  const [a, b] = [world.add(), world.add()]
  a.replica.write(testScope(1), 4)
  a.replicator.flush()
  world.connect(a, b)
  world.settle()
  world.disconnect(a, b)
  a.replica.write(testScope(1), 1)
  a.replicator.flush()
  world.connect(a, b)
  a.replica.write(testScope(1), 1)
  a.replicator.flush()
  world.settle()
  expect(b.replica.state()).toBe(a.replica.state())
})

test('[G4] writers that never stop converge once they do', () => {
  const world = new World()
  const nodes = Array.from({ length: 5 }, () => world.add())
  nodes.forEach((node, index) => {
    for (const other of nodes.slice(index + 1)) world.connect(node, other)
  })
  for (let round = 0; round < 60; round++) {
    nodes.forEach(({ replica }, index) => {
      if ((round + index) % 3 === 0) replica.write(testScope(index % 2), 1 + (round % 4))
    })
    world.pass(100)
  }
  world.pass(10_000)
  expect(allEqual(world)).toBe(true)
})

test('[T3] a slow reader costs neither memory nor the connection', () => {
  const world = new World(300_000)
  const a = world.add(replica => {
    for (let run = 0; run < 50; run++) replica.write(testScope(run), 100, 400)
  })
  const b = world.add()
  world.connect(a, b)
  world.settle()
  world.pass(6_000)
  expect(b.replica.state()).toBe(a.replica.state())
  expect(a.cuts).toEqual([])
})

test('[P1] nodes learn of each other from a third', () => {
  const world = new World()
  const place = (index: number) => ({ addresses: () => [`/ip4/127.0.0.1/tcp/${4000 + index}`] })
  const [a, b, c] = [
    world.add(undefined, place(0)),
    world.add(undefined, place(1)),
    world.add(undefined, place(2)),
  ]
  world.connect(a, b)
  world.settle()
  world.connect(b, c)
  world.pass(12_000)
  expect(a.replicator.peers().filter(peer => peer.connected)).toHaveLength(2)
  expect(c.replicator.peers().map(peer => peer.addrs[0])).toContain('/ip4/127.0.0.1/tcp/4000')
})

test('[C1] a peer says when it has stored an entry, at once or as soon as it has', () => {
  const world = new World()
  const confirmed: string[] = []
  const a = world.add(undefined, { onConfirmed: (peer, log, seq) => confirmed.push(`${peer} ${log} ${seq}`) })
  const [b, c] = [world.add(), world.add()]
  world.connect(a, b)
  world.connect(a, c)
  world.settle()
  const { log, seq } = a.replica.write(testScope(1), 3)
  a.replicator.confirm(log, seq)
  world.settle()
  expect(confirmed).toEqual([])
  a.replicator.flush()
  world.settle()
  const expected = [b, c].map(({ replica }) => `${replica.node} ${log} ${seq}`)
  expect(confirmed.sort()).toEqual(expected.sort())
  a.replicator.confirm(log, 0)
  world.settle()
  expect(confirmed).toHaveLength(4)
})

test('[C1] what a peer confirms is durable there, and what its disk refuses is not confirmed', () => {
  const world = new World()
  const log: string[] = []
  const a = world.add(undefined, { onConfirmed: () => log.push('confirmed') })
  const b = world.add(replica => {
    replica.flush = () => log.push('flushed')
  })
  world.connect(a, b)
  world.settle()
  const head = a.replica.write(testScope(1))
  a.replicator.flush()
  a.replicator.confirm(head.log, head.seq)
  world.settle()
  expect(log).toEqual(['flushed', 'confirmed'])
  b.replica.flush = () => {
    throw new Error('the disk is full')
  }
  a.replicator.confirm(head.log, head.seq)
  world.settle()
  expect(log).toEqual(['flushed', 'confirmed'])
})
