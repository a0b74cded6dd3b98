/** Who may hold what: the read rule between peers, and logs that end before they end. */
import { decodeHeader, type LogId, logId, MEMBERSHIP_SCOPE, type NodeId, type ScopeId } from '@folkmoot/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SharedFrontier } from './frontier.ts'
import { ANTI_ENTROPY_MS, REFUSED_LOG_MS, RETRY_MS } from './limits.ts'
import { entriesAfter, FakeReplica, testNode, testScope } from './testing/fake-replica.ts'
import { World, type WorldNode } from './testing/world.ts'

const OPEN = testScope(1)
const SECRET = testScope(2)

/** One rule for all nodes of a world, as one membership log is. */
type Rule = (node: NodeId, scope: ScopeId) => boolean

function under(rule: Rule, prepare: (replica: FakeReplica) => void = () => {}) {
  return (replica: FakeReplica) => {
    replica.holders = rule
    prepare(replica)
  }
}

/** Only the nodes with these numbers may hold the secret scope. */
function secretOf(...indexes: readonly number[]): Rule {
  const nodes = indexes.map(testNode)
  return (node, scope) => scope !== SECRET || nodes.includes(node)
}

function logIn({ replica }: WorldNode, scope: ScopeId): LogId {
  return logId(scope, replica.node, 0)
}

function statusOf(one: WorldNode, other: WorldNode) {
  return one.replicator.peers().find(({ node }) => node === other.replica.node)
}

test('[R1] what a peer may not hold it is not told, and both are in sync in the rest', () => {
  const world = new World()
  const rule = secretOf(0, 2)
  const [a, b, c] = [
    world.add(
      under(rule, replica => {
        replica.write(OPEN, 3)
        replica.write(SECRET, 5)
      }),
    ),
    world.add(under(rule, replica => void replica.write(OPEN, 2))),
    world.add(under(rule)),
  ]
  world.connect(a, b)
  world.connect(b, c)
  world.settle()
  world.pass(6_000)
  expect([...b.replica.heads()].map(head => head.scope)).toEqual([OPEN, OPEN])
  expect(statusOf(a, b)?.inSync).toBe(true)
  expect(statusOf(b, c)?.inSync).toBe(true)
  expect([...c.replica.logs.keys()]).not.toContain(logIn(a, SECRET))
  world.connect(a, c)
  world.pass(1_000)
  expect(c.replica.state()).toBe(a.replica.state())
  expect(statusOf(a, c)?.inSync).toBe(true)
  expect(a.synced.at(-1)).toEqual({ peer: c.replica.node, root: a.replicator.root() })
})

test('[R1] any rule: each pair ends with what both may hold, in sync, and nobody with more than it may', () => {
  const world = () =>
    fc.record({
      writes: fc.array(fc.record({ at: fc.nat(2), scope: fc.nat(6), count: fc.integer({ min: 1, max: 9 }) })),
      later: fc.array(fc.record({ at: fc.nat(2), scope: fc.nat(6), count: fc.integer({ min: 1, max: 3 }) })),
      denied: fc.array(fc.tuple(fc.nat(2), fc.nat(6)), { maxLength: 8 }),
    })
  fc.assert(
    fc.property(world(), ({ writes, later, denied }) => {
      const world = new World()
      const pairs = new Set(denied.map(([node, scope]) => `${testNode(node)} ${testScope(scope)}`))
      const rule: Rule = (node, scope) => !pairs.has(`${node} ${scope}`)
      const nodes = [0, 1, 2].map(index =>
        world.add(
          under(rule, replica => {
            for (const { at, scope, count } of writes)
              if (at === index && rule(replica.node, testScope(scope))) replica.write(testScope(scope), count)
          }),
        ),
      ) as [WorldNode, WorldNode, WorldNode]
      const [a, b, c] = nodes
      world.connect(a, b)
      world.connect(b, c)
      world.connect(a, c)
      world.settle()
      for (const { at, scope, count } of later) {
        const node = nodes[at] as WorldNode
        if (rule(node.replica.node, testScope(scope))) node.replica.write(testScope(scope), count)
        node.replicator.flush()
        world.settle()
      }
      world.pass(6_000)
      for (const { replica, replicator } of nodes) {
        for (const head of replica.heads()) expect(rule(replica.node, head.scope)).toBe(true)
        for (const peer of replicator.peers()) expect(peer.inSync).toBe(true)
        const all = [...writes, ...later].filter(
          ({ at, scope }) => rule(testNode(at), testScope(scope)) && rule(replica.node, testScope(scope)),
        )
        const logs = new Set(all.map(({ at, scope }) => logId(testScope(scope), testNode(at), 0)))
        expect(new Set([...replica.heads()].map(({ log }) => log))).toEqual(logs)
      }
    }),
    { numRuns: 60 },
  )
})

test('[R2] what a peer may hold of the frontier follows every change, and most share one tree', () => {
  const scopes = fc.nat(8)
  const steps = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('write' as const), scope: scopes }),
      fc.record({ kind: fc.constant('look' as const), peer: fc.nat(4) }),
      fc.record({ kind: fc.constant('rule' as const), peer: fc.nat(4), scope: scopes }),
      fc.record({ kind: fc.constant('forget' as const), peer: fc.nat(4) }),
    ),
    { maxLength: 60 },
  )
  fc.assert(
    fc.property(steps, all => {
      const replica = new FakeReplica(testNode(99))
      const denied = new Set<string>()
      const peers = [0, 1, 2, 3, 4].map(testNode)
      replica.roster = () => [replica.node, ...peers]
      replica.holders = (node, scope) => !denied.has(`${node} ${scope}`)
      const frontier = new SharedFrontier(replica)
      for (const one of all) {
        if (one.kind === 'write') frontier.set(replica.write(testScope(one.scope)))
        if (one.kind === 'look') frontier.of(testNode(one.peer))
        if (one.kind === 'forget') frontier.forget(testNode(one.peer))
        if (one.kind === 'rule') {
          const pair = `${testNode(one.peer)} ${testScope(one.scope)}`
          if (!denied.delete(pair)) denied.add(pair)
          frontier.reload()
        }
      }
      for (const peer of peers) {
        const shown = [...replica.heads()].filter(({ scope }) => replica.mayHold(peer, scope))
        const fresh = new FakeReplica(testNode(99))
        fresh.heads = function* () {
          yield* shown
        }
        expect(frontier.of(peer).tree('push').root()).toBe(new SharedFrontier(fresh).all.tree('push').root())
        if (shown.length === replica.logs.size) expect(frontier.of(peer)).toBe(frontier.all)
      }
    }),
    { numRuns: 200 },
  )
})

test('[R2] a scope that gets its name with its second log is shared from there on', () => {
  const replica = new FakeReplica(testNode(99))
  const peer = testNode(1)
  replica.roster = () => [replica.node, peer]
  replica.holders = node => node === replica.node || replica.logs.size > 1
  const frontier = new SharedFrontier(replica)
  frontier.set(replica.write(SECRET))
  expect(frontier.of(peer).tree('push').size).toBe(0)
  frontier.set(replica.write(SECRET, 1, 40, 1))
  expect(frontier.of(peer)).toBe(frontier.all)
  expect(frontier.isOpen(SECRET)).toBe(true)
})

test('[R4] a restricted scope is not gossiped, and yet there after one round trip', () => {
  const world = new World()
  const rule = secretOf(0, 2)
  const [a, b, c] = [world.add(under(rule)), world.add(under(rule)), world.add(under(rule))]
  const gossip: unknown[] = []
  const gossiped = b.replicator.gossiped.bind(b.replicator)
  b.replicator.gossiped = (from, bytes) => {
    gossip.push(bytes)
    gossiped(from, bytes)
  }
  world.connect(a, b)
  world.connect(a, c)
  world.settle()
  const before = statusOf(a, b)?.bytesOut
  a.replica.write(SECRET, 4)
  a.replicator.flush()
  world.settle()
  expect(c.replica.state()).toBe(a.replica.state())
  expect(gossip).toEqual([])
  expect(statusOf(a, b)?.bytesOut).toBe(before)
})

test('[R4] a scope that was closed between write and flush is not gossiped', () => {
  const world = new World()
  let rule: Rule = () => true
  const all: Rule = (node, scope) => rule(node, scope)
  const [a, b] = [world.add(under(all)), world.add(under(all))]
  world.connect(a, b)
  world.settle()
  a.replica.write(SECRET)
  rule = secretOf(0)
  world.accessChanged()
  a.replicator.flush()
  world.settle()
  expect(b.replica.logs.size).toBe(0)
})

test('[R4] who is not connected to the author hears of it at the next ticks', () => {
  const world = new World()
  const rule = secretOf(0, 1, 2)
  const nodes = [0, 1, 2, 3].map(() => world.add(under(rule))) as [WorldNode, WorldNode, WorldNode, WorldNode]
  const [a, b, c, stranger] = nodes
  world.connect(a, b)
  world.connect(b, c)
  world.connect(c, stranger)
  world.settle()
  a.replica.write(SECRET, 2)
  a.replicator.flush()
  world.pass(200)
  expect(c.replica.state()).toBe(a.replica.state())
  expect(stranger.replica.logs.size).toBe(0)
})

test('[R5] a grant brings a scope at the next tick, and what a revocation took is served no longer', () => {
  const world = new World()
  let rule = secretOf(0)
  const all: Rule = (node, scope) => rule(node, scope)
  const [a, b] = [world.add(under(all)), world.add(under(all))]
  a.replica.write(SECRET, 3)
  world.connect(a, b)
  world.settle()
  expect(b.replica.logs.size).toBe(0)
  rule = secretOf(0, 1)
  world.accessChanged()
  world.pass(200)
  expect(b.replica.state()).toBe(a.replica.state())
  rule = secretOf(0)
  world.accessChanged()
  a.replica.write(SECRET, 3)
  a.replicator.flush()
  world.pass(6_000)
  expect(b.replica.logs.get(logIn(a, SECRET))?.entries).toHaveLength(3)
  expect(statusOf(a, b)?.inSync).toBe(true)
  expect(statusOf(b, a)?.inSync).toBe(true)
})

test('[R5] a page is judged when it is sent, whatever was compared before', () => {
  const world = new World(20_000)
  let rule = secretOf(0, 1)
  const all: Rule = (node, scope) => rule(node, scope)
  const a = world.add(
    under(all, replica => {
      for (let run = 0; run < 9; run++) replica.write(SECRET, 100, 400)
    }),
  )
  const b = world.add(under(all))
  world.connect(a, b)
  while (b.replica.logs.size === 0) world.stepOnce()
  rule = secretOf(0)
  world.settle()
  const held = b.replica.logs.get(logIn(a, SECRET))?.entries.length ?? 0
  expect(held).toBeLessThan(900)
})

test('[R5] a log that was cut is shown up to its end, and confirmed no further', () => {
  const world = new World()
  const confirmed: number[] = []
  const a = world.add(undefined, { onConfirmed: (_peer, _log, seq) => confirmed.push(seq) })
  const b = world.add()
  world.connect(a, b)
  const { log } = a.replica.write(OPEN, 6)
  a.replicator.flush()
  world.settle()
  for (const { replica } of world.nodes) replica.ends.set(log, 4)
  world.accessChanged()
  world.pass(500)
  expect(statusOf(a, b)?.inSync).toBe(true)
  expect([...b.replica.heads()].map(head => head.seq)).toEqual([3])
  a.replicator.confirm(log, 5)
  a.replicator.confirm(log, 3)
  world.pass(6_000)
  expect(confirmed).toEqual([3])
  for (const { replica } of world.nodes) replica.ends.delete(log)
  world.accessChanged()
  world.settle()
  expect([...b.replica.heads()].map(head => head.seq)).toEqual([5])
  expect(confirmed).toEqual([3, 5])
})

test('[R6] a log that goes on after its end is left alone, without blame, until access changes', () => {
  const world = new World()
  const refusals: string[] = []
  const a = world.add(replica => void replica.write(OPEN, 6))
  const log = logIn(a, OPEN)
  const b = world.add(replica => void replica.ends.set(log, 4), {
    onRefused: (_peer, _log, code) => refusals.push(code),
  })
  let offers = 0
  const offer = b.replica.offer.bind(b.replica)
  b.replica.offer = (run, from, done) => {
    offers++
    return offer(run, from, done)
  }
  world.connect(a, b)
  world.pass(3 * REFUSED_LOG_MS)
  expect(b.replica.logs.get(log)?.entries).toHaveLength(4)
  expect(refusals).toEqual([])
  expect(offers).toBe(1)
  b.replica.ends.delete(log)
  b.replicator.accessChanged()
  world.pass(200)
  expect(b.replica.state()).toBe(a.replica.state())
})

test('[R7] a run that names a membership entry that is not here is asked for again once that has come', () => {
  const world = new World()
  const a = world.add()
  const b = world.add(replica => {
    replica.refuse = ({ entries: [first] }) => {
      const isData = first !== undefined && decodeHeader(first.header).scope !== MEMBERSHIP_SCOPE
      const isKnown = [...replica.logs.values()].some(({ ref }) => ref.scope === MEMBERSHIP_SCOPE)
      return isData && !isKnown
        ? { code: 'gap', reason: 'names a membership entry that is not here' }
        : undefined
    }
  })
  world.connect(a, b)
  world.settle()
  // The membership entry misses its gossip; the data does not.
  a.replica.appended = () => {}
  const member = a.replica.write(MEMBERSHIP_SCOPE)
  a.replica.appended = (head, run, from) => a.replicator.appended(head, run, from)
  a.replica.write(OPEN, 3)
  a.replicator.flush()
  world.settle()
  expect(b.replica.logs.size).toBe(0)
  a.replicator.appended(member, [], testNode(50))
  world.pass(2 * RETRY_MS)
  expect(b.replica.state()).toBe(a.replica.state())
})

test('[R7] one that never comes costs a few tries, and is tried again when the membership has changed', () => {
  const world = new World()
  const a = world.add(replica => void replica.write(OPEN, 3))
  let offers = 0
  let isKnown = false
  const b = world.add(replica => {
    replica.refuse = ({ entries: [first] }) => {
      if (first === undefined || decodeHeader(first.header).scope === MEMBERSHIP_SCOPE || isKnown)
        return undefined
      offers++
      return { code: 'gap', reason: 'names a membership entry that is not here' }
    }
  })
  world.connect(a, b)
  world.pass(REFUSED_LOG_MS / 2)
  expect(offers).toBe(5)
  isKnown = true
  b.replica.write(MEMBERSHIP_SCOPE)
  world.pass(200)
  expect(b.replica.logs.get(logIn(a, OPEN))?.entries).toHaveLength(3)
})

/** Two nodes with two histories of a third node's log, of several pages, the same up to `common`. */
function forked(common: number) {
  const world = new World()
  const author = testNode(99)
  const ref = { scope: OPEN, node: author, incarnation: 0 }
  const log = logId(OPEN, author, 0)
  const start = entriesAfter(ref, [], common)
  const history = (size: number) => (replica: FakeReplica) => {
    const entries = [...start]
    for (let run = 0; run < 3; run++) entries.push(...entriesAfter(ref, entries, 300, size))
    replica.logs.set(log, { ref, entries })
  }
  const refusals: string[] = []
  const onRefused = (_peer: NodeId, _log: LogId, code: string) => void refusals.push(code)
  const [a, b] = [world.add(history(400), { onRefused }), world.add(history(401))]
  return { world, a, b, log, refusals }
}

test.each([
  0, 1, 700,
])('[R8] two histories that part at %i are shown to the replica from the start', common => {
  const { world, a, b, log, refusals } = forked(common)
  world.connect(a, b)
  world.pass(500)
  expect([...a.replica.proofs]).toEqual([[log, common]])
  expect([...b.replica.proofs]).toEqual([[log, common]])
  const { bytesIn = 0 } = statusOf(a, b) ?? {}
  world.pass(REFUSED_LOG_MS - 1_000)
  expect(refusals).toEqual(['equivocation', 'equivocation'])
  const quiet = statusOf(a, b)?.bytesIn ?? 0
  expect(quiet - bytesIn).toBeLessThan((600 * REFUSED_LOG_MS) / ANTI_ENTROPY_MS)
  // The proof is in the membership log by now: each shows the log up to where the histories part.
  for (const { replica } of world.nodes) replica.ends.set(log, common)
  world.accessChanged()
  world.pass(500)
  expect(a.replicator.root()).toBe(b.replicator.root())
  expect(statusOf(a, b)?.inSync).toBe(true)
})

test('[R8] a peer is asked for its own history of a log once', () => {
  const { world, a, b, log } = forked(3)
  let fromStart = 0
  const readRun = b.replica.readRun.bind(b.replica)
  b.replica.readRun = (wanted, seq, bytesMax) => {
    if (wanted === log && seq === 0) fromStart++
    return readRun(wanted, seq, bytesMax)
  }
  world.connect(a, b)
  world.pass(5 * REFUSED_LOG_MS)
  expect(fromStart).toBe(1)
})
