/** Peers that do what the protocol forbids: each is cut off, and costs no more than its limit. */
import { encodeCanonical, logId, type NodeId } from '@folkmoot/core'
import { expect, test } from 'vitest'
import { encodeMessage } from './encode-message.ts'
import { EMPTY_FINGERPRINT } from './fingerprint.ts'
import {
  ASIDE_MS,
  HELLO_TIMEOUT_MS,
  MESSAGES_BURST_MAX,
  PAGE_TIMEOUT_MS,
  PENALTY_MS,
  SERVE_QUEUE_MAX,
} from './limits.ts'
import { decodeMessage, type Message } from './messages.ts'
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
    this.world.guests.push(ENEMY)
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

/** All that a member without a grant hears when it asks for everything, while the node works. */
function curiosity(secrets: number): readonly Message[] {
  const [open, secret] = [testScope(1), testScope(2)]
  const siege = new Siege(replica => {
    replica.holders = (node, scope) => scope !== secret || node !== ENEMY
    replica.write(open, 40)
    for (let log = 0; log < secrets; log++) replica.write(secret, 30, 40, log)
  })
  const { replica, replicator } = siege.honest
  const log = logId(secret, siege.target, 0)
  const digits = [...'0123456789abcdef']
  const prefixes = ['', ...digits, ...Array.from({ length: 33 }, (_, length) => secret.slice(0, length))]
  const places = [0, 1, 29, 30, 100_000]
  const known = { scope: secret, node: siege.target, incarnation: 0, log, hash: 'ee'.repeat(32) as never }
  siege.say(hello, { kind: 'probe', summary: nothing, pull: true })
  for (const tree of ['push', 'pull'] as const) {
    for (const prefix of prefixes) {
      siege.say({ kind: 'compare', tree, splits: [{ prefix, base: prefix, parts: [] }] })
      const parts = digits.map((_, digit) => ({ digit, fingerprint: 'ab'.repeat(8) as never }))
      siege.say({ kind: 'compare', tree, splits: [{ prefix, base: prefix, parts }] })
      siege.say({ kind: 'heads', tree, lists: [{ prefix, complete: true, items: [] }] })
      siege.say({ kind: 'heads', tree, lists: [{ prefix, complete: true, items: [{ ...known, seq: 5 }] }] })
    }
  }
  for (const from of places) siege.say({ kind: 'want', items: [{ log, from, bytesMax: 1e6 }] })
  siege.say({ kind: 'confirm', items: places.map(seq => ({ log, seq })) })
  for (let round = 0; round < 5; round++) {
    if (secrets > 0) replica.write(secret, 3)
    replica.write(open)
    replicator.confirm(log, 30)
    replicator.flush()
    siege.world.pass(2_000)
    siege.say(
      { kind: 'probe', summary: nothing, pull: true },
      { kind: 'want', items: [{ log, from: 0, bytesMax: 1 }] },
    )
  }
  replicator.accessChanged()
  siege.world.pass(10_000)
  expect(siege.isConnected).toBe(true)
  return siege.heard
}

test('[R3] a member without a grant that asks for everything hears what it would if there were nothing', () => {
  const heard = curiosity(20)
  expect(heard.length).toBeGreaterThan(50)
  expect(heard).toEqual(curiosity(0))
  const told = heard.flatMap(message => (message.kind === 'heads' ? message.lists : []))
  expect(new Set(told.flatMap(({ items }) => items.map(({ scope }) => scope)))).toEqual(
    new Set([testScope(1)]),
  )
})

test('[R3] who offers a log that it may not hold, and that is here, is asked for it once', () => {
  const siege = new Siege(replica => {
    replica.holders = node => node !== ENEMY
    replica.write(testScope(2), 4)
  })
  const [head] = siege.honest.replica.heads()
  if (head === undefined) throw new Error('a head')
  const entries = siege.honest.replica.readRun(head.log, 0, 1_000_000)
  const lists = [
    { prefix: '0'.repeat(32), complete: false, items: [] },
    { prefix: '', complete: false, items: [head] },
  ]
  const wants = () => siege.heard.filter(({ kind }) => kind === 'want').length
  siege.say(hello, { kind: 'heads', tree: 'push', lists })
  expect(wants()).toBe(1)
  siege.say({ kind: 'page', log: head.log, from: 0, more: false, entries })
  siege.say({ kind: 'heads', tree: 'push', lists })
  siege.world.pass(6_000)
  expect(wants()).toBe(1)
  // A grant that was on its way: what the peer has more of that log is asked for at once.
  siege.honest.replica.holders = () => true
  siege.world.accessChanged()
  const further = { ...head, seq: head.seq + 1, hash: 'ee'.repeat(32) as never }
  siege.say({ kind: 'heads', tree: 'push', lists: [{ prefix: '', complete: false, items: [further] }] })
  expect(wants()).toBe(2)
})

test('[R7] one that names entries nobody has is asked a few times, and others go on', () => {
  const siege = new Siege(replica => {
    replica.refuse = () => ({ code: 'gap', reason: 'names a membership entry that is not here' })
  })
  const ref = { scope: testScope(2), node: ENEMY, incarnation: 0 }
  const log = logId(ref.scope, ENEMY, 0)
  const entries = entriesAfter(ref, [], 3)
  const lists = [
    { prefix: '0'.repeat(32), complete: false, items: [] },
    { prefix: '', complete: false, items: [{ ...ref, log, seq: 2, hash: 'ee'.repeat(32) as never }] },
  ]
  siege.say(hello)
  let asked = 0
  for (let turn = 0; turn < 300; turn++) {
    siege.say({ kind: 'heads', tree: 'push', lists })
    const wants = siege.heard.filter(({ kind }) => kind === 'want').length
    if (wants > asked) siege.say({ kind: 'page', log, from: 0, more: false, entries })
    asked = wants
    siege.world.pass(100)
  }
  expect(asked).toBe(5)
  expect(siege.isConnected).toBe(true)
})

test('[X10] garbage in gossip ends the connection with who handed it on', () => {
  const siege = new Siege()
  siege.say(hello)
  siege.transport.publish(new Uint8Array(50).fill(1))
  siege.world.settle()
  expect(siege.refusal).toBe('malformed')
})
