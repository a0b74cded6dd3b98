import { decodeHeader, type NodeId, nodeId, sha256, utf8 } from '@folkmoot/core'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { afterEach, expect, test, vi } from 'vitest'
import { transportConformance } from '../conformance/transport.ts'
import { entrySize } from '../entry-frame.ts'
import { Replicator } from '../replicator.ts'
import { FakeReplica, MESH, testScope } from '../testing/fake-replica.ts'
import type { TransportHandler } from '../transport.ts'
import { openLibp2pTransport } from './libp2p-transport.ts'

const LISTEN = '/ip4/127.0.0.1/tcp/0'
const seedOf = (index: number) => sha256(utf8(`seed ${index}`))
const silent: TransportHandler = {
  connected: () => {},
  disconnected: () => {},
  received: () => {},
  gossiped: () => {},
  drained: () => {},
}

const running: { stop(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map(it => it.stop()))
})

async function open(index: number, isMember: (node: NodeId) => boolean = () => true, listen = LISTEN) {
  const transport = await openLibp2pTransport({ seed: seedOf(index), mesh: MESH, listen: [listen], isMember })
  running.push(transport)
  return transport
}

transportConformance({ test }, count => {
  const opened = Array.from({ length: count }, async (_, index) => {
    const seed = seedOf(index)
    const transport = await openLibp2pTransport({
      seed,
      mesh: MESH,
      listen: [LISTEN],
      isMember: () => true,
      accepts: () => true,
    })
    return { node: transport.node, transport, addresses: () => transport.addresses() }
  })
  return Promise.all(opened)
})

/** A whole node: fake replica, replicator and real transport, driven by a timer. */
async function run(index: number, prepare: (replica: FakeReplica) => void = () => {}) {
  const transport = await open(index)
  const replica = new FakeReplica(transport.node)
  prepare(replica)
  const replicator = new Replicator({
    replica,
    transport,
    random: () => 0.5,
    now: Date.now(),
    addresses: () => transport.addresses(),
  })
  replica.appended = (head, entries, from) => replicator.appended(head, entries, from)
  const timers = [
    setInterval(() => replicator.tick(Date.now()), 100),
    setInterval(() => {
      while (replica.work());
    }, 2),
  ]
  running.push({ stop: async () => timers.forEach(clearInterval) })
  await transport.start(replicator)
  return { replica, replicator, transport }
}

type Running = Awaited<ReturnType<typeof run>>

/** From the write here to the offer there; anti-entropy, which is slower, may win no round. */
async function gossipLatencies(first: Running, others: readonly Running[], rounds: number, what = 'gossip') {
  const latencies: number[] = []
  let [written, heard] = [testScope(0), (): void => {}]
  for (const { replica } of others) {
    const offer = replica.offer.bind(replica)
    replica.offer = (...args) => {
      const [entry] = args[0].entries
      if (entry !== undefined && decodeHeader(entry.header).scope === written) heard()
      return offer(...args)
    }
  }
  for (let round = 0; round < rounds; round++) {
    // The copies of the last round are still being handed on.
    await new Promise(resolve => setTimeout(resolve, 20))
    const { promise, resolve } = Promise.withResolvers<void>()
    const start = performance.now()
    let missing = others.length
    heard = () => {
      latencies.push(performance.now() - start)
      missing--
      if (missing === 0) resolve()
    }
    written = testScope(1_000 + round)
    first.replica.write(written, 1, 200)
    first.replicator.flush()
    await promise
  }
  latencies.sort((one, other) => one - other)
  const [p50, p95] = [0.5, 0.95].map(part => latencies[Math.floor(latencies.length * part)] ?? Number.NaN)
  console.info(`${what} to ${others.length}: p50 ${p50?.toFixed(1)} ms, p95 ${p95?.toFixed(1)} ms`)
  return { p50, p95 }
}

test('the node id is the public key of the seed', async () => {
  const { publicKey } = await generateKeyPairFromSeed('Ed25519', seedOf(1))
  expect((await open(1)).node).toBe(nodeId(publicKey.raw))
})

test('[T7] a stranger gets no connection, whoever dials', async () => {
  const strangers = new Set<NodeId>()
  const isMember = (node: NodeId) => !strangers.has(node)
  const [a, b] = [await open(1, isMember), await open(2)]
  strangers.add(b.node)
  const connected = vi.fn()
  await a.start({ ...silent, connected })
  await b.start({ ...silent, connected })
  b.dial(a.node, a.addresses())
  a.dial(b.node, b.addresses())
  await new Promise(resolve => setTimeout(resolve, 1_000))
  expect(connected).not.toHaveBeenCalled()
})

test('[T6] a peer that restarts is found again', async () => {
  const a = await open(1)
  const connected = vi.fn()
  await a.start({ ...silent, connected })
  const first = await open(2)
  await first.start(silent)
  const [address = ''] = first.addresses()
  a.dial(first.node, [address])
  await vi.waitFor(() => expect(connected).toHaveBeenCalledTimes(1), 5_000)
  await first.stop()
  const again = await open(2, () => true, address.split('/p2p/')[0])
  await again.start(silent)
  await vi.waitFor(() => expect(connected).toHaveBeenCalledTimes(2), 10_000)
}, 20_000)

test('a port that is taken is said to be', async () => {
  const a = await open(1)
  await a.start(silent)
  const b = await open(2, () => true, a.addresses()[0]?.split('/p2p/')[0])
  await expect(b.start(silent)).rejects.toMatchObject({ code: 'unreachable' })
})

test('[G5] twelve nodes on one host all hear, and soon', async () => {
  const nodes = await Promise.all(Array.from({ length: 12 }, (_, index) => run(index)))
  const [first, ...others] = nodes
  if (first === undefined) throw new Error('no nodes')
  for (const { replicator } of others) replicator.know(first.transport.node, first.transport.addresses())
  await vi.waitFor(
    () => {
      const counts = nodes.map(({ replicator }) => replicator.peers().filter(peer => peer.connected).length)
      expect(counts).toEqual(nodes.map(() => 11))
    },
    { timeout: 15_000, interval: 50 },
  )
  // gossipsub exchanges subscriptions once its own streams are open.
  await new Promise(resolve => setTimeout(resolve, 1_000))
  const latencies = await gossipLatencies(first, others, 40)
  expect(latencies.p50).toBeLessThan(50)
}, 40_000)

test('[G5] between two nodes gossip takes milliseconds', async () => {
  const [a, b] = [await run(1), await run(2)]
  b.replicator.know(a.transport.node, a.transport.addresses())
  await vi.waitFor(() => expect(b.replicator.peers()[0]?.inSync).toBe(true), 5_000)
  await vi.waitFor(() => {
    a.replica.write(testScope(1))
    a.replicator.flush()
    expect(b.replica.stored.length).toBeGreaterThan(0)
  }, 5_000)
  const latencies = await gossipLatencies(a, [b], 100)
  expect(latencies.p50).toBeLessThan(20)
})

test('[R4] between those who may hold a scope that others may not, it takes milliseconds too', async () => {
  const outsider = await open(9)
  const rule = (replica: FakeReplica) => {
    replica.roster = () => [replica.node, outsider.node]
    replica.holders = node => node !== outsider.node
  }
  const nodes = await Promise.all(Array.from({ length: 6 }, (_, index) => run(index + 1, rule)))
  const [first, ...others] = nodes as [Running, ...Running[]]
  for (const { replicator } of others) replicator.know(first.transport.node, first.transport.addresses())
  await vi.waitFor(() => {
    for (const { replicator } of nodes)
      expect(replicator.peers().filter(({ inSync }) => inSync)).toHaveLength(5)
  }, 15_000)
  const one = await gossipLatencies(first, others.slice(0, 1), 60, 'restricted')
  const all = await gossipLatencies(first, others, 60, 'restricted')
  expect(one.p50).toBeLessThan(30)
  expect(all.p50).toBeLessThan(50)
}, 40_000)

test('[AE3] a reconnect with nothing new, as the socket sees it', async () => {
  const [a, b] = [await run(1), await run(2)]
  b.replicator.know(a.transport.node, a.transport.addresses())
  await vi.waitFor(() => expect(b.replicator.peers()[0]?.inSync).toBe(true), 5_000)
  await new Promise(resolve => setTimeout(resolve, 1_000))
  const [status] = b.replicator.peers()
  const wire = (status?.bytesIn ?? 0) + (status?.bytesOut ?? 0)
  console.info(`connect: ${wire} bytes on the socket, both ways, with handshakes and gossip's own traffic`)
  expect(wire).toBeLessThan(12_000)
})

test('[AE5] catching up costs at most 1.15 times the entries on the socket', async () => {
  const a = await run(1, replica => {
    for (let index = 0; index < 100; index++) replica.write(testScope(index % 4), 100, 160)
  })
  const b = await run(2)
  const start = performance.now()
  b.replicator.know(a.transport.node, a.transport.addresses())
  await vi.waitFor(() => expect(b.replica.state()).toBe(a.replica.state()), { timeout: 10_000, interval: 5 })
  const ms = performance.now() - start
  const [status] = b.replicator.peers()
  const entries = [...a.replica.logs.values()]
    .flatMap(log => log.entries)
    .reduce((sum, it) => sum + entrySize(it), 0)
  const wire = (status?.bytesIn ?? 0) + (status?.bytesOut ?? 0)
  console.info(
    `catch-up: ${entries} bytes of entries, ${wire} on the socket, ${(wire / entries).toFixed(3)}, ${ms | 0} ms`,
  )
  expect(wire / entries).toBeLessThan(1.15)
})
