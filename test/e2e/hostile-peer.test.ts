import { connect, createServer, type Socket } from 'node:net'
import {
  DEFAULT_SCOPE,
  type Entry,
  type EntryHash,
  logId,
  type MeshId,
  type NodeId,
  scopeId,
  sha256,
  utf8,
} from '@folkmoot/core'
import { type Client, connectSocket } from '@folkmoot/gateway/client'
import { openLibp2pTransport } from '@folkmoot/sync'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { changeBy, HandLog, type HandLogOptions, randomHash } from '../support/hand-log.ts'
import { HostilePeer } from '../support/hostile-peer.ts'
import { Bench, type RunningNode, until } from '../support/moot.ts'

// Goal: a member that lies, breaks the protocol or says nothing at all costs a node nothing but a line in `moot doctor`.
// Method: two honest nodes as processes of their own; the third member is this test, on the real transport, with an
// admission that was really given. After each attack the victim answers, has what it had, and still agrees with the other.
// The mesh is in clear, so that the enemy can say what it likes and get as far as any check of what it said.

vi.setConfig({ testTimeout: 60_000 })

const bench = new Bench()
let victim: RunningNode
let honest: RunningNode
let client: Client
let witness: Client
const hostile: HostilePeer[] = []
let written = 0

beforeAll(async () => {
  victim = await bench.up(bench.path('victim'), '--name', 'victim', '--clear')
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
async function enemy(name: string, wishes: Parameters<typeof invited>[0] = {}): Promise<HostilePeer> {
  const peer = await HostilePeer.admitted(name, await invited(wishes), victim.ready.multiaddrs)
  hostile.push(peer)
  return peer
}

async function invited(wishes: { readonly agent?: string; readonly reads?: string }): Promise<string> {
  const { agent = 'spy', reads } = wishes
  const permissions =
    reads === undefined ? {} : { permissions: [{ scope: reads, rights: ['read' as const] }] }
  return (await client.call('invite', { agent, ...permissions })).ticket
}

/** A log of that member with a memory in it. */
function logOf(
  { member }: HostilePeer,
  options: Pick<HandLogOptions, 'from' | 'authority' | 'incarnation'> = {},
) {
  const log = new HandLog(member.mesh, member.name, {
    from: Date.now() - 60_000,
    authority: member.authority,
    ...options,
  })
  const say = (content: string) =>
    log.next(changeBy(log, [['put', 'content', content]], { salt: saltOf(content) }))
  return { log, opening: log.open(), say }
}

const saltOf = (text: string) => sha256(utf8(text)).subarray(0, 16)
const signed = (log: HandLog, ...entries: readonly Entry[]) => log.run(...entries)
const last = (entries: readonly Entry[]) => entries.at(-1) as Entry
const valuesAt = async (of: Client) => (await of.call('list', { limit: 1000 })).map(({ value }) => value)
const isThere = async (of: Client, value: string) => (await valuesAt(of)).includes(value)
/** What of a member's entries does not count at a node, and why. */
const uncountedOf = async (of: Client, node: NodeId) =>
  (await of.call('verify', {})).uncounted.filter(one => one.node === node)

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

test.each<readonly [what: string, code: string, attack: (peer: HostilePeer) => void]>([
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
    peer => {
      peer.hello()
      const { log, opening } = logOf(peer)
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
  attack(peer)
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
    why: RegExp,
    forge: (log: HandLog, entries: readonly Entry[]) => ReturnType<HandLog['run']>[],
  ]
>([
  [
    'a signature over something else',
    'forged',
    /not signed by/,
    (log, entries) => [
      signed(log, ...entries).map(bytes =>
        bytes.signature === null ? bytes : { ...bytes, signature: new Uint8Array(64).fill(7) },
      ),
    ],
  ],
  [
    'the signature of another member',
    'forged',
    /not signed by/,
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
    /payload/,
    (log, entries) => [
      signed(log, ...entries).map((bytes, i) =>
        i === 1 ? { ...bytes, payload: new Uint8Array(50) } : bytes,
      ),
    ],
  ],
  [
    'entries in reverse order',
    'gap',
    /does not follow/,
    (log, entries) => [[...entries].reverse().map(entry => log.signed(entry))],
  ],
  [
    'entries with one left out',
    'gap',
    /does not follow/,
    (log, entries) => [signed(log, ...entries.filter((_, i) => i !== 1))],
  ],
])('%s is refused as %s', async (what, code, why, forge) => {
  const peer = await enemy(what)
  const root = await rootOf(client)
  const { log, opening, say } = logOf(peer)
  const entries = [opening, say('one'), say('two')]
  peer.hello()
  peer.offer(last(entries), ...forge(log, entries))
  expect((await refusalOf(peer, code)).reason).toMatch(why)
  await expectUnharmed(root)
})

/** Who wrote it is judged by what its author says it knew of the mesh. */
test.each<readonly [what: string, code: string, why: RegExp, authority: (mesh: MeshId) => string[]]>([
  ['no membership entry', 'not-admitted', /no member by what it knew/, () => []],
  ['only the genesis', 'not-admitted', /no member by what it knew/, mesh => [mesh]],
  ['a membership entry that nobody has', 'gap', /not here yet/, () => [randomHash('made up')]],
])('an author that names %s is refused as %s', async (what, code, why, authority) => {
  const peer = await enemy(what)
  const root = await rootOf(client)
  const { log, opening, say } = logOf(peer, { authority: authority(peer.mesh) as EntryHash[] })
  const entries = [opening, say('I was never let in')]
  peer.hello()
  peer.offer(last(entries), log.run(...entries))
  expect((await refusalOf(peer, code)).reason).toMatch(why)
  await expectUnharmed(root)
})

test('an entry from the future is refused as clock', async () => {
  const peer = await enemy('future')
  const root = await rootOf(client)
  const { log, opening } = logOf(peer, { from: Date.now() + 3_600_000 })
  peer.hello()
  peer.offer(opening, log.run(opening))
  expect((await refusalOf(peer, 'clock')).reason).toMatch(/in the future/)
  await expectUnharmed(root)
})

test('pages and entries over their limits end the connection', async () => {
  for (const [name, payload] of [
    ['entry', 900_000],
    ['page', 40],
  ] as const) {
    const peer = await enemy(`large ${name}`)
    const root = await rootOf(client)
    const { log, opening } = logOf(peer)
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
  const { log, opening, say } = logOf(peer)
  const run = log.run(opening, say('one'), say('two'))
  const next = say('three')
  peer.hello()
  peer.offer(last([opening, next]), run)
  await until(() => isThere(client, 'two'))
  const root = await rootOf(client)
  // The same run in place of its continuation, by gossip, and in pieces.
  peer.offer(next, run)
  await until(() => peer.publish([run, run]))
  await expectUnharmed(root)
  expect((await valuesAt(client)).filter(value => value === 'one' || value === 'two')).toHaveLength(2)
})

test('payloads that are no change are kept apart, and explained', async () => {
  const peer = await enemy('payload')
  const root = await rootOf(client)
  const { log, opening } = logOf(peer)
  const rubbish = [
    // An Automerge change as Automerge itself would take it: magic bytes, checksum, type, length.
    Uint8Array.from([0x85, 0x6f, 0x4a, 0x83, 1, 2, 3, 4, 1, 2, 0xff, 0xff]),
    new Uint8Array(0),
    new Uint8Array(5_000).fill(0x9f),
    utf8('{"type":"change"}'),
  ].map(payload => log.next(payload))
  peer.hello()
  peer.offer(last(rubbish), log.run(opening, ...rubbish))
  await until(async () => (await uncountedOf(client, peer.node)).length === rubbish.length)
  for (const one of await uncountedOf(client, peer.node)) {
    expect(one).toMatchObject({ status: 'rejected', name: 'payload', reason: expect.stringMatching(/./) })
  }
  const { findings } = await client.call('doctor', {})
  expect(findings.filter(({ what }) => /by payload (is|are) rejected/.test(what))).not.toEqual([])
  await expectUnharmed(root)
  expect(await client.call('verify', {})).toMatchObject({ valid: true })
})

/** Two histories of one member's log that part after what both say. */
function twoFaces(peer: HostilePeer) {
  const from = Date.now() - 60_000
  const [one, two] = [logOf(peer, { from }), logOf(peer, { from })]
  const [said] = [one, two].map(({ say }) => say(`common of ${peer.member.name}`)) as [Entry, Entry]
  const common = one.log.run(one.opening, said)
  const [yes, no] = [one.say('yes'), two.say('no')]
  const whole = two.log.run(two.opening, said, no)
  return { common, head: said, yes, no, whole, one: one.log, two: two.log }
}

async function expectEndedAtFork(peer: HostilePeer): Promise<void> {
  const { name } = peer.member
  for (const of of [client, witness]) {
    await until(async () => !(await isThere(of, 'yes')) && !(await isThere(of, 'no')))
    expect(await valuesAt(of)).toContain(`common of ${name}`)
    const { findings } = await of.call('doctor', {})
    expect(findings).toContainEqual(
      expect.objectContaining({
        what: `${name} wrote two histories of one log`,
        detail: expect.stringMatching(/counts up to 1;/),
      }),
    )
  }
}

test('two entries at one position: the second is refused, and both nodes end the log where they part', async () => {
  const peer = await enemy('two faces')
  const { common, head, yes, no, whole, one, two } = twoFaces(peer)
  peer.hello()
  peer.offer(head, common)
  await until(() => isThere(client, 'common of two faces'))
  const root = await rootOf(client)
  peer.offer(yes, one.run(yes))
  await until(() => isThere(witness, 'yes'))
  // Asked where the two part, it shows the whole of the other.
  peer.offer(no, two.run(no), whole)
  expect((await refusalOf(peer, 'equivocation')).reason).toMatch(/two entries|forked/)
  await expectEndedAtFork(peer)
  expect((await client.call('doctor', {})).ok).toBe(false)
  for (const of of [client, witness]) {
    expect(await uncountedOf(of, peer.node)).toMatchObject([
      { status: 'cut', seq: 2, reason: expect.stringMatching(/two histories/) },
    ])
  }
  // Neither history goes on, whoever brings it.
  const later = one.next(changeBy(one, [['put', 'content', 'and yes again']]))
  const accomplice = await enemy('friend of two faces')
  accomplice.hello()
  accomplice.offer(later, one.run(yes, later))
  expect((await refusalOf(accomplice, 'cut')).reason).toMatch(/two histories/)
  await expectUnharmed(root)
})

test('two nodes that are told different things find out from each other', async () => {
  const peer = await enemy('two mouths')
  const { common, head, yes, no, whole, one, two } = twoFaces(peer)
  const other = await HostilePeer.connected(peer.member, honest.ready.node as NodeId, honest.ready.multiaddrs)
  hostile.push(other)
  for (const mouth of [peer, other]) mouth.hello()
  peer.offer(head, common)
  await until(() => isThere(witness, 'common of two mouths'))
  const root = await rootOf(client)
  peer.offer(yes, one.run(yes))
  other.offer(no, two.run(no), whole)
  const isTold = async (of: Client) =>
    (await of.call('doctor', {})).findings.some(({ what }) => what.startsWith('two mouths wrote two'))
  await until(async () => (await isTold(client)) && (await isTold(witness)))
  await expectEndedAtFork(peer)
  await expectUnharmed(root)
})

test('a peer that announces and never sends keeps nobody waiting', async () => {
  const peer = await enemy('stalls')
  const root = await rootOf(client)
  const { opening, say } = logOf(peer)
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

test('a member without a grant that asks for everything is told nothing of the scope', async () => {
  const scope = scopeId(victim.ready.mesh as MeshId, DEFAULT_SCOPE)
  const nodes = [victim, honest].map(({ ready }) => ready.node as NodeId)
  const logs = nodes.map(node => logId(scope, node, 0))
  const nowhere = logId(scope, nodes[0] as NodeId, 404)
  const reader = await enemy('reader', { agent: 'guest', reads: 'app=elsewhere' })
  const spy = await enemy('one who may')
  for (const peer of [reader, spy]) peer.hello()
  await Promise.all([reader, spy].map(peer => peer.askForAll([...logs, nowhere])))
  // What is written now is not passed on either.
  await client.call('remember', { value: 'not for guests', key: 'while it listens' })
  await agree()
  await reader.askForAll([...logs, nowhere])
  for (const log of logs) {
    expect(spy.toldOf).toContain(log)
    expect(spy.pageOf(log)).not.toEqual([])
    expect(reader.toldOf).not.toContain(log)
    expect(reader.pageOf(log)).toEqual(reader.pageOf(nowhere))
  }
  expect(reader.pageOf(nowhere)).toEqual([])
  expect(reader.isConnected).toBe(true)
  await expectUnharmed(await rootOf(client))
})

test('a member without a grant that writes counts nowhere, and verify says why', async () => {
  const peer = await enemy('writer', { agent: 'guest', reads: 'app=elsewhere' })
  const root = await rootOf(client)
  const { log, opening, say } = logOf(peer)
  const said = say('what I may not say')
  peer.hello()
  peer.offer(said, log.run(opening, said))
  for (const of of [client, witness]) {
    await until(async () => (await uncountedOf(of, peer.node)).length === 2)
    const [first, second] = await uncountedOf(of, peer.node)
    expect(first).toMatchObject({
      seq: 0,
      name: 'writer',
      reason: expect.stringMatching(/no right .*app=default/),
    })
    expect(second).toMatchObject({ seq: 1, status: 'rejected' })
    expect(await isThere(of, 'what I may not say')).toBe(false)
  }
  await expectUnharmed(root)
})

test('a removed member that keeps writing counts nowhere, whoever passes it on', async () => {
  const peer = await enemy('removed')
  const { log, opening, say } = logOf(peer)
  const before = say('said before')
  peer.hello()
  peer.offer(before, log.run(opening, before))
  await until(() => isThere(witness, 'said before'))
  const root = await rootOf(client)
  await Promise.all([witness.close(), honest.stop()])
  const { member } = peer
  const [removed] = await client.call('revoke', { to: peer.node, reason: 'stolen' })
  expect(removed?.cut).toMatchObject([{ scope: DEFAULT_SCOPE, seq: 1 }])
  await until(() => !peer.isConnected)
  await peer.close()

  // An accomplice that is a member still brings what it wrote since, to the node that knows.
  const later = say('said too late')
  const accomplice = await enemy('accomplice')
  accomplice.hello()
  accomplice.offer(later, log.run(later))
  expect((await refusalOf(accomplice, 'cut')).reason).toMatch(/removed: stolen/)
  expect(await rootOf(client)).toBe(root)

  // It says that it knew of its own removal.
  const informed = logOf(peer, { authority: accomplice.member.authority, incarnation: 1 })
  const late = [informed.opening, informed.say('I am still here')]
  accomplice.offer(last(late), informed.log.run(...late))
  expect((await refusalOf(accomplice, 'not-admitted')).reason).toMatch(/no member by what it knew/)
  expect(await rootOf(client)).toBe(root)

  // The other node has not heard of it, and takes what it is told, until it hears.
  await Promise.all([client.close(), victim.stop()])
  honest = await bench.up(honest.dir)
  witness = await open(honest)
  const again = await HostilePeer.connected(member, honest.ready.node as NodeId, honest.ready.multiaddrs)
  hostile.push(again)
  again.hello()
  again.offer(later, log.run(later))
  await until(() => isThere(witness, 'said too late'))
  victim = await bench.up(victim.dir)
  client = await open(victim)
  await until(async () => !(await isThere(witness, 'said too late')))
  await until(() => !again.isConnected)
  expect(await isThere(witness, 'said before')).toBe(true)
  expect(await uncountedOf(witness, peer.node)).toMatchObject([
    { status: 'cut', seq: 2, name: 'removed', scope: DEFAULT_SCOPE },
  ])
  const { out } = await bench.run(['verify', '--dir', honest.dir])
  expect(out).toMatch(/1 entry by removed \(spy\): cut, .*removed: stolen/)
  expect(await uncountedOf(client, peer.node)).toEqual([])
  await expectUnharmed(root)
})

test('after all of it both nodes verify, and the command says what happened', async () => {
  for (const of of [client, witness]) expect(await of.call('verify', {})).toMatchObject({ valid: true })
  const { code, out, err } = await bench.run(['doctor', '--dir', victim.dir])
  expect([code, err]).toEqual([1, 'moot: there are problems\n'])
  for (const word of ['forged', 'malformed', 'version', 'equivocation', 'two histories', 'BECAUSE'])
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
