/** What becomes of entries after the end of their log: rules A6, A7, A8, B9 and G9 through whole replicas. */
import {
  DEFAULT_SCOPE,
  type DocumentId,
  type EntryBytes,
  erase,
  grant,
  type Plan,
  type RunOutcome,
  remember,
  removeNode,
  revoke,
  update,
} from '@folkmoot/core'
import { describe, expect, test } from 'vitest'
import { changeBy, HandLog } from '../../../test/support/hand-log.ts'
import { deliver, type TestNode, testMesh, write } from '../../../test/support/replicas.ts'
import type { Cut } from './membership-body.ts'

const at = ({ replica, node }: TestNode) => ({ names: replica.names, node })

function say(who: TestNode, content: string, key: string) {
  return write(who, remember({ scope: DEFAULT_SCOPE, content, key }, at(who)))
}

function valueAt({ storage }: TestNode, id: DocumentId | undefined): unknown {
  return storage.rows.get(id as DocumentId)?.registers.content?.map(({ value }) => value)
}

/** Where `who` sees the logs of `node` end. */
function cutsOf(who: TestNode, { node }: TestNode): readonly Cut[] {
  return [...who.replica.heads()]
    .filter(head => head.node === node)
    .map(({ log, seq, hash }) => [log, seq, hash])
}

function writeAll(who: TestNode, plans: readonly Plan[]): void {
  for (const plan of plans) write(who, plan)
}

/** Everything that may travel, as sync does it: up to where logs end. Gives the refusals. */
function hear(to: TestNode, from: TestNode): RunOutcome[] {
  const outcomes: RunOutcome[] = []
  const heads = [...from.replica.sharedHeads()].sort((a, b) => (a.scope < b.scope ? -1 : 1))
  for (const head of heads) {
    const known = [...to.replica.heads()].find(({ log }) => log === head.log)?.seq ?? -1
    if (known >= head.seq) continue
    const entries = from.replica.readRun(head.log, known + 1, 1 << 18)
    outcomes.push(deliver(to, { entries }, from.node))
  }
  return outcomes
}

function meet(...nodes: readonly TestNode[]): void {
  for (let round = 0; round < 3; round++) {
    for (const one of nodes) for (const other of nodes) if (one !== other) hear(one, other)
  }
}

const rootOf = ({ replica }: TestNode) => replica.roots.root()

describe('[A6] a removed node', () => {
  test('what it wrote before counts, what it wrote after does not, wherever it had got to', () => {
    const { nodes } = testMesh(['ann', 'bob', 'mal'])
    const [ann, bob, mal] = nodes as [TestNode, TestNode, TestNode]
    const early = say(mal, 'early', 'a').row?.id
    meet(ann, bob, mal)
    const late = say(mal, 'late', 'b').row?.id
    hear(bob, mal)
    expect(valueAt(bob, late)).toEqual(['late'])
    writeAll(ann, removeNode(mal.node, cutsOf(ann, mal)))
    meet(ann, bob)
    for (const who of [ann, bob]) {
      expect(valueAt(who, early)).toEqual(['early'])
      expect(valueAt(who, late)).toBeUndefined()
    }
    expect(rootOf(ann)).toBe(rootOf(bob))
    expect(bob.storage.entries.ofDocument(late as DocumentId).map(({ status }) => status)).toEqual(['cut'])
    // Neither shows the other what was cut, and both show as much of the log.
    const shown = (who: TestNode) =>
      [...who.replica.sharedHeads()].filter(({ node }) => node === mal.node).map(({ log, seq }) => [log, seq])
    expect(shown(ann)).toEqual(shown(bob))
  })

  test('[G9] nothing of it is taken in afterwards, and its own node refuses to write', () => {
    const { nodes } = testMesh(['ann', 'mal'])
    const [ann, mal] = nodes as [TestNode, TestNode]
    say(mal, 'early', 'a')
    meet(ann, mal)
    writeAll(ann, removeNode(mal.node, cutsOf(ann, mal)))
    say(mal, 'late', 'b')
    const [head] = [...mal.replica.heads()].filter(({ node, seq }) => node === mal.node && seq > 0)
    const entries = mal.replica.readRun(head?.log as never, 2, 1 << 18)
    expect(deliver(ann, { entries }, mal.node).refusal?.code).toBe('cut')
    hear(mal, ann)
    expect(() => say(mal, 'never', 'c')).toThrow()
  })

  test('[B9] what others built on it stands, and is the same for those who never got it', () => {
    const { nodes } = testMesh(['ann', 'bob', 'mal'])
    const [ann, bob, mal] = nodes as [TestNode, TestNode, TestNode]
    const id = say(ann, 'first', 'door').row?.id as DocumentId
    meet(ann, bob, mal)
    write(mal, update(id, 'false'))
    hear(bob, mal)
    write(bob, update(id, 'built on it'))
    writeAll(ann, removeNode(mal.node, cutsOf(ann, mal)))
    meet(ann, bob)
    expect(valueAt(ann, id)).toEqual(valueAt(bob, id))
    expect(valueAt(ann, id)).toContain('built on it')
    expect(valueAt(ann, id)).not.toContain('false')
    expect(rootOf(ann)).toBe(rootOf(bob))
  })
})

test('[A6] [R4] whose change was built on what was cut has known its own earlier ones', () => {
  const { nodes } = testMesh(['ann', 'bob', 'mal'])
  const [ann, bob, mal] = nodes as [TestNode, TestNode, TestNode]
  const id = say(bob, 'first', 'door').row?.id as DocumentId
  meet(ann, bob, mal)
  write(mal, update(id, 'false'))
  hear(bob, mal)
  write(bob, update(id, 'second'))
  writeAll(ann, removeNode(mal.node, cutsOf(ann, mal)))
  meet(ann, bob)
  for (const who of [ann, bob]) expect(valueAt(who, id)).toEqual(['second'])
  write(bob, update(id, 'third'))
  meet(ann, bob)
  for (const who of [ann, bob]) expect(valueAt(who, id)).toEqual(['third'])
  expect(rootOf(ann)).toBe(rootOf(bob))
})

test('[A6] [R8] an erasure that is cut stays where it was carried out, until the record is erased again', () => {
  const { nodes } = testMesh(['ann', 'bob', 'mal'])
  const [ann, bob, mal] = nodes as [TestNode, TestNode, TestNode]
  const id = say(ann, 'secret', 'door').row?.id as DocumentId
  meet(ann, bob, mal)
  write(mal, erase(id))
  hear(bob, mal)
  writeAll(ann, removeNode(mal.node, cutsOf(ann, mal)))
  meet(ann, bob)
  expect([ann, bob].map(({ storage }) => storage.rows.get(id)?.erased)).toEqual([false, true])
  write(ann, erase(id))
  meet(ann, bob)
  expect(bob.storage.rows.get(id)).toEqual(ann.storage.rows.get(id))
  expect(rootOf(ann)).toBe(rootOf(bob))
})

describe('[A8] the right to write', () => {
  test('a revocation ends the logs it names; a grant that knows of it opens new ones', () => {
    const { nodes } = testMesh(['ann', 'bob', 'mal'])
    const [ann, bob, mal] = nodes as [TestNode, TestNode, TestNode]
    const everything = { scope: '*', rights: ['read' as const, 'write' as const] }
    say(mal, 'early', 'a')
    meet(ann, bob, mal)
    writeAll(ann, revoke({ agent: 'mal' }, everything, cutsOf(ann, mal)))
    const concurrent = say(mal, 'concurrent', 'b').row?.id
    hear(bob, mal)
    meet(ann, bob, mal)
    for (const who of nodes) expect(valueAt(who, concurrent)).toBeUndefined()
    expect(() => say(mal, 'now', 'c')).toThrow(expect.objectContaining({ code: 'forbidden' }))
    write(ann, grant({ agent: 'mal' }, everything))
    meet(ann, bob, mal)
    const again = say(mal, 'again', 'd').row?.id
    expect(mal.replica.incarnation).not.toBe(0)
    meet(ann, bob, mal)
    for (const who of nodes) expect(valueAt(who, again)).toEqual(['again'])
    expect(new Set(nodes.map(rootOf)).size).toBe(1)
  })

  test('who writes without it is stored, and counts nowhere', () => {
    const { mesh, nodes } = testMesh(['ann', 'bob', 'mal'])
    const [ann, bob, mal] = nodes as [TestNode, TestNode, TestNode]
    writeAll(ann, revoke({ agent: 'mal' }, { scope: '*', rights: ['write'] }, []))
    const log = new HandLog(mesh, 'mal', { authority: ann.replica.membership.authorityHeads() })
    const run = log.run(log.open(), log.next(changeBy(log, [['put', 'content', 'x']])))
    hear(bob, ann)
    for (const who of [ann, bob]) {
      expect(deliver(who, { entries: run }, mal.node).accepted).toBe(2)
      expect([...who.storage.rows.list({ limit: 9 })]).toEqual([])
    }
  })
})

describe('[A7] two histories', () => {
  function forked() {
    const { mesh, nodes } = testMesh(['ann', 'bob', 'mal'])
    const [ann, bob, mal] = nodes as [TestNode, TestNode, TestNode]
    const log = new HandLog(mesh, 'mal')
    const twin = new HandLog(mesh, 'mal')
    const put = (to: HandLog, value: string) => to.next(changeBy(to, [['put', 'content', value]]))
    const one = log.run(log.open(), put(log, 'white'))
    const two = twin.run(twin.open(), put(twin, 'black'))
    return { ann, bob, mal, one, two }
  }

  test('whoever sees both tells all; the log ends where they part, and all agree', () => {
    const { ann, bob, mal, one, two } = forked()
    deliver(ann, { entries: one }, mal.node)
    deliver(bob, { entries: two }, mal.node)
    expect(rootOf(ann)).not.toBe(rootOf(bob))
    expect(deliver(ann, { entries: two }, bob.node).refusal?.code).toBe('equivocation')
    expect([...ann.replica.membership.forks()]).toMatchObject([{ node: mal.node, seq: 1 }])
    meet(ann, bob)
    expect([...bob.replica.membership.forks()]).toMatchObject([{ node: mal.node, seq: 1 }])
    expect(rootOf(ann)).toBe(rootOf(bob))
    expect([...ann.storage.rows.list({ limit: 9 })]).toEqual([])
  })

  test('a node that forked itself goes on in a new incarnation', () => {
    const { nodes } = testMesh(['ann', 'bob'])
    const [ann, bob] = nodes as [TestNode, TestNode]
    const twin = new HandLog(ann.replica.mesh, 'bob')
    const other = twin.run(twin.open(), twin.next(changeBy(twin, [['put', 'content', 'restored']])))
    say(bob, 'mine', 'a')
    deliver(ann, { entries: other }, bob.node)
    hear(ann, bob)
    const own = [...bob.replica.heads()].find(({ node, seq }) => node === bob.node && seq > 0)
    deliver(ann, { entries: bob.replica.readRun(own?.log as never, 0, 1 << 18) }, bob.node)
    meet(ann, bob)
    const { row } = say(bob, 'goes on', 'b')
    meet(ann, bob)
    expect(valueAt(ann, row?.id)).toEqual(['goes on'])
    expect(rootOf(ann)).toBe(rootOf(bob))
  })

  test('who merely claims a fork proves nothing', () => {
    const { ann, mal, one, two } = forked()
    deliver(ann, { entries: one }, mal.node)
    const unsigned = two.map((entry): EntryBytes => ({ ...entry, signature: new Uint8Array(64) }))
    deliver(ann, { entries: unsigned }, mal.node)
    expect([...ann.replica.membership.forks()]).toEqual([])
  })
})
