import { type EntryHash, type LogId, logId, MEMBERSHIP_SCOPE, type ScopeId } from '@folkmoot/core'
import { expect, test } from 'vitest'
import { combine, type Fingerprint } from './fingerprint.ts'
import { FrontierIndex, type Position } from './frontier-index.ts'
import { ANTI_ENTROPY_MS, PAGE_TIMEOUT_MS, REFUSED_LOG_MS, RETRY_MS } from './limits.ts'
import type { Message, WantItem } from './messages.ts'
import { newSession, step } from './session.ts'
import type { Effect, Session, SessionEvent, View } from './session-state.ts'
import { entriesAfter, MESH, testNode, testScope } from './testing/fake-replica.ts'

/** A session whose every state is frozen before the next step, in a world the test moves by hand. */
class Table {
  now = 1_000
  session: Session = newSession(1_000)
  readonly trees = { push: new FrontierIndex(), pull: new FrontierIndex() }
  readonly others = new Set<LogId>()
  readonly denied = new Set<ScopeId>()

  do(event: SessionEvent): readonly Effect[] {
    const [session, effects] = step(deepFreeze(this.session), deepFreeze(event), this.view())
    this.session = session
    return effects
  }

  hear(message: Message): readonly Effect[] {
    return this.do({ kind: 'message', message, size: 100 })
  }

  tick(ms: number): readonly Effect[] {
    this.now += ms
    return this.do({ kind: 'tick', jitter: 0.5 })
  }

  open(): this {
    this.do({ kind: 'connected' })
    const { push, pull } = this.trees
    const membership = push.fingerprint(MEMBERSHIP_SCOPE)
    const summary = { membership, push: push.root(), pull: pull.root() }
    this.hear({ kind: 'hello', version: 1, mesh: MESH, summary, addresses: [], known: '00'.repeat(8) })
    return this
  }

  learn(...positions: readonly Position[]): readonly Effect[] {
    return this.do({ kind: 'learned', positions })
  }

  private view(): View {
    return {
      now: this.now,
      self: testNode(1),
      peer: testNode(2),
      mesh: MESH,
      pullMs: 60_000,
      tree: name => this.trees[name],
      position: log => this.trees.push.position(log) ?? this.trees.pull.position(log),
      takes: scope => !this.denied.has(scope),
      claimed: log => this.others.has(log),
      addresses: () => [],
      known: () => ({ digest: '00'.repeat(8), peers: [] }),
    }
  }
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value))
    return value
  if (value instanceof Map) {
    value.forEach(deepFreeze)
    value.set = value.delete = () => {
      throw new Error('a frozen map was changed')
    }
  }
  Object.freeze(value)
  Object.values(value).forEach(deepFreeze)
  return value
}

function at(scope: ScopeId, seq: number): Position {
  const ref = { scope, node: testNode(2), incarnation: 0 }
  const log = logId(scope, ref.node, 0)
  return { ...ref, log, seq, hash: seq.toString(16).padStart(64, '0') as EntryHash }
}

const wantsIn = (effects: readonly Effect[]): readonly WantItem[] =>
  effects.flatMap(effect =>
    effect.kind === 'send' && effect.message.kind === 'want' ? effect.message.items : [],
  )
const sent = (effects: readonly Effect[]) =>
  effects.flatMap(effect => (effect.kind === 'send' ? [effect.message.kind] : []))
const one = at(testScope(1), 9)
const page = (from: number, count: number, more: boolean): Message => {
  return { kind: 'page', log: one.log, from, more, entries: entriesAfter(one, [], count) }
}

test('[AE3] equal roots in hello: nothing more is said', () => {
  const table = new Table()
  table.trees.push.set(one)
  expect(sent(table.do({ kind: 'connected' }))).toEqual(['hello'])
  const summary = {
    membership: '00'.repeat(16) as Fingerprint,
    push: table.trees.push.root(),
    pull: table.trees.pull.root(),
  }
  const hello: Message = {
    kind: 'hello',
    version: 1,
    mesh: MESH,
    summary,
    addresses: [],
    known: '00'.repeat(8),
  }
  const effects = table.hear(hello)
  expect(sent(effects)).toEqual([])
  expect(effects.at(-1)).toEqual({ kind: 'synced', root: combine(summary.push, summary.pull) })
})

test('[AE2] data waits until the membership the peer has is stored here', () => {
  const table = new Table().open()
  const member = at(MEMBERSHIP_SCOPE, 3)
  expect(wantsIn(table.learn(one, member)).map(item => item.log)).toEqual([member.log])
  table.hear({ kind: 'page', log: member.log, from: 0, more: false, entries: entriesAfter(member, [], 4) })
  expect(wantsIn(table.do({ kind: 'tick', jitter: 0 }))).toEqual([])
  table.trees.push.set(member)
  const effects = table.do({ kind: 'applied', log: member.log, size: 100, outcome: { accepted: 4 } })
  expect(wantsIn(effects).map(item => item.log)).toEqual([one.log])
})

test('[AE6] the next page is asked for while the one before is being stored, and not two more', () => {
  const table = new Table().open()
  expect(wantsIn(table.learn(one))).toMatchObject([{ from: 0 }])
  expect(wantsIn(table.hear(page(0, 3, true)))).toMatchObject([{ from: 3 }])
  expect(wantsIn(table.hear(page(3, 3, true)))).toEqual([])
  const effects = table.do({ kind: 'applied', log: one.log, size: 100, outcome: { accepted: 3 } })
  expect(wantsIn(effects)).toMatchObject([{ from: 6 }])
})

test('[AE14] when all is stored the roots are compared again before anything is called in sync', () => {
  const table = new Table().open()
  table.learn(one)
  table.hear(page(0, 10, false))
  table.trees.push.set(one)
  const effects = table.do({ kind: 'applied', log: one.log, size: 100, outcome: { accepted: 10 } })
  expect(sent(effects)).toEqual(['probe'])
  expect(effects.some(effect => effect.kind === 'synced')).toBe(false)
  const stale = table.hear({ kind: 'inSync', root: 'ff'.repeat(16) as Fingerprint })
  expect(stale).toEqual([])
  const root = combine(table.trees.push.root(), table.trees.pull.root())
  expect(table.hear({ kind: 'inSync', root })).toEqual([{ kind: 'synced', root }])
})

test('[AE11] a refused log is not asked for again until later', () => {
  const table = new Table().open()
  table.learn(one)
  table.hear(page(0, 3, true))
  const refusal = { code: 'forged', reason: 'no' } as const
  const effects = table.do({ kind: 'applied', log: one.log, size: 100, outcome: { accepted: 0, refusal } })
  expect(effects.map(effect => effect.kind)).toEqual(['release', 'refused'])
  expect(table.learn(one)).toEqual([])
  expect(table.hear(page(3, 3, false))).toEqual([])
  table.tick(REFUSED_LOG_MS + 1)
  expect(wantsIn(table.learn(one))).toHaveLength(1)
})

test('[AE8] a log another session fetches is left to it, until it gives up', () => {
  const table = new Table().open()
  table.others.add(one.log)
  expect(table.learn(one)).toEqual([])
  table.others.clear()
  expect(wantsIn(table.tick(10))).toHaveLength(1)
})

test('[R5] what may no longer be shared is left when access changes, and what comes of it is no offence', () => {
  const table = new Table().open()
  const other = at(testScope(2), 4)
  table.learn(one, other)
  table.denied.add(one.scope)
  expect(table.do({ kind: 'membership', access: false })).toEqual([])
  const effects = table.do({ kind: 'membership', access: true })
  expect(effects).toEqual([{ kind: 'release', log: one.log }])
  expect(table.hear(page(0, 3, false))).toEqual([])
  expect(table.learn(one)).toEqual([])
  expect(table.session).toMatchObject({ phase: 'open', wanted: [], fetches: new Map([[other.log, {}]]) })
})

test('[R5] all is compared again at the tick after access has changed', () => {
  const table = new Table().open()
  table.do({ kind: 'membership', access: false })
  expect(sent(table.tick(10))).toEqual([])
  table.do({ kind: 'membership', access: true })
  expect(sent(table.tick(10))).toEqual(['probe'])
})

test('[R6] a log that was cut is left alone without a word, until access changes', () => {
  const table = new Table().open()
  table.learn(one)
  table.hear(page(0, 3, false))
  const refusal = { code: 'cut', reason: 'the log ended before' } as const
  const effects = table.do({ kind: 'applied', log: one.log, size: 100, outcome: { accepted: 0, refusal } })
  expect(effects.map(({ kind }) => kind)).toEqual(['release'])
  table.tick(10 * REFUSED_LOG_MS)
  table.do({ kind: 'membership', access: false })
  expect(table.learn(one)).toEqual([])
  table.do({ kind: 'membership', access: true })
  expect(wantsIn(table.learn(one))).toHaveLength(1)
})

test('[X6] what became of a page that was given up says nothing of the one asked for since', () => {
  const table = new Table().open()
  table.learn(one)
  table.hear(page(0, 3, true))
  expect(table.tick(PAGE_TIMEOUT_MS + 1).map(effect => effect.kind)).toContain('release')
  table.tick(30_000)
  const refusal = { code: 'forged', reason: 'no' } as const
  table.do({ kind: 'applied', log: one.log, size: 100, outcome: { accepted: 0, refusal } })
  expect(table.session).toMatchObject({ phase: 'open', refused: new Map() })
})

test('[X6] a page that does not come is given up; when it comes late it is no offence, twice it is', () => {
  const table = new Table().open()
  table.learn(one)
  expect(table.tick(PAGE_TIMEOUT_MS + 1).map(effect => effect.kind)).toContain('release')
  expect(table.hear(page(0, 3, false))).toEqual([])
  expect(table.hear(page(0, 3, false))).toMatchObject([{ kind: 'close', code: 'unasked' }])
})

test('[AE15] an empty page means not yet: asked again a little later, a few times', () => {
  const table = new Table().open()
  table.learn(one)
  const empty = page(0, 0, false)
  expect(wantsIn(table.hear(empty))).toEqual([])
  expect(wantsIn(table.tick(RETRY_MS + 1))).toHaveLength(1)
  for (let count = 0; count < 10; count++) {
    if (table.session.phase === 'open' && table.session.fetches.size > 0) table.hear(empty)
    table.tick(10 * RETRY_MS)
  }
  expect(table.session).toMatchObject({ phase: 'open', wanted: [] })
})

test('[AE16] the roots are compared every few seconds, with jitter, and not while pages are under way', () => {
  const table = new Table().open()
  expect(sent(table.tick(ANTI_ENTROPY_MS / 2))).toEqual([])
  expect(sent(table.tick(ANTI_ENTROPY_MS / 2))).toEqual(['probe'])
  table.learn(one)
  expect(sent(table.tick(ANTI_ENTROPY_MS * 1.3))).toEqual([])
})

test.each([
  ['probe', { kind: 'inSync', root: '00'.repeat(16) as Fingerprint }],
  ['a page', page(0, 1, false)],
] as const)('[X7] %s before hello ends the connection', (_, message) => {
  expect(new Table().hear(message)).toMatchObject([{ kind: 'close', code: 'malformed' }])
})

test('a closed session stays closed', () => {
  const table = new Table().open()
  table.hear({ kind: 'refuse', code: 'mesh', reason: '' })
  expect(table.session).toEqual({ phase: 'closed' })
  expect(table.tick(1e9)).toEqual([])
  expect(table.hear(page(0, 1, true))).toEqual([])
})
