import { type LogId, MEMBERSHIP_SCOPE, type NodeId, type ScopeId } from '@folkmoot/core'
import { expect, test } from 'vitest'
import { AppendedNews, type Notice } from './appended-news.ts'
import { FrontierIndex } from './frontier-index.ts'
import { decodeGossip } from './messages.ts'
import { Outbox } from './outbox.ts'
import type { Peer } from './peer-status.ts'
import type { Replication } from './replica-port.ts'
import { newSession, step } from './session.ts'
import { summaryOf, type View } from './session-state.ts'
import { entriesAfter, FakeReplica, MESH, testNode, testScope } from './testing/fake-replica.ts'

const [OPEN, SECRET, PULLED] = [testScope(1), testScope(2), testScope(3)]
const WAYS: { readonly [scope: string]: Replication } = { [PULLED]: 'pull' }
const [author, other] = [testNode(7), testNode(8)]

/** News of a replica, of whose scopes all but one may be held by everybody. */
function newsroom() {
  const news = new AppendedNews({
    replication: scope => WAYS[scope] ?? 'push',
    isOpen: scope => scope !== SECRET,
  })
  const replica = new FakeReplica(testNode(0))
  replica.appended = (head, run, from) => news.add(head, run, from)
  /** What another node wrote, from whoever handed it on. */
  const hear = (scope: ScopeId, by: NodeId, from: NodeId) => {
    replica.offer({ entries: entriesAfter({ scope, node: by, incarnation: 0 }, [], 2) }, from, () => {})
    replica.work()
  }
  return { news, replica, hear }
}

/** A peer whose session is open, and which waits to hear of these logs. */
function peerAt(node: NodeId, ...owed: readonly LogId[]): Peer {
  const outbox = new Outbox({ send: () => true, read: () => [], head: () => undefined })
  const link = { addresses: [], traffic: () => ({ bytesIn: 0, bytesOut: 0 }) }
  const tree = new FrontierIndex()
  const view: View = {
    ...{ now: 0, self: testNode(0), peer: node, mesh: MESH, pullMs: 1, tree: () => tree },
    ...{ position: () => undefined, takes: () => true, claimed: () => false, addresses: () => [] },
    known: () => ({ digest: '00'.repeat(8), peers: [] }),
  }
  const hello = { kind: 'hello', version: 1, mesh: MESH, addresses: [], known: '00'.repeat(8) } as const
  const message = { ...hello, summary: summaryOf(view) }
  const [open] = step(newSession(0), { kind: 'message', message, size: 1 }, view)
  const items = owed.map(log => ({ log, seq: 0 }))
  const [session] = step(open, { kind: 'message', message: { kind: 'confirm', items }, size: 1 }, view)
  return { node, link, outbox, session }
}

const kinds = (notices: readonly Notice[]) => notices.map(({ to, event }) => [to.node, event.kind])
const seqs = ({ event }: Notice) =>
  event.kind === 'announce' ? event.positions.map(({ scope, seq }) => [scope, seq]) : []

test('nothing appended is nothing to tell', () => {
  const { news } = newsroom()
  const peers = [peerAt(author)]
  expect([news.stored(peers), news.handedOn(peers)]).toEqual([[], []])
  expect(news.written(peers)).toEqual({ messages: [], notices: [] })
})

test('[G1] what was written here is one message for everybody, once', () => {
  const { news, replica } = newsroom()
  replica.write(OPEN, 2)
  replica.write(OPEN, 1)
  const { messages, notices } = news.written([peerAt(author)])
  expect(notices).toEqual([])
  expect(messages.map(bytes => decodeGossip(bytes).runs.map(run => run.length))).toEqual([[2, 1]])
  expect(news.written([peerAt(author)])).toEqual({ messages: [], notices: [] })
})

test('[R4] what not everybody may hold is told by its last head, to each peer alone', () => {
  const { news, replica } = newsroom()
  replica.write(SECRET, 2)
  replica.write(SECRET, 2)
  const { messages, notices } = news.written([peerAt(author), peerAt(other)])
  expect(messages).toEqual([])
  expect(kinds(notices)).toEqual([
    [author, 'announce'],
    [other, 'announce'],
  ])
  expect(notices.map(seqs)).toEqual([[[SECRET, 3]], [[SECRET, 3]]])
})

test('[R4] it is handed on only to those who neither wrote nor sent it, and what goes by gossip is not', () => {
  const { news, hear } = newsroom()
  const [sender, third] = [testNode(9), testNode(10)]
  hear(SECRET, author, sender)
  hear(OPEN, author, sender)
  const told = news.handedOn([author, sender, third].map(node => peerAt(node)))
  expect(told.filter(notice => seqs(notice).length > 0).map(({ to }) => to.node)).toEqual([third])
  expect(told.flatMap(seqs)).toEqual([[SECRET, 1]])
  expect(news.handedOn([peerAt(third)])).toEqual([])
})

test('what is only compared now and then is told to nobody but those who wait for it', () => {
  const { news, replica, hear } = newsroom()
  const { log } = replica.write(PULLED)
  hear(PULLED, author, other)
  const peers = [peerAt(author), peerAt(other, log)]
  expect(kinds(news.stored(peers))).toEqual([[other, 'stored']])
  expect(news.written(peers)).toEqual({ messages: [], notices: [] })
  expect(news.handedOn(peers)).toEqual([])
})

test('every session goes on when membership was stored, before it answers for what it owes', () => {
  const { news, replica } = newsroom()
  const { log } = replica.write(MEMBERSHIP_SCOPE)
  const peers = [peerAt(author, log), peerAt(other)]
  expect(kinds(news.stored(peers))).toEqual([
    [author, 'membership'],
    [author, 'stored'],
    [other, 'membership'],
  ])
  expect(news.stored(peers)).toEqual([])
})
