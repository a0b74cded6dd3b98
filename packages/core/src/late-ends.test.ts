/** What is true of a log's end does not hang on which came first, the log or what ended it: rules A6, A7, A9, G1, R8. */
import {
  DEFAULT_SCOPE,
  type DocumentId,
  erase,
  grant,
  type LogHead,
  limits,
  type News,
  Replica,
  remember,
  removeNode,
  revoke,
  type ScopeId,
  update,
} from '@folkmoot/core'
import { describe, expect, test } from 'vitest'
import { changeBy, HandLog } from '../../../test/support/hand-log.ts'
import {
  deliver,
  grantTo,
  seededRandom,
  signerOf,
  type TestNode,
  testMesh,
  write,
} from '../../../test/support/replicas.ts'
import type { Cut } from './membership-body.ts'

const at = ({ replica, node }: TestNode) => ({ names: replica.names, node })
const rootOf = ({ replica }: TestNode) => replica.roots.root()

function say(who: TestNode, content: string, key: string): DocumentId {
  const { row } = write(who, remember({ scope: DEFAULT_SCOPE, content, key }, at(who)))
  return row?.id as DocumentId
}

function valueAt({ storage }: TestNode, id: DocumentId): unknown {
  return storage.rows.get(id)?.registers.content?.map(({ value }) => value)
}

/** The logs of `node` as `who` has them: of the membership, or all others. */
function logsOf(who: TestNode, { node }: TestNode, ofMembership = false): readonly LogHead[] {
  const isMembership = ({ scope }: LogHead) => who.replica.scopeName(scope) === undefined
  return [...who.replica.heads()].filter(head => head.node === node && isMembership(head) === ofMembership)
}

/** Gives what `from` has of the logs of `of`, whole: those of the membership, or all others. */
function hand(to: TestNode, from: TestNode, of: TestNode, ofMembership = false): void {
  for (const { log } of logsOf(from, of, ofMembership)) {
    const known = [...to.replica.heads()].find(head => head.log === log)?.seq ?? -1
    const entries = from.replica.readRun(log, known + 1, 1 << 20)
    if (entries.length > 0) deliver(to, { entries }, from.node)
  }
}

function three(names = ['ann', 'bob', 'mal']) {
  const { mesh, nodes } = testMesh(names)
  return { mesh, nodes: nodes as [TestNode, TestNode, TestNode] }
}

function remove(by: TestNode, whom: TestNode, cuts: readonly Cut[]): void {
  for (const plan of removeNode(whom.node, cuts)) write(by, plan)
}

describe('[A6] a log that comes after what ended it', () => {
  test('is told of up to its end, though its run is stored up to its signature', () => {
    const { mesh, nodes } = three()
    const [ann, , mal] = nodes
    const log = new HandLog(mesh, 'mal')
    const put = (content: string) => log.next(changeBy(log, [['put', 'content', content]]))
    const [opening, early, late] = [log.open(), put('early'), put('late')]
    remove(ann, mal, [[early.log, 1, early.hash]])
    const news: News[] = []
    const run = { entries: log.run(opening, early, late) }
    ann.replica.process([{ kind: 'remote', run, from: mal.node, done: () => {} }], told => news.push(told))
    expect(news.flatMap(({ appended }) => appended.map(({ head }) => head.seq))).toEqual([1])
    expect([...ann.replica.sharedHeads()].find(head => head.log === early.log)?.seq).toBe(1)
  })

  test('frees what waited for an entry of it', () => {
    const [ann, bob, mal] = three().nodes
    const id = say(ann, 'first', 'door')
    hand(mal, ann, ann)
    hand(bob, ann, ann)
    write(mal, update(id, 'false'))
    hand(bob, mal, mal)
    write(bob, update(id, 'built on it'))
    remove(ann, mal, [])
    hand(bob, ann, ann, true)
    hand(ann, bob, bob)
    expect(valueAt(ann, id)).toEqual(['first'])
    hand(ann, mal, mal)
    expect(valueAt(ann, id)).toContain('built on it')
    expect(rootOf(ann)).toBe(rootOf(bob))
  })
})

describe('[A6] an end that is taken back', () => {
  /** carl put mal out, and ann, his senior, had put carl out before she knew of that. */
  function quarrel() {
    const [ann, carl, mal] = three(['ann', 'carl', 'mal']).nodes
    write(ann, grantTo('carl', { scope: '*', rights: ['read', 'write'] }))
    write(ann, grant({ node: carl.node }, { scope: '*', rights: ['admin'] }))
    for (const who of [carl, mal]) hand(who, ann, ann, true)
    return { ann, carl, mal }
  }

  test('holds for logs that came while it stood', () => {
    const { ann, carl, mal } = quarrel()
    remove(carl, mal, [])
    const id = say(mal, 'early', 'a')
    hand(carl, mal, mal)
    expect(valueAt(carl, id)).toBeUndefined()
    remove(ann, carl, [])
    hand(carl, ann, ann, true)
    hand(ann, mal, mal)
    expect(valueAt(carl, id)).toEqual(['early'])
    expect(rootOf(carl)).toBe(rootOf(ann))
  })

  test('leaves the log open, also for a node that starts again', () => {
    const { ann, carl, mal } = quarrel()
    say(mal, 'early', 'a')
    hand(carl, mal, mal)
    remove(carl, mal, [])
    remove(ann, carl, [])
    hand(carl, ann, ann, true)
    const { storage, clock } = carl
    const replica = new Replica(carl.replica.mesh, {
      ...{ storage, clock, random: seededRandom('again'), signer: signerOf('carl') },
    })
    const again = { ...carl, replica }
    const id = say(mal, 'more', 'b')
    hand(again, mal, mal)
    expect(valueAt(again, id)).toEqual(['more'])
  })

  test('[R8] carries out an erasure that was cut, and what comes back of an erased record is destroyed', () => {
    const { ann, carl, mal } = quarrel()
    const id = say(ann, 'secret', 'a')
    for (const who of [carl, mal]) hand(who, ann, ann)
    remove(carl, mal, [])
    write(mal, erase(id))
    hand(carl, mal, mal)
    expect(valueAt(carl, id)).toEqual(['secret'])
    remove(ann, carl, [])
    hand(carl, ann, ann, true)
    expect(carl.storage.rows.get(id)?.erased).toBe(true)
    const left = carl.storage.entries.ofDocument(id).map(({ status }) => status)
    expect(left.sort()).toEqual(['applied', 'erased'])
  })
})

test('[A9] who may hold a scope is asked again when its name comes', () => {
  const { mesh, nodes } = three()
  const [ann, bob, mal] = nodes
  for (const plan of revoke({ agent: 'mal' }, { scope: '*', rights: ['write'] }, [])) write(ann, plan)
  const log = new HandLog(mesh, 'mal', { authority: ann.replica.membership.authorityHeads() })
  // Its author may not open it, so that nothing says what the scope is called.
  deliver(ann, { entries: log.run(log.open()) }, mal.node)
  const scope: ScopeId = log.ref.scope
  expect(ann.replica.mayHold(bob.node, scope)).toBe(false)
  say(ann, 'mine', 'a')
  expect(ann.replica.mayHold(bob.node, scope)).toBe(true)
})

describe('[A7] two histories', () => {
  function histories(common: number, length: number, payload: (seq: number, word: string) => number) {
    const { mesh, nodes } = three()
    const write = (word: string) => {
      const log = new HandLog(mesh, 'mal')
      const entries = [log.open()]
      for (let seq = 1; seq <= common + length; seq++) {
        const said = seq <= common ? 'the same' : word
        entries.push(log.next(new Uint8Array(payload(seq, said)).fill(said.length + seq)))
      }
      return { log, entries }
    }
    return { nodes, one: write('white'), other: write('dark') }
  }

  test('[G1] are proven, however long the runs are that they part in', () => {
    const { nodes, one, other } = histories(1, limits.RUN_ENTRIES_MAX - 2, () => 4)
    const [ann, bob, mal] = nodes
    const size = one.entries.reduce((sum, { bytes }) => sum + bytes.header.length, 0)
    expect(2 * size).toBeGreaterThan(limits.PAYLOAD_BYTES_MAX)
    deliver(ann, { entries: one.log.run(...one.entries) }, mal.node)
    deliver(ann, { entries: other.log.run(...other.entries) }, mal.node)
    expect([...ann.replica.membership.forks()]).toMatchObject([{ node: mal.node, seq: 2 }])
    hand(bob, ann, ann, true)
    expect([...bob.replica.membership.forks()]).toMatchObject([{ node: mal.node, seq: 2 }])
  })

  test('are proven, however far behind what they share the next signature stands', () => {
    const large = limits.PAYLOAD_BYTES_MAX
    const { nodes, one, other } = histories(1, 12, (seq, word) =>
      seq === 1 ? large - 100 : word === 'dark' ? 8 : large,
    )
    const [ann, , mal] = nodes
    const [opening, first, ...rest] = one.entries
    deliver(ann, { entries: one.log.run(opening as never, first as never) }, mal.node)
    expect(deliver(ann, { entries: one.log.run(...rest) }, mal.node).accepted).toBe(12)
    deliver(ann, { entries: other.log.run(...other.entries) }, mal.node)
    expect([...ann.replica.membership.forks()]).toMatchObject([{ node: mal.node, seq: 2 }])
  })
})

test('[G1] what one signature covers has no more headers than a proof has room for', () => {
  const { mesh, nodes } = three()
  const [ann, , mal] = nodes
  const [head] = ann.replica.membership.authorityHeads()
  const many = Array.from({ length: limits.AUTHORITY_HEADS_MAX }, () => head as never)
  const log = new HandLog(mesh, 'mal')
  const entries = [log.open()]
  while (entries.length < limits.RUN_ENTRIES_MAX)
    entries.push(log.next(new Uint8Array(4), { authority: many }))
  expect(deliver(ann, { entries: log.run(...entries) }, mal.node).refusal?.code).toBe('too-large')
})
