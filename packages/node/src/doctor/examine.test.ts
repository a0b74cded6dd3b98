import {
  admit,
  createVolatileStorage,
  type EntryHash,
  grant,
  invite,
  type Permission,
  remember,
  removeNode,
  type ScopeAddress,
} from '@folkmoot/core'
import { describe, expect, test } from 'vitest'
import {
  deliver,
  ManualClock,
  pull,
  signerOf,
  type TestNode,
  testMesh,
  testNode,
  write,
} from '../../../../test/support/replicas.ts'
import { cutsAt, logsOf } from '../administration/cuts.ts'
import { examine } from './examine.ts'

const DAY_MS = 24 * 60 * 60_000

function say(at: TestNode, content: string, scope = 'user=alice'): void {
  write(at, remember({ scope: scope as ScopeAddress, content }, { names: at.replica.names, node: at.node }))
}

/** What the doctor says, a line for each finding. */
function lines(at: TestNode, nowMs = at.clock.ms): readonly string[] {
  const { findings } = examine(at.replica, [], nowMs, at.node)
  return findings.map(({ level, what, detail }) => `${level}: ${what}${detail === '' ? '' : ` | ${detail}`}`)
}

function mesh() {
  const { nodes, mesh: id } = testMesh(['ann', 'bob', 'cid'])
  const [ann, bob, cid] = nodes as [TestNode, TestNode, TestNode]
  return { id, ann, bob, cid }
}

test('nothing is wrong with a new mesh', () => {
  expect(lines(mesh().ann)).toEqual(['ok: nothing to report'])
})

describe('two histories', () => {
  /** A copy of bob's directory writes at the same place of the same log, and everybody hears of both. */
  function forked() {
    const { id, ann, bob, cid } = mesh()
    const copy = testNode('bob', id, createVolatileStorage(), new ManualClock(bob.clock.ms))
    pull(copy, ann)
    say(bob, 'from the one')
    say(copy, 'from the other')
    for (const other of [ann, cid]) pull(other, bob)
    const head = logsOf(copy.replica, copy.node).find(({ seq }) => seq > 0)
    const entries = copy.replica.readRun(head?.log as NonNullable<typeof head>['log'], 0, 1 << 18)
    // Offered twice, it is one entry that was refused.
    for (let times = 0; times < 2; times++)
      expect(deliver(ann, { entries }, copy.node).refusal?.code).toBe('equivocation')
    for (const other of [bob, cid]) pull(other, ann)
    return { ann, bob, cid }
  }

  test('are told of somebody else with what to do', () => {
    const { cid } = forked()
    expect(lines(cid)).toEqual([
      expect.stringMatching(
        /^warning: bob wrote two histories of one log \| .*user=alice counts up to \d.*moot revoke bob/,
      ),
    ])
  })

  test('are explained to who wrote them', () => {
    const { bob } = forked()
    expect(lines(bob)[0]).toMatch(
      /^warning: two histories .* the key of this node \| .*new incarnation.*backup.*copied.*moot rotate-key/,
    )
  })

  test('are a problem while they are fresh where they were seen', () => {
    const { ann } = forked()
    expect(lines(ann)[0]).toBe('problem: 1 refused in the last day | equivocation: 1')
    expect(examine(ann.replica, [], ann.clock.ms, ann.node).ok).toBe(false)
    expect(examine(ann.replica, [], ann.clock.ms + 2 * DAY_MS, ann.node).ok).toBe(true)
  })
})

describe('members', () => {
  test('whose certificate ends within a week, or has ended', () => {
    const { ann, cid } = mesh()
    const now = ann.clock.ms
    const [dan, eve] = [signerOf('dan').node, signerOf('eve').node]
    write(ann, admit(dan, 'dan', 'd', { notAfter: now + 6 * DAY_MS }))
    write(ann, admit(eve, 'eve', 'e', { notAfter: now + 8 * DAY_MS }))
    pull(cid, ann)
    expect(lines(cid, now)).toEqual([
      expect.stringMatching(/^warning: 1 certificate ends within 7 days \| dan \(.*moot certify/),
    ])
    expect(lines(cid, now + 9 * DAY_MS)).toEqual([
      expect.stringMatching(/^warning: 2 certificates have ended \| dan \(.*eve \(/),
    ])
  })

  test('this node, when it is none any more', () => {
    const { ann, bob, cid } = mesh()
    for (const plan of removeNode(bob.node, cutsAt(logsOf(ann.replica, bob.node)))) write(ann, plan)
    for (const other of [bob, cid]) pull(other, ann)
    expect(lines(bob)[0]).toMatch(/^problem: this node is no member of its mesh any more/)
    expect(lines(cid)).toEqual(['ok: nothing to report'])
  })

  test('that relay, and what waits here for a key or never will count', () => {
    const { ann, bob } = mesh()
    const relay: Permission = { scope: '*', rights: ['relay'] }
    write(ann, grant({ node: bob.node }, relay))
    expect(lines(ann)).toEqual(['ok: 1 node relays what others wrote | bob'])
    write(bob, invite('ab'.repeat(32) as EntryHash, 'x', bob.clock.ms + DAY_MS, 1))
    pull(ann, bob)
    expect(lines(ann)).toHaveLength(1)
  })
})

test('logs that were cut, and what stands after their ends', () => {
  const { ann, bob, cid } = mesh()
  say(bob, 'before')
  for (const other of [ann, cid]) pull(other, bob)
  const cuts = cutsAt(logsOf(ann.replica, bob.node))
  say(bob, 'after')
  say(bob, 'and after that')
  pull(cid, bob)
  for (const plan of removeNode(bob.node, cuts, 'stolen')) write(ann, plan)
  pull(cid, ann)
  expect(lines(ann)).toEqual(['ok: 1 log of bob ended: its node was removed: stolen'])
  expect(lines(cid)).toEqual([
    'warning: 1 log of bob ended: its node was removed: stolen | 2 later entries do not count: moot verify',
  ])
})
