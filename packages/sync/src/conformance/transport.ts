/** What every transport keeps, by the rules of transport.ts. Takes the test runner, so that nothing here imports one. */
import { assert, equalBytes, type NodeId, utf8 } from '@folkmoot/core'
import type { Transport, TransportHandler } from '../transport.ts'

export interface TestRunner {
  test(name: string, body: () => Promise<void>): void
}

export interface TransportUnderTest {
  readonly node: NodeId
  readonly transport: Transport
  addresses(): readonly string[]
}

/** Makes transports, not started, of nodes that are members of one mesh. */
export type OpenTransports = (count: number) => Promise<readonly TransportUnderTest[]>

const WAIT_MS = 10_000
const MEGABYTE = 1024 * 1024

export function transportConformance({ test }: TestRunner, open: OpenTransports): void {
  const scenario = (name: string, count: number, body: (ends: readonly End[]) => Promise<void>) => {
    test(name, async () => {
      const ends = (await open(count)).map(under => new End(under))
      try {
        for (const end of ends) await end.under.transport.start(end.handler)
        await body(ends)
      } finally {
        await Promise.all(ends.map(end => end.under.transport.stop()))
      }
    })
  }

  scenario('[T1] messages arrive whole, in order and in both directions', 2, async ends => {
    const [a, b] = await connected(ends)
    for (let index = 0; index < 200; index++) {
      a.sendTo(b, utf8(`a${index}`))
      b.sendTo(a, new Uint8Array(1 + index * 37).fill(index))
    }
    await until(() => b.received.length === 200 && a.received.length === 200, 'all messages')
    assert(
      b.received.every((bytes, index) => equalBytes(bytes, utf8(`a${index}`))),
      'b in order',
    )
    assert(
      a.received.every((bytes, index) => bytes.length === 1 + index * 37 && bytes[0] === index),
      'a in order',
    )
  })

  scenario('[T1] a message of a megabyte', 2, async ends => {
    const [a, b] = await connected(ends)
    const page = Uint8Array.from({ length: MEGABYTE }, (_, index) => index % 251)
    a.sendTo(b, page)
    await until(() => b.received.length === 1, 'the page')
    assert(equalBytes(b.received[0] ?? new Uint8Array(), page), 'the same bytes')
  })

  scenario('[T2] each end is told once of the connection and once of its end', 2, async ends => {
    const [a, b] = await connected(ends)
    a.under.transport.dial(b.under.node, b.under.addresses())
    b.under.transport.disconnect(a.under.node)
    await until(() => a.events.includes('disconnected') && b.events.includes('disconnected'), 'both ends')
    assert(a.events.filter(event => event === 'disconnected').length === 1, 'a once')
    assert(b.events.join() === 'connected,disconnected', 'b once')
  })

  scenario('[T3] a sender that is too fast is told so, and told when to go on', 2, async ends => {
    const [a, b] = await connected(ends)
    const page = new Uint8Array(256 * 1024)
    let sent = 0
    while (sent < 200 && a.under.transport.send(b.under.node, page)) sent++
    assert(sent < 200, 'send says no at last')
    await until(() => a.events.includes('drained'), 'drained')
    assert(a.under.transport.send(b.under.node, page), 'there is room again')
    await until(() => b.received.length === sent + 1, 'what was taken is delivered')
  })

  scenario('[T3] nothing is taken for a peer that is not connected', 2, async ([a, b]) => {
    if (a === undefined || b === undefined) return
    assert(!a.under.transport.send(b.under.node, utf8('x')), 'refused')
  })

  scenario('[T4] handlers run outside of calls', 2, async ends => {
    const [a, b] = await connected(ends)
    let inside = true
    b.onReceived = () => assert(!inside, 'not inside send')
    a.sendTo(b, utf8('x'))
    a.under.transport.publish(utf8('x'))
    inside = false
    await until(() => b.received.length === 1, 'the message')
  })

  scenario('[T5] what is published reaches every member', 4, async ends => {
    const [first, ...others] = ends
    assert(first !== undefined, 'a first end')
    for (const { under } of others) first.under.transport.dial(under.node, under.addresses())
    await until(() => first.events.length === others.length, 'connections')
    await until(() => {
      first.under.transport.publish(utf8(`at ${performance.now()}`))
      return others.every(({ gossip }) => gossip.length > 0)
    }, 'gossip')
    assert(first.gossip.length === 0, 'not its author')
  })

  scenario('[T6] both may dial at once: there is one connection', 2, async ([a, b]) => {
    if (a === undefined || b === undefined) return
    a.under.transport.dial(b.under.node, b.under.addresses())
    b.under.transport.dial(a.under.node, a.under.addresses())
    await until(() => a.events.length > 0 && b.events.length > 0, 'a connection')
    a.sendTo(b, utf8('x'))
    b.sendTo(a, utf8('y'))
    await until(() => b.received.length === 1 && a.received.length === 1, 'messages')
    assert(a.events.join() === 'connected' && b.events.join() === 'connected', 'one connection')
  })

  scenario('[T8] a stopped transport is silent', 2, async ends => {
    const [a, b] = await connected(ends)
    await a.under.transport.stop()
    const before = a.events.length
    await until(() => b.events.includes('disconnected'), 'the other end is told')
    assert(!b.under.transport.send(a.under.node, utf8('x')), 'nothing is taken')
    assert(a.events.length === before, 'no handler runs')
  })
}

/** One end, which remembers what it is told. */
class End {
  readonly under: TransportUnderTest
  readonly events: string[] = []
  readonly received: Uint8Array[] = []
  readonly gossip: Uint8Array[] = []
  onReceived: () => void = () => {}
  readonly handler: TransportHandler = {
    connected: () => this.events.push('connected'),
    disconnected: () => this.events.push('disconnected'),
    drained: () => this.events.push('drained'),
    gossiped: (_from, bytes) => this.gossip.push(bytes),
    received: (_peer, bytes) => {
      this.received.push(bytes)
      this.onReceived()
    },
  }

  constructor(under: TransportUnderTest) {
    this.under = under
  }

  sendTo(other: End, bytes: Uint8Array): void {
    assert(this.under.transport.send(other.under.node, bytes), 'send takes the bytes')
  }
}

async function connected([a, b]: readonly End[]): Promise<readonly [End, End]> {
  assert(a !== undefined && b !== undefined, 'two ends')
  a.under.transport.dial(b.under.node, b.under.addresses())
  await until(() => a.events.length === 1 && b.events.length === 1, 'a connection')
  return [a, b]
}

async function until(condition: () => boolean, what: string): Promise<void> {
  for (const end = performance.now() + WAIT_MS; !condition(); ) {
    assert(performance.now() < end, `waited in vain for ${what}`)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}
