/**
 * An admitted member turns hostile. Each test tries one thing that is known to harm a store of Automerge changes that
 * applies what it is given, and shows what happens here instead: the same on every node, and nothing else harmed.
 */
import {
  type Body,
  createVolatileStorage,
  DEFAULT_SCOPE,
  type DocumentId,
  decodeEntry,
  type Entry,
  type EntryBytes,
  type EntryHash,
  encodeCanonical,
  fromHex,
  keyedDocumentId,
  limits,
  newDocumentId,
  nodeKey,
  type Op,
  parseScope,
  rebuild,
  remember,
  scopeId,
  toHex,
  update,
  utf8,
} from '@folkmoot/core'
import { describe, expect, test } from 'vitest'
import {
  changeBy,
  frontierOf,
  HandLog,
  MembershipLog,
  randomHash,
  rowsOf,
  SALT,
  stateOf,
} from '../../../test/support/hand-log.ts'
import {
  deliver,
  ManualClock,
  pull,
  type TestNode,
  testMesh,
  testNode,
  write,
} from '../../../test/support/replicas.ts'

const NOW = 1_700_000_010_000
/** What is written by hand is a little newer than what honest nodes wrote. */
const LATER = NOW + 60_000

/** Two honest nodes and a member who writes by hand. */
function scene() {
  const { mesh, nodes } = testMesh(['ann', 'bob', 'mal'])
  const [ann, bob, mal] = nodes as [TestNode, TestNode, TestNode]
  for (const { clock } of nodes) clock.ms = NOW
  const log = new HandLog(mesh, 'mal', { from: LATER })
  const say = (content: string, key?: string) =>
    write(
      ann,
      remember({ scope: DEFAULT_SCOPE, content, ...(key ? { key } : {}) }, { names: mesh, node: ann.node }),
    )
  /** Hands the same run to both honest nodes. */
  const send = (...entries: readonly Entry[]) => {
    const run = { entries: log.run(...entries) }
    const outcomes = [ann, bob].map(to => deliver(to, run, mal.node))
    expect(outcomes[1]).toEqual(outcomes[0])
    return outcomes[0]
  }
  const statusOf = ({ hash }: Pick<Entry, 'hash'>, at = ann) => at.storage.entries.find(hash)
  return { mesh, ann, bob, mal, log, say, send, statusOf }
}

/** The honest nodes hear each other out and agree, also when they start again from the entries. */
function expectAgreement(...nodes: readonly TestNode[]) {
  for (const to of nodes) for (const from of nodes) if (to !== from) pull(to, from)
  const [first, ...others] = nodes as [TestNode, ...TestNode[]]
  for (const other of others) expect(stateOf(other)).toEqual(stateOf(first))
  const root = first.replica.roots.root()
  rebuild(first.replica)
  expect(first.replica.roots.root()).toBe(root)
}

const AUTOMERGE_CHUNK = '856f4a83'

describe('[B1] bytes of another format are not a body: the entry is kept, says nothing, and does no harm', () => {
  test.each([
    ['an Automerge change', utf8(`${AUTOMERGE_CHUNK} change`)],
    [
      'an Automerge change chunk',
      fromHex(`${AUTOMERGE_CHUNK}00112233011e00040102030401010000000006150a340142025601570170020001`),
    ],
    ['a compressed Automerge chunk', fromHex(`${AUTOMERGE_CHUNK}00112233021d636060606460e06060601014f8`)],
    ['a hundred thousand operations in 64 bytes', fromHex(`${AUTOMERGE_CHUNK}${'7f'.repeat(60)}`)],
    ['nothing', new Uint8Array()],
    ['zeros', new Uint8Array(1000)],
    ['text', utf8('{"type":"open","scope":"app=default"}')],
    ['a nesting bomb', new Uint8Array(60_000).fill(0x81)],
    ['an array said to hold four thousand million items', fromHex('9affffffff')],
    ['a map of unknown type', encodeCanonical({ type: 'root' })],
  ])('%s', (_, payload) => {
    const { ann, bob, log, say, send, statusOf } = scene()
    say('before')
    const [opening, bad] = [log.open(), log.next(payload)]
    const good = log.next(changeBy(log, [['put', 'content', 'after']]))
    expect(send(opening, bad, good)).toEqual({ accepted: 3 })
    expect(statusOf(bad)?.status).toBe('rejected')
    expect(statusOf(good)?.status).toBe('applied')
    expectAgreement(ann, bob)
  })
})

describe('[B3] one entry cannot cause much work', () => {
  test('a hundred thousand operations are over the size of a payload', () => {
    const { ann, log, send } = scene()
    const before = stateOf(ann)
    const ops = Array.from({ length: 100_000 }, (_, i): Op => ['add', 'tags', `t${i}`])
    const payload = encodeCanonical({ ...changeMap(log), ops })
    expect(send(log.open(), log.next(payload))?.refusal?.code).toBe('too-large')
    expect(stateOf(ann)).toEqual(before)
  })

  test('more operations than one change may have say nothing', () => {
    const { ann, bob, log, send, statusOf } = scene()
    const ops = Array.from({ length: limits.OPS_MAX + 1 }, (_, i): Op => ['add', 'tags', `t${i}`])
    const entries = [log.open(), log.next(encodeCanonical({ ...changeMap(log), ops }))]
    expect(send(...entries)).toEqual({ accepted: 2 })
    expect(statusOf(entries[1] as Entry)?.reason).toContain('payload')
    expectAgreement(ann, bob)
  })

  test('the same operation many times is one place written twice, and says nothing', () => {
    const { log, send, statusOf } = scene()
    const ops = Array.from({ length: 100 }, () => ['put', 'content', 'again'])
    const entries = [log.open(), log.next(encodeCanonical({ ...changeMap(log), ops }))]
    send(...entries)
    expect(statusOf(entries[1] as Entry)).toMatchObject({
      status: 'rejected',
      reason: expect.stringContaining('two operations on one place'),
    })
  })
})

/** The map of a change, to be written with fields that encodeBody would refuse. */
function changeMap(log: HandLog) {
  const { scope, node } = log.ref
  const doc = fromHex(newDocumentId(scope, 'record', node, SALT))
  return { type: 'change', doc, deps: [], salt: SALT }
}

describe('[R2] nobody can write as somebody else', () => {
  test("an entry in another node's log does not pass the gate", () => {
    const { ann, bob, mal, log } = scene()
    const before = stateOf(bob)
    const forged = log.next({ type: 'open', scope: DEFAULT_SCOPE }, { node: ann.node })
    const outcome = deliver(bob, { entries: [log.signed(forged)] }, mal.node)
    expect(outcome.refusal?.code).toBe('forged')
    expect(stateOf(bob)).toEqual(before)
  })

  test("a new record with another's id does not count: ids are bound to their author", () => {
    const { ann, bob, log, say, send, statusOf } = scene()
    const id = say('mine').row?.id as DocumentId
    const entries = [log.open(), log.next(changeBy(log, [['put', 'content', 'taken']], { doc: id }))]
    expect(send(...entries)).toEqual({ accepted: 2 })
    expect(statusOf(entries[1] as Entry)?.reason).toBe('the id does not belong to its scope, key or author')
    expect(ann.storage.rows.get(id)?.registers.content).toMatchObject([{ value: 'mine', node: ann.node }])
    expectAgreement(ann, bob)
  })

  test('a keyed record cannot be claimed under another key, first or later', () => {
    const { ann, bob, log, say, send, statusOf } = scene()
    const { row, entry } = say('mine', 'door')
    const doc = row?.id as DocumentId
    const entries = [
      log.open(),
      log.next(changeBy(log, [['put', 'content', 'x']], { doc, key: 'window' })),
      log.next(changeBy(log, [['put', 'content', 'y']], { doc, key: 'window', deps: [entry] })),
    ]
    send(...entries)
    expect(entries.slice(1).map(each => statusOf(each)?.status)).toEqual(['rejected', 'rejected'])
    expect(ann.storage.rows.get(doc)?.key).toBe('door')
    expectAgreement(ann, bob)
  })

  test('an honest record may be changed by any member, under that member`s own name', () => {
    const { ann, bob, mal, log, say, send } = scene()
    const { row, entry } = say('mine')
    const doc = row?.id as DocumentId
    send(log.open(), log.next(changeBy(log, [['put', 'content', 'changed']], { doc, deps: [entry] })))
    expect(ann.storage.rows.get(doc)?.registers.content).toMatchObject([{ value: 'changed', node: mal.node }])
    expectAgreement(ann, bob)
  })

  test.each([
    'change first',
    'record first',
  ])('[R2] a change of the wrong type cannot decide what a document is: %s', order => {
    const { mesh, ann, bob, mal, log, say } = scene()
    const doc = keyedDocumentId(scopeId(mesh, DEFAULT_SCOPE), 'record', 'door')
    const body: Body = { type: 'block', doc, deps: [randomHash('x')], salt: SALT, update: new Uint8Array(2) }
    const poison = { entries: log.run(log.open(), log.next(body)) }
    if (order === 'change first') deliver(ann, poison, mal.node)
    say('open', 'door')
    deliver(ann, poison, mal.node)
    pull(bob, ann)
    deliver(bob, poison, mal.node)
    expect(ann.storage.rows.get(doc)).toMatchObject({
      type: 'record',
      registers: { content: [{ value: 'open' }] },
    })
    expectAgreement(ann, bob)
  })
})

describe('[R4] counters cannot be played with, for they are not in an entry', () => {
  test('a start counter, a sequence number, an actor or predecessors in a body are unknown fields', () => {
    const { log, send, statusOf } = scene()
    const ops = [['put', 'content', 'x']]
    const extras = [
      { startOp: 2 ** 31 },
      { startOp: 2 ** 32 - 2 },
      { seq: 7 },
      { actor: '00' },
      { pred: [] },
      { time: 1e14 },
    ]
    const entries = [
      log.open(),
      ...extras.map(extra => log.next(encodeCanonical({ ...changeMap(log), ops, ...extra }))),
    ]
    expect(send(...entries)).toEqual({ accepted: entries.length })
    expect(entries.slice(1).map(entry => statusOf(entry)?.status)).toEqual(extras.map(() => 'rejected'))
  })

  test('a clock run far ahead in ticks leaves time after it', () => {
    const { ann, bob, log, say, send } = scene()
    const ahead = { at: ann.clock.ms + limits.CLOCK_AHEAD_MS_MAX, tick: limits.TICK_MAX }
    expect(send(log.next({ type: 'open', scope: DEFAULT_SCOPE }, ahead))).toEqual({ accepted: 1 })
    for (const each of [bob, ann]) each.clock.ms += 2
    say('still able to write')
    expectAgreement(ann, bob)
  })

  test.each([Number.MAX_SAFE_INTEGER, limits.TICK_MAX + 1, -1, 1.5])('a tick of %d is refused', tick => {
    const { ann, mal, log } = scene()
    const before = stateOf(ann)
    const { mesh, scope, node } = { mesh: log.mesh, ...log.ref }
    const header = encodeCanonical([
      1,
      fromHex(mesh),
      fromHex(scope),
      nodeKey(node),
      0,
      0,
      new Uint8Array(),
      1_700_000_000_500,
      tick,
      [],
      0,
      0,
      fromHex(randomHash('p')),
    ])
    const outcome = deliver(
      ann,
      { entries: [{ header, signature: new Uint8Array(64), payload: null }] },
      mal.node,
    )
    expect(outcome.refusal?.code).toBe('malformed')
    expect(stateOf(ann)).toEqual(before)
  })
})

describe('[G7] equivocation: two entries at one position', () => {
  test('the second is refused and recorded, the log ends where they part, and others go on', () => {
    const { mesh, ann, bob, mal, log, say } = scene()
    const twin = new HandLog(mesh, 'mal')
    const one = log.run(log.open(), log.next(changeBy(log, [['put', 'content', 'white']])))
    const two = twin.run(twin.open(), twin.next(changeBy(twin, [['put', 'content', 'black']])))
    expect(deliver(ann, { entries: one }, mal.node)).toEqual({ accepted: 2 })
    expect(deliver(ann, { entries: two }, mal.node).refusal?.code).toBe('equivocation')
    expect([...ann.storage.rows.list({ limit: 9 })]).toEqual([])
    const [refusal] = ann.storage.notes.refusals()
    expect(refusal).toMatchObject({
      from: mal.node,
      code: 'equivocation',
      log: decodeEntry(one[0] as EntryBytes).log,
    })

    expect(deliver(bob, { entries: two }, mal.node)).toEqual({ accepted: 2 })
    expect(ann.replica.roots.root()).not.toBe(bob.replica.roots.root())
    pull(bob, ann)
    expect(ann.replica.roots.root()).toBe(bob.replica.roots.root())
    say('others are not held up')
    const [own] = [...ann.replica.heads()].filter(
      head => head.node === ann.node && head.scope === log.ref.scope,
    )
    const entries = own === undefined ? [] : ann.replica.readRun(own.log, 0, 1 << 18)
    expect(deliver(bob, { entries }, ann.node).accepted).toBe(2)
  })

  test('[R4] one author`s two changes of one record that do not know each other: the same one counts everywhere', () => {
    const { ann, bob, mal, log, say } = scene()
    const { row, entry: root } = say('first', 'door')
    const { entry: later } = write(ann, update(row?.id as DocumentId, 'second'))
    const doc = row?.id as DocumentId
    // The first waits where `later` is not known yet; the second never does.
    const waits = log.open()
    const first = log.next(changeBy(log, [['put', 'content', 'a']], { doc, deps: [later] }))
    const second = log.next(changeBy(log, [['put', 'content', 'b']], { doc, deps: [root] }))
    const run = { entries: log.run(waits, first, second) }
    deliver(ann, run, mal.node)
    const [annLog] = [...ann.replica.heads()].filter(
      head => head.node === ann.node && head.scope === log.ref.scope,
    )
    const entries = ann.replica.readRun(annLog?.log ?? log.open().log, 0, 1 << 18)
    const early = entries
      .slice(0, 2)
      .map((bytes, i) => (i === 1 ? (ann.storage.entries.find(root)?.entry.bytes ?? bytes) : bytes))
    expect(deliver(bob, { entries: early }, ann.node)).toEqual({ accepted: 2 })
    deliver(bob, run, mal.node)
    expect(bob.storage.entries.find(first.hash)?.status).toBe('waiting')
    pull(bob, ann)
    for (const at of [ann, bob]) {
      expect(at.storage.entries.find(first.hash)?.status).toBe('applied')
      expect(at.storage.entries.find(second.hash)?.status).toBe('rejected')
    }
    expectAgreement(ann, bob)
  })
})

test('[G6] a gap in a batch refuses that run alone: other work of the batch is done', () => {
  const { mesh, ann, mal, log } = scene()
  const entries = [log.open(), log.next(new Uint8Array([1])), log.next(new Uint8Array([2]))]
  const gapped = log.run(entries[0] as Entry, entries[2] as Entry)
  const codes: (string | undefined)[] = []
  const plan = remember({ scope: DEFAULT_SCOPE, content: 'x' }, { names: mesh, node: ann.node })
  ann.replica.process([
    {
      kind: 'remote',
      run: { entries: gapped },
      from: mal.node,
      done: ({ refusal }) => codes.push(refusal?.code),
    },
    { kind: 'local', ...plan, done: result => codes.push('row' in result ? result.row?.type : result.code) },
    {
      kind: 'remote',
      run: { entries: log.run(...entries) },
      from: mal.node,
      done: ({ accepted }) => codes.push(`${accepted}`),
    },
  ])
  expect(codes).toEqual(['gap', 'record', '3'])
})

describe('[R3] changes whose past never comes', () => {
  test('2,000 orphans wait outside of every document; honest writes go on as if they were not there', () => {
    const { mesh, ann, bob, mal, log, say } = scene()
    const { row, entry } = say('honest', 'door')
    const doc = row?.id as DocumentId
    const before = rowsOf(ann.storage)
    const orphans = [log.open()]
    for (let i = 0; i < 2000; i++) {
      orphans.push(log.next(changeBy(log, [['put', 'content', i]], { doc, deps: [randomHash(`${i}`)] })))
    }
    for (let at = 0; at < orphans.length; at += 500) {
      const run = { entries: log.run(...orphans.slice(at, at + 500)) }
      for (const to of [ann, bob]) expect(deliver(to, run, mal.node).refusal).toBeUndefined()
    }
    expect(rowsOf(ann.storage)).toEqual(before)
    expect(ann.storage.entries.find(orphans[77]?.hash as EntryHash)?.status).toBe('waiting')
    expect(ann.replica.openDocument(doc).heads()).toEqual([entry])
    const after = write(ann, update(doc, 'still here')).row
    expect(after?.registers.content).toMatchObject([{ value: 'still here' }])
    expect(after?.conflicts).toEqual([])
    expectAgreement(ann, bob)
    const late = testNode('cid', mesh, createVolatileStorage(), new ManualClock(ann.clock.ms))
    pull(late, ann)
    expect(stateOf(late)).toEqual(stateOf(ann))
  })

  test('a thousand that wait for one entry come in with it', () => {
    const { ann, bob, mal, log, say } = scene()
    const held = new HandLog(log.mesh, 'bob', { incarnation: 1, from: LATER - 1000 })
    const { row, entry } = say('honest', 'door')
    const doc = row?.id as DocumentId
    const opening = held.open()
    const missing = held.next(changeBy(held, [['put', 'content', 'missing']], { doc, deps: [entry] }))
    const chain = [log.open()]
    let dep = missing.hash
    for (let i = 0; i < 1000; i++) {
      const next = log.next(changeBy(log, [['put', 'content', i]], { doc, deps: [dep] }))
      chain.push(next)
      dep = next.hash
    }
    deliver(ann, { entries: log.run(...chain) }, mal.node)
    expect(ann.storage.rows.get(doc)?.registers.content).toMatchObject([{ value: 'honest' }])
    deliver(ann, { entries: held.run(opening, missing) }, bob.node)
    expect(ann.storage.rows.get(doc)?.registers.content).toMatchObject([{ value: 999, entry: dep }])
    expectAgreement(ann, bob)
  })

  test('what depends on a rejected entry is rejected, on every node', () => {
    const { ann, bob, log, say, send, statusOf } = scene()
    const { row, entry } = say('honest', 'door')
    const doc = row?.id as DocumentId
    pull(bob, ann)
    const opening = log.open()
    const first = log.next(changeBy(log, [['put', 'content', 'a']], { doc, deps: [entry] }))
    const apart = log.next(changeBy(log, [['put', 'content', 'b']], { doc, deps: [entry] }))
    const child = log.next(changeBy(log, [['put', 'content', 'c']], { doc, deps: [apart.hash] }))
    send(opening, first, apart, child)
    expect(statusOf(apart)?.reason).toBe('its author leaves out an earlier change of its own')
    expect(statusOf(child)?.reason).toBe('it depends on a rejected entry')
    expectAgreement(ann, bob)
  })

  test('a change older than what it depends on is rejected: time follows causality', () => {
    const { ann, bob, log, say, send, statusOf } = scene()
    const { row, entry } = say('honest', 'door')
    pull(bob, ann)
    const opening = log.next({ type: 'open', scope: DEFAULT_SCOPE }, { at: 1000 })
    const old = log.next(
      changeBy(log, [['put', 'content', 'x']], { doc: row?.id as DocumentId, deps: [entry] }),
      { at: 1001 },
    )
    send(opening, old)
    expect(statusOf(old)?.reason).toBe('it claims to be older than what it depends on')
    expectAgreement(ann, bob)
  })

  test.each([
    'before',
    'after',
  ])('a change in another scope than its document is rejected: it comes %s the document', order => {
    const { mesh, ann, bob, mal } = scene()
    const at = { names: mesh, node: ann.node }
    const { row, entry } = write(ann, remember({ scope: DEFAULT_SCOPE, content: 'honest', key: 'door' }, at))
    const log = new HandLog(mesh, 'mal', { scope: parseScope('app=other'), from: LATER })
    const run = log.run(
      log.open(),
      log.next(changeBy(log, [['put', 'content', 'x']], { doc: row?.id as DocumentId, deps: [entry] })),
    )
    if (order === 'after') pull(bob, ann)
    for (const to of [ann, bob]) deliver(to, { entries: run }, mal.node)
    pull(bob, ann)
    const { hash } = decodeEntry(run[1] as EntryBytes)
    for (const each of [ann, bob]) {
      expect(each.storage.entries.find(hash)?.reason).toBe('its document lives in another scope')
      expect(each.storage.rows.get(row?.id as DocumentId)?.registers.content).toMatchObject([
        { value: 'honest' },
      ])
    }
    expectAgreement(ann, bob)
  })

  test('a dependency in another document never comes', () => {
    const { ann, bob, log, say, send, statusOf } = scene()
    const other = say('another record').entry
    const door = say('honest', 'door').row?.id as DocumentId
    const opening = log.open()
    const stray = log.next(changeBy(log, [['put', 'content', 'x']], { doc: door, deps: [other] }))
    send(opening, stray)
    expect(statusOf(stray)?.status).toBe('waiting')
    expectAgreement(ann, bob)
  })
})

describe('[S3] each log opens itself', () => {
  test.each([
    [
      'a scope that is not its own',
      (log: HandLog): Body => ({ type: 'open', scope: `${log.scope},user=eve` }),
    ],
    ['a scope that is not written canonically', (): Body => ({ type: 'open', scope: ' app=default' })],
    ['no scope at all', (): Body => ({ type: 'open', scope: 'nonsense' })],
    ['a change instead', (log: HandLog): Body => changeBy(log, [['put', 'content', 'x']])],
  ])('a log that opens with %s counts for nothing, whether or not its scope is known', (_, opening) => {
    const { ann, bob, mal, log, say, statusOf } = scene()
    const entries = [log.next(opening(log)), log.next(changeBy(log, [['put', 'content', 'x']]))]
    deliver(bob, { entries: log.run(...entries) }, mal.node)
    say('the scope is known here')
    deliver(ann, { entries: log.run(...entries) }, mal.node)
    for (const at of [ann, bob]) {
      expect(entries.map(entry => statusOf(entry, at)?.status)).toEqual(['rejected', 'rejected'])
    }
    expectAgreement(ann, bob)
  })

  test('a second opening counts for nothing', () => {
    const { ann, bob, log, send, statusOf } = scene()
    const entries = [
      log.open(),
      log.next({ type: 'open', scope: DEFAULT_SCOPE }),
      log.next(changeBy(log, [['put', 'content', 'x']])),
    ]
    send(...entries)
    expect(entries.map(entry => statusOf(entry)?.status)).toEqual(['applied', 'rejected', 'applied'])
    expectAgreement(ann, bob)
  })

  test('[S4] a membership entry in a log of memories counts for nothing, and the other way about', () => {
    const { mesh, ann, bob, mal, log, send, statusOf } = scene()
    const eve = new HandLog(mesh, 'eve').ref.node
    const admit: Body = { type: 'admit', node: eve, name: 'eve', agent: 'eve' }
    const entries = [log.open(), log.next(admit)]
    send(...entries)
    expect(statusOf(entries[1] as Entry)?.reason).toBe('a admit does not belong in this log')
    const members = new MembershipLog(mesh, 'mal')
    const wrong = members.next(changeBy(members, [['put', 'content', 'x']]))
    for (const to of [ann, bob]) deliver(to, { entries: members.run(wrong) }, mal.node)
    expect(statusOf(wrong)?.reason).toBe('a change does not belong in this log')
    expect(ann.replica.membership.isMember(eve)).toBe(false)
    expectAgreement(ann, bob)
  })
})

describe('[B4] names that mean something to the language are no names', () => {
  test.each([
    'constructor',
    'toString',
    'valueOf',
    'hasOwnProperty',
    '__proto__',
    'Content',
    '',
    'a b',
  ])('%j', name => {
    const { ann, bob, log, send, statusOf } = scene()
    const ops = [
      [['add', name, 'x']],
      [['put', name, 1]],
      [['settle', name, {}]],
      [['end', name]],
      [['cut', name, 'x']],
    ]
    const entries = [
      log.open(),
      ...ops.map(each => log.next(encodeCanonical({ ...changeMap(log), ops: each }))),
    ]
    expect(send(...entries)).toEqual({ accepted: entries.length })
    expect(entries.slice(1).map(entry => statusOf(entry)?.status)).toEqual(ops.map(() => 'rejected'))
    expectAgreement(ann, bob)
  })

  test('a value may hold such keys, but for __proto__', () => {
    const { ann, bob, log, send, statusOf } = scene()
    const proto = JSON.parse('{"__proto__": {"isAdmin": true}}')
    const bytes = (value: unknown) => encodeCanonical({ ...changeMap(log), ops: [['put', 'content', value]] })
    const good = [log.open(), log.next(bytes({ constructor: 1, toString: null }))]
    const hidden = log.next(swapName(bytes({ '--proto--': [] }), '--proto--', '__proto__'))
    send(...good, hidden)
    expect([...good, hidden].map(entry => statusOf(entry)?.status)).toEqual([
      'applied',
      'applied',
      'rejected',
    ])
    expect(() => encodeCanonical(proto)).toThrow('__proto__')
    expectAgreement(ann, bob)
  })
})

function swapName(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const hex = toHex(bytes).replace(toHex(utf8(from)), toHex(utf8(to)))
  return fromHex(hex)
}

describe('[C5] a settlement is a claim, not an order', () => {
  const settled = (ann: TestNode, doc: DocumentId) =>
    ann.storage.rows.get(doc)?.conflicts.map(({ status }) => status)

  test.each([
    ['it names entries that are not there', { kind: 'pick', supersedes: [randomHash('x')] }],
    [
      'it names things that are no entries',
      { kind: 'pick', supersedes: [1, null, {}, 'constructor', '__proto__'] },
    ],
    ['it is of no known kind', { kind: 'order', supersedes: [] }],
    ['it is no settlement at all', 'pick'],
  ])('%s', (_, mark) => {
    const { mesh, ann, bob, log, say, send, statusOf } = scene()
    const doc = say('open', 'door').row?.id as DocumentId
    write(
      bob,
      remember({ scope: DEFAULT_SCOPE, content: 'shut', key: 'door' }, { names: mesh, node: bob.node }),
    )
    pull(ann, bob)
    pull(bob, ann)
    const heads = ann.storage.rows.get(doc)?.heads ?? []
    const entries = [log.open(), log.next(changeBy(log, [['settle', 'content', mark]], { doc, deps: heads }))]
    send(...entries)
    expect(statusOf(entries[1] as Entry)?.status).toBe('applied')
    expect(settled(ann, doc)).toEqual(['open'])
    expectAgreement(ann, bob)
  })

  test('as a record`s first change it reads the same by both ways of reading', () => {
    const { ann, bob, mal, log } = scene()
    const ops: Op[] = [
      ['put', 'content', 'x'],
      ['settle', 'content', { kind: 'pick', supersedes: [] }],
      ['settle', 'kind', 7],
    ]
    const opening = log.open()
    const first = log.next(changeBy(log, ops))
    const orphan = log.next(
      changeBy(log, [['put', 'content', 'y']], { deps: [randomHash('x')], doc: docOf(log) }),
    )
    deliver(ann, { entries: log.run(opening, first) }, mal.node)
    deliver(bob, { entries: log.run(opening, first, orphan) }, mal.node)
    expectAgreement(ann, bob)
  })
})

function docOf(log: HandLog): DocumentId {
  return newDocumentId(log.ref.scope, 'record', log.ref.node, SALT)
}

describe('[E6] the payload is the one the header names', () => {
  test('a swapped payload is refused', () => {
    const { ann, mal, log } = scene()
    const before = stateOf(ann)
    const [opening, other] = [log.open(), log.next(new Uint8Array([1]))]
    const swapped = { ...log.signed(opening), payload: other.bytes.payload }
    expect(deliver(ann, { entries: [swapped] }, mal.node).refusal?.code).toBe('malformed')
    expect(stateOf(ann)).toEqual(before)
  })

  test('a stripped one leaves an entry that says nothing; the chain goes on', () => {
    const { ann, mal, log, statusOf } = scene()
    const entries = [
      log.open(),
      log.next(changeBy(log, [['put', 'content', 'x']])),
      log.next({ ...changeBy(log, [['put', 'content', 'y']], { salt: new Uint8Array(16) }) }),
    ]
    const run = log.run(...entries).map((bytes, i) => (i === 1 ? { ...bytes, payload: null } : bytes))
    expect(deliver(ann, { entries: run }, mal.node)).toEqual({ accepted: 3 })
    expect(entries.map(entry => statusOf(entry)?.status)).toEqual(['applied', 'detached', 'applied'])
  })
})

test('[G8] replaying a run changes nothing', () => {
  const { ann, bob, mal, log } = scene()
  const run = { entries: log.run(log.open(), log.next(changeBy(log, [['put', 'content', 'x']]))) }
  deliver(ann, run, mal.node)
  const before = stateOf(ann)
  for (const from of [mal, bob]) expect(deliver(ann, run, from.node)).toEqual({ accepted: 0 })
  expect(stateOf(ann)).toEqual(before)
})

test('[G2] a stranger cannot write, and what is refused is remembered', () => {
  const { mesh, ann } = scene()
  const eve = new HandLog(mesh, 'eve')
  const before = stateOf(ann)
  expect(deliver(ann, { entries: eve.run(eve.open()) }, eve.ref.node).refusal?.code).toBe('not-admitted')
  expect(stateOf(ann)).toEqual(before)
  expect(ann.storage.notes.refusals()[0]).toMatchObject({ code: 'not-admitted', from: eve.ref.node, seq: 0 })
})

describe('[G4] a member cannot stop others from writing', () => {
  test('by many membership logs of its own', () => {
    const { mesh, ann, bob, mal, say } = scene()
    for (let incarnation = 0; incarnation < 20; incarnation++) {
      const log = new MembershipLog(mesh, 'mal', { incarnation })
      const run = {
        entries: log.run(
          log.next({ type: 'invite', ticket: randomHash('t'), agent: 'a', expiresAt: 1, uses: 1 }),
        ),
      }
      for (const to of [ann, bob]) expect(deliver(to, run, mal.node)).toEqual({ accepted: 1 })
    }
    say('still able to write')
    expectAgreement(ann, bob)
  })

  test('by writing ahead of time, even when the honest clock is then set back', () => {
    const { ann, bob, log, say, send } = scene()
    send(log.next({ type: 'open', scope: DEFAULT_SCOPE }, { at: ann.clock.ms + limits.CLOCK_AHEAD_MS_MAX }))
    ann.clock.ms -= 3_600_000
    say('still able to write')
    expect(() => pull(bob, ann)).not.toThrow()
  })
})

describe('[R8] erasing', () => {
  const erase = (doc: DocumentId, salt: number, deps: EntryHash[] = []): Body => ({
    type: 'erase',
    doc,
    deps,
    salt: new Uint8Array(16).fill(salt),
  })

  test('gives one row whatever the order, also when two scopes claim the document', () => {
    const { mesh, ann, bob, mal, log, say } = scene()
    const { row } = say('a secret', 'door')
    const doc = row?.id as DocumentId
    const other = new HandLog(mesh, 'mal', { scope: parseScope('app=aaa') })
    const one = { entries: log.run(log.open(), log.next(erase(doc, 1))) }
    const two = { entries: other.run(other.open(), other.next(erase(doc, 2))) }
    for (const run of [one, two]) deliver(ann, run, mal.node)
    for (const run of [two, one]) deliver(bob, run, mal.node)
    expectAgreement(ann, bob)
    expect(ann.storage.rows.get(doc)).toMatchObject({ erased: true, registers: {}, key: null })
    expect(frontierOf(ann.replica)).toEqual(frontierOf(bob.replica))
  })

  test('destroys the payloads of the record, those that come later too', () => {
    const { ann, bob, mal, log, say } = scene()
    const { row, entry } = say('a secret', 'door')
    const doc = row?.id as DocumentId
    const run = { entries: log.run(log.open(), log.next(erase(doc, 1, [entry]))) }
    deliver(ann, run, mal.node)
    expect(ann.storage.entries.find(entry)).toMatchObject({
      status: 'erased',
      entry: { bytes: { payload: null } },
    })
    pull(bob, ann)
    expect(bob.storage.entries.find(entry)?.entry.bytes.payload).toBeNull()
    const again = { names: log.mesh, node: bob.node }
    expect(() =>
      write(bob, remember({ scope: DEFAULT_SCOPE, content: 'again', key: 'door' }, again)),
    ).toThrow('erased')
    expectAgreement(ann, bob)
  })
})
