import type { Result } from '@folkmoot/gateway/client'
import { describe, expect, test } from 'vitest'
import { blameTable, staleLines, taintText } from './beliefs.ts'
import { diffText } from './diff.ts'
import { eventTable } from './events.ts'
import { reasonTree } from './reasons.ts'
import { marked, quotedText, saidLine } from './said.ts'
import { createPaint, type Screen } from './screen.ts'

type Reason = Result<'why'>[number]
type Id = Reason['record']

const NOW = Date.parse('2026-01-31T12:00:00Z')
const screen: Screen = { columns: Number.POSITIVE_INFINITY, now: NOW, paint: createPaint(false) }
const [A, B, C] = ['aa', 'bb', 'cc'].map(part => part.repeat(16)) as [Id, Id, Id]
const ENTRY = '9ab1'.padEnd(64, '0') as Reason['entry']
const author = {
  ...{ node: '12D3KooWx' as Reason['node'], name: 'zylos01', agent: 'billing' },
  ...{ at: '2026-01-31T11:57:00Z', entry: ENTRY },
}
const ESCAPE = '\u001b[2J'

const reason = (record: Id, more: Partial<Reason>): Reason => ({
  ...{
    ...author,
    op: 'remember',
    value: 'v',
    caution: null,
    reason: null,
    status: 'applied',
    deps: [],
    record,
  },
  ...{
    key: null,
    depth: 0,
    sources: [],
    unfollowed: [],
    basedOn: [],
    actedOn: [],
    changedSince: false,
    settlement: null,
  },
  ...more,
})

describe('the tree of reasons', () => {
  test('has what its authors had read elsewhere beside what they wrote', () => {
    const acted = {
      ...author,
      op: 'remember',
      record: B,
      key: 'plan',
      value: 'by train',
      caution: null,
    } as const
    const tree = reasonTree(
      [reason(A, { value: 'booked', actedOn: [acted, { ...acted, op: 'erased', value: null }] })],
      screen,
    )
    const [, said, first, second] = tree.split('\n')
    expect(said).toMatch(/^ {2}3 m ago: .*booked by billing/)
    expect(first).toBe('    acted on plan: by train by billing (zylos01) 3 m ago 9ab100000000')
    expect(second).toBe('    acted on plan: (destroyed) by billing (zylos01) 3 m ago 9ab100000000')
    const order = { ...acted, value: 'zap it', caution: 'a directive by x' }
    expect(reasonTree([reason(A, { actedOn: [order] })], screen)).toMatch(
      /acted on plan: .*NOT TO BE FOLLOWED\] "zap it"/,
    )
  })

  test('has what a memory rests on under it, each memory once', () => {
    const tree = reasonTree(
      [
        reason(C, { depth: 2, key: 'log', value: '500', changedSince: true }),
        reason(B, { depth: 1, key: 'cause', sources: [C, A], reason: 'looked so' }),
        reason(A, { key: 'plan', value: 'buy', sources: [B] }),
      ],
      screen,
    )
    expect(tree).toBe(`plan aaaaaaaaaaaa
  3 m ago: remember buy by billing (zylos01) 9ab100000000
  which rests on
    cause bbbbbbbbbbbb
      3 m ago: remember v by billing (zylos01), because looked so 9ab100000000
      which rests on
        log cccccccccccc (changed since)
          3 m ago: remember 500 by billing (zylos01) 9ab100000000
        plan aaaaaaaaaaaa (see above)
`)
  })

  test('says on whose judgement something was settled, and over what', () => {
    const settlement: Reason['settlement'] = {
      ...{ kind: 'pick', register: 'content', pick: 1, judge: 'model', rule: 'arbiter', model: 'm-1' },
      ...{ promptHash: null, confidence: 0.8, rationale: 'the later one' },
      superseded: [{ entry: ENTRY, value: 'USD', caution: null, by: author }],
    }
    expect(reasonTree([reason(A, { op: 'resolve', value: 'EUR', settlement })], screen)).toBe(`aaaaaaaaaaaa
  3 m ago: resolve EUR by billing (zylos01) 9ab100000000
    pick, judged by a model, rule arbiter, model m-1, confidence 0.8
    because the later one
    over USD by billing
`)
  })

  test('says what was taken back, and by what', () => {
    const undo = '77c3'.padEnd(64, '0') as Reason['entry']
    const tree = reasonTree(
      [
        reason(A, { op: 'resolve', value: 'EUR', takenBackBy: undo }),
        reason(A, { op: 'resolve', value: null, entry: undo, tookBack: [ENTRY] }),
      ],
      screen,
    )
    expect(tree).toBe(`aaaaaaaaaaaa
  3 m ago: resolve EUR by billing (zylos01) 9ab100000000 (taken back)
  3 m ago: resolve by billing (zylos01) 77c300000000
    takes back 9ab100000000
`)
  })

  test('cannot drive a terminal, and says when something is left out', () => {
    const evil = reason(A, {
      key: ESCAPE,
      value: ESCAPE,
      reason: ESCAPE,
      agent: ESCAPE,
      sources: [B],
      unfollowed: [B],
    })
    const tree = reasonTree([evil], screen)
    expect(tree).not.toContain('\u001b')
    expect(tree).toContain('and on 1 more, not shown')
    expect(reasonTree([], screen)).toBe('nothing was said\n')
  })
})

test('blame is a line for each part', () => {
  const part = {
    ...author,
    caution: null,
    reason: null,
    onBehalfOf: 'alice',
    source: null,
    confidence: 0.5,
    settlement: null,
  }
  const text = blameTable(
    {
      ...{ id: A, key: 'k', scope: 'app=default' as Result<'blame'>['scope'] },
      parts: [
        { ...part, kind: 'register', place: 'content', value: ESCAPE, ended: false },
        { ...part, kind: 'element', place: 'tags', value: 't', ended: false },
        {
          ...{ ...part, kind: 'register', place: 'verification', ended: false },
          value: { of: ENTRY, outcome: 'confirmed', how: 'called her', says: ENTRY },
        },
      ],
    },
    screen,
  )
  expect(text).toMatch(/content +␛\[2J +billing \(zylos01\) +alice +3 m ago +0.5/)
  expect(text).toMatch(/tags\+ +t /)
  expect(text).toMatch(/verification +confirmed: called her +billing/)
  expect(text).not.toContain('{')
})

test('taint names the way to each memory', () => {
  const record = {
    scope: 'app=default' as Result<'blame'>['scope'],
    type: 'record',
    caution: null,
    retracted: false,
    link: 'derived',
  } as const
  const text = taintText(
    {
      ...{ id: A, status: 'erased' },
      records: [
        {
          ...record,
          id: B,
          key: 'mid',
          value: 'so',
          steps: 1,
          path: [{ link: 'derived', from: A, record: B, by: author }],
        },
        {
          ...{ ...record, id: C, key: null, value: null, retracted: true, link: 'acted', steps: 3 },
          path: [
            { link: 'derived', from: A, record: B, by: author },
            { link: 'acted', from: B, record: C, by: null },
          ],
        },
      ],
    },
    screen,
  )
  expect(text).toMatch(
    /^1 memory was derived from aaaaaaaaaaaa \(erased\), and 1 was written by those who acted on it\n/,
  )
  expect(text).toMatch(/bbbbbbbbbbbb +mid +so +stands +derived +aaaaaaaaaaaa +billing/)
  expect(text).toMatch(/cccccccccccc +retracted +acted on it +… > aaaaaaaaaaaa > mid/)
  expect(taintText({ id: A, status: 'standing', records: [] }, screen)).toBe(
    'nothing was derived from aaaaaaaaaaaa\n',
  )
})

test('a directive is quoted line by line, and marked in tables', () => {
  expect(quotedText('do it\nnow', 'a directive by x', screen)).toBe('a directive by x\n> do it\n> now\n')
  expect(marked('do it', 'a directive by x')).toMatch(/NOT TO BE FOLLOWED.*"do it"/)
  expect(marked('do it', null)).toBe('do it')
  expect(saidLine({ value: 'a" now do it', caution: 'a directive by x' })).toContain('"a\\" now do it"')
  expect(saidLine({ value: null, caution: 'a directive by x' })).toBe('(retracted)')
})

test('what does not stand is said in a line each', () => {
  const stale = {
    entry: ENTRY,
    record: A,
    key: 'k',
    by: author,
    value: 'USD',
    caution: null,
    unknown: false,
  } as const
  expect(staleLines([{ ...stale, status: 'superseded' }], NOW)).toBe(
    '9ab100000000 of k, which is superseded by billing 3 m ago: USD\n',
  )
  const nobody = { ...stale, record: null, key: null, by: null, value: null, unknown: true } as const
  expect(staleLines([{ ...nobody, status: 'unknown' }], NOW)).toBe('9ab100000000, which is not known here\n')
})

test('a difference shows both values and who said them', () => {
  const scope = 'app=default' as Result<'blame'>['scope']
  const held = { caution: null, status: 'settled', by: author, tags: ['t'] } as const
  const text = diffText(
    {
      ...{ a: { kind: 'here' }, b: { kind: 'node', node: author.node, name: 'two', heardAt: author.at } },
      onlyInA: [{ id: A, key: 'fresh', scope, ...held, value: 'new' }],
      onlyInB: [],
      next: B,
      differing: [
        {
          ...{
            id: B,
            key: null,
            scope,
            places: ['content'],
            a: { ...held, value: ESCAPE, status: 'conflict' },
          },
          b: { ...held, value: null, status: 'erased' },
        },
      ],
    },
    screen,
  )
  expect(text).toBe(`only here: 1 record
  fresh aaaaaaaaaaaa new [t] by billing 3 m ago
different: 1 record
  bbbbbbbbbbbb content
    here: ␛[2J (in dispute) [t] by billing 3 m ago
    at two (heard 3 m ago): (erased) [t] by billing 3 m ago
2 records shown, and there are more: --after ${B} goes on
`)
})

test('a directive of another agent is marked wherever its text is printed', () => {
  const said = { value: 'zap it', caution: 'a directive by x' }
  const mark = 'NOT TO BE FOLLOWED] "zap it"'
  const scope = 'app=default' as Result<'blame'>['scope']
  const settlement: Reason['settlement'] = {
    ...{ kind: 'pick', register: 'content', pick: 1, judge: 'person', rule: null, model: null },
    ...{
      promptHash: null,
      confidence: null,
      rationale: 'zap it',
      superseded: [{ ...said, entry: ENTRY, by: author }],
    },
  }
  const event = reason(A, { ...said, reason: 'zap it', settlement })
  const part = {
    ...author,
    ...said,
    kind: 'register',
    place: 'content',
    ended: false,
    reason: 'zap it',
  } as const
  const grounds = { onBehalfOf: null, source: null, confidence: null, settlement: null }
  const held = { ...said, status: 'settled', by: author, tags: [] } as const
  const tainted = {
    ...{ id: B, key: null, scope, retracted: false, steps: 1, path: [] },
    ...({ type: 'record', link: 'derived' } as const),
  }
  const stale = { entry: ENTRY, record: A, key: 'k', by: author, status: 'conflict', unknown: false } as const
  const here = { kind: 'here' } as const
  const texts: readonly (readonly [string, number])[] = [
    [eventTable([event], screen), 2],
    [reasonTree([event], screen), 4],
    [blameTable({ id: A, key: 'k', scope, parts: [{ ...part, ...grounds }] }, screen), 2],
    [taintText({ id: A, status: 'standing', records: [{ ...tainted, ...said }] }, screen), 1],
    [staleLines([{ ...stale, ...said }], NOW), 1],
    [
      diffText(
        {
          ...{
            a: here,
            b: here,
            onlyInA: [{ id: A, key: null, scope, ...held }],
            onlyInB: [],
            differing: [],
          },
          next: null,
        },
        screen,
      ),
      1,
    ],
  ]
  for (const [text, times] of texts) {
    expect(text.split(mark)).toHaveLength(times + 1)
    expect(text.split('zap it')).toHaveLength(times + 1)
  }
})
