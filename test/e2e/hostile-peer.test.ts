import { connect, createServer, type Socket } from 'node:net'
import { type Entry, type MeshId, sha256, utf8 } from '@folkmoot/core'
import { type Client, connectSocket } from '@folkmoot/gateway/client'
import { openLibp2pTransport } from '@folkmoot/sync'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { changeBy, HandLog } from '../support/hand-log.ts'
import { HostilePeer } from '../support/hostile-peer.ts'
import { Bench, type RunningNode, until } from '../support/moot.ts'

// Goal: a member that lies, breaks the protocol or says nothing at all costs a node nothing but a line in `moot doctor`.
// Method: two honest nodes as processes of their own; the third member is this test, on the real transport, with an
// admission that was really given. After each attack the victim answers, has what it had, and still agrees with the other.

const bench = new Bench()
let victim: RunningNode
let honest: RunningNode
let client: Client
let witness: Client
const hostile: HostilePeer[] = []
let written = 0

beforeAll(async () => {
  victim = await bench.up(bench.path('victim'), '--name', 'victim')
  client = await open(victim)
  const { ticket } = await client.call('invite', {})
  honest = await bench.up(bench.path('honest'), '--name', 'honest', '--join', ticket)
  witness = await open(honest)
  await client.call('remember', { value: 'kept', key: 'k' })
  await agree()
}, 60_000)

afterEach(async () => {
  await Promise.all(hostile.splice(0).map(peer => peer.close()))
})

afterAll(async () => {
  await Promise.all([client?.close(), witness?.close()])
  await bench.close()
})

async function open(node: RunningNode): Promise<Client> {
  const opened = await connectSocket(node.dir)
  if (opened === undefined) throw new Error(`${node.dir} does not answer`)
  return opened
}

const rootOf = async (of: Client) => (await of.call('state', {})).root
const agree = () => until(async () => (await rootOf(client)) === (await rootOf(witness)))

/** A member with a key of its own: who was cut off once is not let in again for a while. */
async function enemy(name: string): Promise<HostilePeer> {
  const { ticket } = await client.call('invite', { agent: 'spy' })
  const peer = await HostilePeer.admitted(name, ticket, victim.ready.multiaddrs)
  hostile.push(peer)
  return peer
}

/** A log of that member with a memory in it. */
function logOf(peer: HostilePeer, name: string, from = Date.now() - 60_000) {
  const log = new HandLog(peer.mesh, name, { from })
  const say = (content: string) =>
    log.next(changeBy(log, [['put', 'content', content]], { salt: saltOf(content) }))
  return { log, opening: log.open(), say }
}

const saltOf = (text: string) => sha256(utf8(text)).subarray(0, 16)
const signed = (log: HandLog, ...entries: readonly Entry[]) => log.run(...entries)
const last = (entries: readonly Entry[]) => entries.at(-1) as Entry

/** The victim is up, has what it had, and hears the honest node. */
async function expectUnharmed(root: string): Promise<void> {
  expect(await rootOf(client)).toBe(root)
  expect(await client.call('status', {})).toMatchObject({ name: 'victim', conflicts: 0 })
  const key = `after ${++written}`
  await witness.call('remember', { value: 'the others go on', key })
  await agree()
  expect(await client.call('get', { id: key })).toMatchObject({ value: 'the others go on' })
  expect(await client.call('get', { id: 'k' })).toMatchObject({ value: 'kept' })
}

/** What `moot doctor` says of a peer, once it does. */
async function refusalOf(peer: HostilePeer, code: string): Promise<{ readonly reason: string }> {
  const find = async () => {
    const { refusals } = await client.call('doctor', {})
    return refusals.find(refusal => refusal.from === peer.node && refusal.code === code)
  }
  await until(async () => (await find()) !== undefined)
  return (await find()) ?? { reason: '' }
}

test.each<readonly [what: string, code: string, attack: (peer: HostilePeer, name: string) => void]>([
  ['garbage instead of a greeting', 'malformed', peer => void peer.say(new Uint8Array(100).fill(0xff))],
  [
    'garbage after a greeting',
    'malformed',
    peer => {
      peer.hello()
      peer.say(new Uint8Array([0x84, 0x05, 0xff]))
    },
  ],
  ['another protocol version', 'version', peer => peer.helloOfVersion(99)],
  ['the greeting of another mesh', 'mesh', peer => peer.hello({ mesh: 'ab'.repeat(32) as MeshId })],
  [
    'a page that nobody asked for',
    'unasked',
    (peer, name) => {
      peer.hello()
      const { log, opening } = logOf(peer, name)
      peer.say({ kind: 'page', log: opening.log, from: 0, more: false, entries: signed(log, opening) })
    },
  ],
  [
    'a flood of small messages',
    'flood',
    peer => {
      peer.hello()
      for (let i = 0; i < 6_000; i++) peer.say({ kind: 'inSync', root: '00'.repeat(16) as never })
    },
  ],
])('%s: disconnected as %s', async (what, code, attack) => {
  const peer = await enemy(what)
  const root = await rootOf(client)
  attack(peer, what)
  await until(() => !peer.isConnected)
  expect((await refusalOf(peer, code)).reason).toMatch(/^disconnected: /)
  await expectUnharmed(root)
})

test('a frame larger than any is cut off before it is read', async () => {
  const peer = await enemy('frame')
  const root = await rootOf(client)
  peer.hello()
  peer.say(new Uint8Array(4 * 1024 * 1024))
  await until(() => !peer.isConnected)
  await expectUnharmed(root)
})

/** Each answers the victim's question for a log with something that is not that log. */
test.each<
  readonly [
    what: string,
    code: string,
    forge: (log: HandLog, entries: readonly Entry[]) => ReturnType<HandLog['run']>[],
  ]
>([
  [
    'a signature over something else',
    'forged',
    (log, entries) => [
      signed(log, ...entries).map(bytes =>
        bytes.signature === null ? bytes : { ...bytes, signature: new Uint8Array(64).fill(7) },
      ),
    ],
  ],
  [
    'the signature of another member',
    'forged',
    (log, entries) => [
      signed(log, ...entries).map(bytes =>
        bytes.signature === null
          ? bytes
          : { ...bytes, signature: new HandLog(log.mesh, 'somebody else').signed(last(entries)).signature },
      ),
    ],
  ],
  [
    'a payload that is not the one that was hashed',
    'malformed',
    (log, entries) => [
      signed(log, ...entries).map((bytes, i) =>
        i === 1 ? { ...bytes, payload: new Uint8Array(50) } : bytes,
      ),
    ],
  ],
  [
    'entries in reverse order',
    'gap',
    (log, entries) => [[...entries].reverse().map(entry => log.signed(entry))],
  ],
  ['entries with one left out', 'gap', (log, entries) => [signed(log, ...entries.filter((_, i) => i !== 1))]],
])('%s is refused as %s', async (what, code, forge) => {
  const peer = await enemy(what)
  const root = await rootOf(client)
  const { log, opening, say } = logOf(peer, what)
  const entries = [opening, say('one'), say('two')]
  peer.hello()
  peer.offer(last(entries), ...forge(log, entries))
  expect((await refusalOf(peer, code)).reason).not.toBe('')
  await expectUnharmed(root)
})

test('an entry from the future is refused as clock', async () => {
  const peer = await enemy('future')
  const root = await rootOf(client)
  const { log, opening } = logOf(peer, 'future', Date.now() + 3_600_000)
  peer.hello()
  peer.offer(opening, log.run(opening))
  expect((await refusalOf(peer, 'clock')).reason).toMatch(/in the future/)
  await expectUnharmed(root)
})

test('pages and entries over their limits end the connection', async () => {
  for (const [name, payload] of [
    ['entry', 90_000],
    ['page', 40],
  ] as const) {
    const peer = await enemy(`large ${name}`)
    const root = await rootOf(client)
    const { log, opening } = logOf(peer, `large ${name}`)
    const many = Array.from({ length: name === 'page' ? 1_100 : 1 }, () => log.next(new Uint8Array(payload)))
    peer.hello()
    peer.offer(last(many), log.run(opening, ...many))
    await until(() => !peer.isConnected)
    await refusalOf(peer, 'malformed')
    await expectUnharmed(root)
  }
})

test('what was said once counts once, however often and in whatever way it comes again', async () => {
  const peer = await enemy('replay')
  const { log, opening, say } = logOf(peer, 'replay')
  const run = log.run(opening, say('one'), say('two'))
  const next = say('three')
  peer.hello()
  peer.offer(last([opening, next]), run)
  const values = async () => (await client.call('list', { limit: 1000 })).map(({ value }) => value)
  await until(async () => (await values()).includes('two'))
  const root = await rootOf(client)
  // The same run in place of its continuation, by gossip, and in pieces.
  peer.offer(next, run)
  await until(() => peer.publish([run, run]))
  await expectUnharmed(root)
  expect((await values()).filter(value => value === 'one' || value === 'two')).toHaveLength(2)
})

test('payloads that are no change are kept apart, and explained', async () => {
  const peer = await enemy('payload')
  const root = await rootOf(client)
  const { log, opening } = logOf(peer, 'payload')
  const rubbish = [
    // An Automerge change as Automerge itself would take it: magic bytes, checksum, type, length.
    Uint8Array.from([0x85, 0x6f, 0x4a, 0x83, 1, 2, 3, 4, 1, 2, 0xff, 0xff]),
    new Uint8Array(0),
    new Uint8Array(5_000).fill(0x9f),
    utf8('{"type":"change"}'),
  ].map(payload => log.next(payload))
  peer.hello()
  peer.offer(last(rubbish), log.run(opening, ...rubbish))
  const explained = async () =>
    (await client.call('doctor', {})).findings.filter(({ what }) => what.includes(peer.node))
  await until(async () => (await explained()).length === rubbish.length)
  for (const { what } of await explained()) expect(what).toMatch(/rejected/)
  await expectUnharmed(root)
  expect(await client.call('verify', {})).toMatchObject({ valid: true })
})

test('two entries at one position: the first counts, the second is a problem that doctor names', async () => {
  const peer = await enemy('two faces')
  const one = logOf(peer, 'two faces')
  const two = logOf(peer, 'two faces')
  const [said, saidToo] = [one.say('yes'), two.say('no')]
  peer.hello()
  peer.offer(said, one.log.run(one.opening, said))
  const values = async () => (await client.call('list', { limit: 1000 })).map(({ value }) => value)
  await until(async () => (await values()).includes('yes'))
  const root = await rootOf(client)
  peer.offer(saidToo, two.log.run(two.opening, saidToo))
  expect((await refusalOf(peer, 'equivocation')).reason).toMatch(/two entries|forked/)
  const report = await client.call('doctor', {})
  expect(report.ok).toBe(false)
  expect(report.findings).toContainEqual(expect.objectContaining({ level: 'problem' }))
  await expectUnharmed(root)
  expect(await values()).not.toContain('no')
})

test('a peer that announces and never sends keeps nobody waiting', async () => {
  const peer = await enemy('stalls')
  const root = await rootOf(client)
  const { opening, say } = logOf(peer, 'stalls')
  peer.hello()
  peer.offer(last([opening, say('never sent')]))
  await until(() => peer.wants() > 0)
  await expectUnharmed(root)
  expect(peer.isConnected).toBe(true)
})

test('a name that drives a terminal is printed harmless', async () => {
  await enemy('\u001b[2J\u0007 spy')
  await until(async () => (await witness.call('peers', {})).some(({ name }) => name.includes('spy')))
  for (const command of ['peers', 'doctor', 'status']) {
    const { out } = await bench.run([command, '--dir', victim.dir])
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
    expect(out).not.toMatch(/[\x07\x1b]/)
  }
})

test('a stranger is not let in, however often it comes', async () => {
  const root = await rootOf(client)
  const door = await countingDoor(Number(/tcp\/(\d+)/.exec(victim.ready.multiaddrs[0] ?? '')?.[1]))
  const options = { listen: ['/ip4/127.0.0.1/tcp/0'], isMember: () => true, accepts: () => true }
  const mesh = victim.ready.mesh as MeshId
  const stranger = await openLibp2pTransport({ ...options, mesh, seed: sha256(utf8('stranger')) })
  let connected = 0
  const handler = { disconnected() {}, received() {}, gossiped() {}, drained() {} }
  await stranger.start({ ...handler, connected: () => void connected++ })
  try {
    stranger.dial(victim.ready.node as typeof stranger.node, [door.multiaddr])
    await until(() => door.closed >= 2)
    expect(connected).toBe(0)
  } finally {
    await stranger.stop()
    await door.close()
  }
  const peers = await client.call('peers', {})
  expect(peers.some(({ node }) => node === stranger.node)).toBe(false)
  await expectUnharmed(root)
})

test('after all of it both nodes verify, and the command says what happened', async () => {
  for (const of of [client, witness]) expect(await of.call('verify', {})).toMatchObject({ valid: true })
  const { code, out, err } = await bench.run(['doctor', '--dir', victim.dir])
  expect([code, err]).toEqual([1, 'moot: there are problems\n'])
  for (const word of ['forged', 'malformed', 'version', 'equivocation', 'BECAUSE'])
    expect(out).toContain(word)
  expect(await victim.stop()).toBe(0)
  expect(victim.err).toBe('')
  expect(await honest.stop()).toBe(0)
  expect(honest.err).toBe('')
})

/** A door before a port that counts who left: how a test knows that a stranger has been turned away. */
async function countingDoor(port: number) {
  const sockets = new Set<Socket>()
  const counts = { closed: 0 }
  const server = createServer(near => {
    const far = connect(port, '127.0.0.1')
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {})
    }
    near.pipe(far).pipe(near)
    far.once('close', () => {
      counts.closed++
      near.destroy()
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port: own } = server.address() as { port: number }
  return {
    multiaddr: `/ip4/127.0.0.1/tcp/${own}`,
    get closed() {
      return counts.closed
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
