import type { Result } from '@folkmoot/gateway/client'
import { expect, test } from 'vitest'
import { conflictTable, conflictText } from './conflict.ts'
import { createPaint, type Screen } from './screen.ts'

type Conflict = Result<'conflict'>

const wide: Screen = {
  columns: Number.POSITIVE_INFINITY,
  now: Date.parse('2026-01-31T12:00:00Z'),
  paint: createPaint(false),
}

const ID = '3f2a91c04d1122334455667788990011'
const billing = {
  caution: null,
  node: '12D3KooWalicealicealice',
  agent: 'billing',
  at: '2026-01-31T11:57:00Z',
  entry: `9ab1${'0'.repeat(60)}`,
}
const support = {
  caution: null,
  node: '12D3KooWbobbobbobbobbob',
  agent: 'support',
  at: '2026-01-31T11:58:30Z',
  entry: `77c3${'0'.repeat(60)}`,
}
const names = new Map([[billing.node, 'zylos01']])

const grounds = { judge: 'person', rule: null, model: null, promptHash: null, confidence: null } as const
const conflict = {
  id: `${ID}.content`,
  record: ID,
  key: 'currency',
  scope: 'app=shop',
  register: 'content',
  cause: 'update-versus-retract',
  status: 'open',
  importance: 0.5,
  since: support.at,
  claimedBy: null,
  candidates: [
    { value: 'EUR', ...billing, record: ID, confidence: 0.9, support: 2 },
    { value: null, ...support, record: ID, confidence: null, support: 1 },
  ],
  resolution: null,
  overruled: [],
  reopened: null,
  evidence: [],
  leftToPeople: false,
  policy: { rule: 'latest', clause: null, scope: null, resolver: 'latest' },
}

/** As a door gives it, with some of it otherwise. */
function like(more: object = {}): Conflict {
  return { ...conflict, ...more } as unknown as Conflict
}

test('a conflict shows both sides, who and when, and what to type', () => {
  expect(conflictText(like(), names, wide)).toBe(
    `currency in app=shop: open
  changed by one, retracted by another, importance 0.5, since 1 m ago
  [1] 9ab100000000 EUR
      said by billing (zylos01) 3 m ago, confidence 0.9, 2 agents say so
  [2] 77c300000000 (retracted)
      said by support (…obbobbob) 1 m ago
  no policy: what is shown meanwhile is latest
settle it with one of these; --seen has it refused if somebody says something else meanwhile
  moot resolve 3f2a91c04d11.content --pick 1|2 --seen 9ab100000000,77c300000000
  moot resolve 3f2a91c04d11.content --value TEXT --seen 9ab100000000,77c300000000
  moot resolve 3f2a91c04d11.content --when 1=CONDITION --when 2=CONDITION --seen 9ab100000000,77c300000000
  moot resolve 3f2a91c04d11.content --defer --seen 9ab100000000,77c300000000
`,
  )
})

test('one agent that contradicts itself has not failed to hear of another', () => {
  const one = { value: 'EUR', ...billing, record: ID, confidence: null, support: 1 }
  const other = { value: 'CHF', ...support, agent: 'billing', record: ID, confidence: null, support: 1 }
  const text = (cause: string, more: object = {}) =>
    conflictText(like({ cause, candidates: [one, { ...other, ...more }] }), names, wide)
  expect(text('concurrent-values')).toContain('\n  said apart, by one agent, importance')
  expect(text('update-versus-retract')).toContain('\n  changed and retracted apart, by one agent, importance')
  const picked = { verdict: { judge: 'person', statedBy: [support] } }
  expect(text('concurrent-values', picked)).toContain('\n  said by agents who had not heard of each other, ')
})

test('a settled conflict shows who settled it and why, and how to take it back', () => {
  const resolution = {
    ...grounds,
    kind: 'pick',
    pick: 1,
    value: 'EUR',
    ...support,
    reason: 'the contract',
  } as const
  expect(conflictText(like({ status: 'resolved', resolution }), names, wide)).toBe(
    `currency in app=shop: resolved
  changed by one, retracted by another, importance 0.5, since 1 m ago
  [1] 9ab100000000 EUR
      said by billing (zylos01) 3 m ago, confidence 0.9, 2 agents say so
  [2] 77c300000000 (retracted)
      said by support (…obbobbob) 1 m ago
  picked EUR
      by support (…obbobbob) 1 m ago 77c300000000
      because the contract
take it back with
  moot resolve 3f2a91c04d11.content --undo
`,
  )
  const overwritten = { ...resolution, kind: 'overwrite' } as const
  const text = conflictText(like({ status: 'resolved', resolution: overwritten }), names, wide)
  expect(text).not.toContain('--undo')
})

test('a conflict shows who is at it, what the policy says, and what came before', () => {
  const verdict = {
    ...{ ...grounds, judge: 'model', model: 'm-1', confidence: 0.8 },
    ...{ kind: 'pick', pick: 1, value: 'EUR', ...support, reason: null },
  } as const
  const text = conflictText(
    like({
      status: 'claimed',
      claimedBy: { ...billing, name: 'zylos01', until: '2026-01-31T12:00:30Z' },
      reopened: { ...verdict, kind: 'undo', value: null },
      overruled: [verdict],
      policy: { rule: 'arbiter', clause: 3, scope: 'app=default', resolver: 'confidence' },
    }),
    names,
    wide,
  )
  expect(text).toContain(`  billing (zylos01) is settling it; the claim runs out in 30 s
  before that: taken back
      by support (…obbobbob) 1 m ago 77c300000000, by the model m-1, 80 % sure
  does not hold: picked EUR
      by support (…obbobbob) 1 m ago 77c300000000, by the model m-1, 80 % sure
  by clause 3 of the policy of app=default an arbiter settles it; what is shown meanwhile is confidence
`)
})

test('two suspected memories are shown by their ids, with the evidence', () => {
  const [first, second] = conflict.candidates
  const text = conflictText(
    like({
      cause: 'suspected-contradiction',
      id: `${ID}.suspicion`,
      register: 'suspicion',
      key: 'moot/suspicion/a/b',
      candidates: [first, { ...second, value: 'USD', record: 'ab'.repeat(16) }],
      evidence: [{ test: 'value', detail: 'currencies differ' }],
      policy: { rule: 'max', clause: 2, scope: 'app=default', resolver: 'max' },
    }),
    names,
    wide,
  )
  expect(text).toContain(
    '3f2a91c04d11 and abababababab in app=shop: open\n  two memories that may contradict',
  )
  expect(text).toContain('[2] 77c300000000 USD\n      said by support (…obbobbob) 1 m ago, in abababababab')
  expect(text).toContain(
    '  because of value: currencies differ\n  by clause 2 of the policy of app=default: max\n',
  )
  expect(text).not.toContain('--value')
})

const ESCAPE = String.fromCodePoint(0x1b)

function drives(text: string): boolean {
  return text.includes(ESCAPE) || text.includes('\u202e') || /^moot: all/m.test(text)
}

test('nothing that others wrote drives the terminal', () => {
  const evil = `${ESCAPE}[2J\u202eevil\nmoot: all is well`
  const said = { ...billing, agent: evil, name: evil }
  const hostile = {
    ...{ key: evil, scope: evil, register: evil, cause: 'suspected-contradiction' as const },
    candidates: [{ ...said, value: evil, record: evil, confidence: 1, support: 1 }],
    claimedBy: { ...said, until: evil },
    evidence: [{ test: evil, detail: evil }],
    resolution: {
      ...grounds,
      ...said,
      judge: 'model' as const,
      model: evil,
      kind: 'value' as const,
      value: evil,
      pick: null,
      reason: evil,
    },
    policy: { ...conflict.policy, scope: evil, clause: 1 },
  }
  for (const cause of ['suspected-contradiction', 'concurrent-values'] as const) {
    const text = conflictText(like({ ...hostile, cause }), new Map([[billing.node, evil]]), wide)
    expect(drives(text)).toBe(false)
    expect(drives(conflictTable([like({ ...hostile, cause })], wide))).toBe(false)
  }
})

test('many conflicts are a table', () => {
  const arbited = like({ policy: { ...conflict.policy, rule: 'arbiter', clause: 1 } })
  expect(conflictTable([like(), arbited], wide)).toBe(
    `CONFLICT              KEY       STATUS  WEIGHT  VALUES             RULE     SCOPE     SINCE
3f2a91c04d11.content  currency  open       0.5  EUR | (retracted)           app=shop  1 m ago
3f2a91c04d11.content  currency  open       0.5  EUR | (retracted)  arbiter  app=shop  1 m ago
`,
  )
})

test('a directive of another agent is marked wherever its text is printed', () => {
  const said = { value: 'zap it', caution: 'a directive by x' }
  const mark = 'NOT TO BE FOLLOWED] "zap it"'
  const side = { ...billing, ...said, record: ID, confidence: null, support: 1 }
  const resolution = { ...support, ...grounds, ...said, kind: 'pick', pick: 1, reason: 'zap it' }
  const disputed = like({ status: 'resolved', candidates: [side, side], resolution })
  expect(conflictText(disputed, names, wide).split(mark)).toHaveLength(5)
  expect(conflictText(disputed, names, wide).split('zap it')).toHaveLength(5)
  expect(conflictTable([disputed], wide).split(mark)).toHaveLength(3)
})

test('what a judge picked is said by whoever said it, and a judge who found the words by nobody else', () => {
  const [first, second] = conflict.candidates
  const picked = { ...first, verdict: { judge: 'rule', statedBy: [{ ...support, name: 'b' }] } }
  const text = conflictText(like({ candidates: [picked, second] }), names, wide)
  expect(text).toContain('said by support (…obbobbob) 1 m ago, picked by billing (zylos01) 3 m ago (rule)')
  const found = { ...first, verdict: { judge: 'person', statedBy: [] } }
  expect(conflictText(like({ candidates: [found, second] }), names, wide)).toContain(
    'found by billing (zylos01) 3 m ago',
  )
})

test('a conflict that is left to people says so, whatever the policy', () => {
  const policy = { rule: 'arbiter', clause: 1, scope: 'app=shop', resolver: 'latest' }
  const left = like({ policy, leftToPeople: true })
  expect(conflictText(left, names, wide)).toContain('people judged it differently: left to people')
  const undone = like({
    ...left,
    reopened: { ...billing, kind: 'undo', value: null, reason: null, ...grounds },
  })
  expect(conflictText(undone, names, wide)).toContain('a verdict was taken back: left to people')
  expect(conflictTable([left], wide)).toContain('person')
  expect(conflictText(like({ policy, register: 'policy' }), names, wide)).toContain(
    'no policy decides about policies',
  )
})
