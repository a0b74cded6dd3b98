/** Peers that do what the protocol forbids: each is cut off, and costs no more than its limit. */
import { encodeCanonical, type NodeId } from '@folkmoot/core'
import { expect, test } from 'vitest'
import { EMPTY_FINGERPRINT } from './fingerprint.ts'
import {
  ASIDE_MS,
  HELLO_TIMEOUT_MS,
  MESSAGES_BURST_MAX,
  PAGE_TIMEOUT_MS,
  PENALTY_MS,
  SERVE_QUEUE_MAX,
} from './limits.ts'
import { decodeMessage, encodeMessage, type Message } from './messages.ts'
import { entriesAfter, MESH, testNode, testScope } from './testing/fake-replica.ts'
import { World, type WorldNode } from './testing/world.ts'
import type { Transport } from './transport.ts'

const ENEMY = testNode(666)
const nothing = { membership: EMPTY_FINGERPRINT, push: EMPTY_FINGERPRINT, pull: EMPTY_FINGERPRINT }
const hello: Message = {
  kind: 'hello',
  version: 1,
  mesh: MESH,
  summary: nothing,
  addresses: [],
  known: '00'.repeat(8),
}

/** An honest node, and a peer whose messages the test writes. */
class Siege {
  readonly world: World
  readonly honest: WorldNode
  readonly heard: Message[] = []
  readonly transport: Transport
  isConnected = false

  constructor(prepare?: (replica: WorldNode['replica']) => void, bufferBytesMax?: number) {
    this.world = new World(bufferBytesMax)
    this.honest = this.world.add(prepare)
    this.transport = this.world.hub.transport(ENEMY)
    void this.transport.start({
      connected: () => {
        this.isConnected = true
      },
      disconnected: () => {
        this.isConnected = false
      },
      received: (_peer, bytes) => this.heard.push(decodeMessage(bytes)),
      gossiped: () => {},
      drained: () => {},
    })
    this.connect()
  }

  get target(): NodeId {
    return this.honest.replica.node
  }

  connect(): void {
    this.transport.dial(this.target, [])
    this.world.settle()
  }

  say(...messages: readonly (Message | Uint8Array)[]): void {
    for (const message of messages) {
      this.transport.send(this.target, message instanceof Uint8Array ? message : encodeMessage(message))
    }
    this.world.settle()
  }

  get refusal(): string | undefined {
    const last = this.heard.at(-1)
    return last?.kind === 'refuse' ? last.code : undefined
  }
}

test('[X1] another version is refused with its code before anything else is read', () => {
  const siege = new Siege()
  siege.say(encodeCanonical([0, 99, { some: 'future' }]))
  expect(siege.refusal).toBe('version')
  expect(siege.isConnected).toBe(false)
})

test('[X1] another mesh is refused', () => {
  const siege = new Siege()
  siege.say({ ...hello, mesh: 'cd'.repeat(32) as typeof MESH } as Message)
  expect(siege.refusal).toBe('mesh')
})

test('[X2] garbage ends the connection, and the next one for a while, longer each time', () => {
  const siege = new Siege()
  siege.say(hello, new Uint8Array(100).fill(0xff))
  expect(siege.refusal).toBe('malformed')
  siege.connect()
  expect(siege.refusal).toBe('backoff')
  siege.world.pass(PENALTY_MS + 100)
  siege.connect()
  siege.say(hello)
  expect(siege.isConnected).toBe(true)
  siege.say(new Uint8Array([1]))
  siege.world.pass(PENALTY_MS + 100)
  siege.connect()
  expect(siege.refusal).toBe('backoff')
})

test('[X3] a page nobody asked for ends the connection', () => {
  const siege = new Siege()
  const ref = { scope: testScope(1), node: ENEMY, incarnation: 0 }
  const entries = entriesAfter(ref, [], 1)
  siege.say(hello, { kind: 'page', log: '00'.repeat(16) as never, from: 0, more: false, entries })
  expect(siege.refusal).toBe('unasked')
  expect(siege.honest.replica.logs.size).toBe(0)
})

test('[X4] a flood of messages ends the connection', () => {
  const siege = new Siege()
  siege.say(hello)
  const probe = encodeMessage({ kind: 'inSync', root: 'ab'.repeat(16) as never })
  for (let count = 0; count <= MESSAGES_BURST_MAX && siege.isConnected; count++) siege.say(probe)
  expect(siege.refusal).toBe('flood')
})

test('[X5] who asks for pages and does not read them is cut off, and costs no memory', () => {
  const siege = new Siege(replica => {
    replica.write(testScope(1), 900, 200)
  }, 200_000)
  siege.say(hello)
  const [head] = siege.honest.replica.heads()
  const item = { log: head?.log as never, from: 0, bytesMax: 2 ** 40 }
  const items = Array.from({ length: 64 }, () => item)
  for (let count = 0; count * 64 <= SERVE_QUEUE_MAX; count++) {
    siege.transport.send(siege.target, encodeMessage({ kind: 'want', items }))
  }
  siege.world.settle()
  expect(siege.honest.cuts.map(cut => cut.code)).toEqual(['flood'])
})

test('[X6] who announces much and sends nothing is set aside, and at last cut off', () => {
  const siege = new Siege()
  siege.say(hello)
  const items = Array.from({ length: 100 }, (_, index) => {
    const entry = entriesAfter({ scope: testScope(index), node: ENEMY, incarnation: 0 }, [], 1)
    return { entry, scope: testScope(index) }
  })
  siege.say({
    kind: 'heads',
    tree: 'push',
    lists: [
      { prefix: '0'.repeat(32), complete: false, items: [] },
      {
        prefix: '',
        complete: false,
        items: items.map(({ scope }) => ({
          scope,
          node: ENEMY,
          incarnation: 0,
          log: '' as never,
          seq: 5,
          hash: 'ee'.repeat(32) as never,
        })),
      },
    ],
  })
  const asked = () => siege.heard.filter(message => message.kind === 'want').length
  const before = asked()
  expect(before).toBeGreaterThan(0)
  expect(siege.honest.replicator.peers()[0]?.lagEntries).toBe(600)
  siege.world.pass(PAGE_TIMEOUT_MS + 200)
  siege.world.pass(ASIDE_MS - 1_000)
  expect(asked()).toBe(before)
  siege.world.pass(3 * (ASIDE_MS + PAGE_TIMEOUT_MS))
  expect(siege.honest.cuts.map(cut => cut.code)).toEqual(['slow'])
})

test('[X6] a log that a stalled peer was asked for is fetched from another', () => {
  const siege = new Siege()
  const other = siege.world.add(replica => {
    replica.write(testScope(1), 5)
  })
  siege.say(hello)
  const [head] = other.replica.heads()
  if (head === undefined) throw new Error('a head')
  const lists = [
    { prefix: '0'.repeat(32), complete: false, items: [] },
    { prefix: '', complete: false, items: [head] },
  ]
  siege.say({ kind: 'heads', tree: 'push', lists })
  siege.world.connect(other, siege.honest)
  siege.world.settle()
  expect(siege.honest.replica.logs.size).toBe(0)
  siege.world.pass(PAGE_TIMEOUT_MS + ASIDE_MS / 2)
  expect(siege.honest.replica.state()).toBe(other.replica.state())
})

test('[X7] silence is no greeting', () => {
  const siege = new Siege()
  siege.world.pass(HELLO_TIMEOUT_MS + 200)
  expect(siege.refusal).toBe('slow')
})

test('[X8] a member that is one no longer is cut off at the next tick', () => {
  const siege = new Siege()
  siege.say(hello)
  siege.honest.replica.members = () => false
  siege.world.pass(100)
  expect(siege.refusal).toBe('not-admitted')
  siege.connect()
  expect(siege.refusal).toBe('not-admitted')
})

test('[X9] nothing of a local scope is served, whoever knows its name', () => {
  const siege = new Siege(replica => {
    replica.replicationOf = () => 'local'
    replica.write(testScope(1), 3)
  })
  const [head] = siege.honest.replica.heads()
  siege.say(hello, { kind: 'want', items: [{ log: head?.log as never, from: 0, bytesMax: 1_000 }] })
  expect(siege.heard.at(-1)).toMatchObject({ kind: 'page', more: false, entries: [] })
})

test('[X10] garbage in gossip ends the connection with who handed it on', () => {
  const siege = new Siege()
  siege.say(hello)
  siege.transport.publish(new Uint8Array(50).fill(1))
  siege.world.settle()
  expect(siege.refusal).toBe('malformed')
})
