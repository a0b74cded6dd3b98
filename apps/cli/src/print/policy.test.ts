import type { EntryHash, NodeId } from '@folkmoot/core'
import type { Result } from '@folkmoot/gateway/client'
import { expect, test } from 'vitest'
import { policyTestText, policyText } from './policy.ts'
import { createPaint, type Screen } from './screen.ts'

const screen: Screen = {
  columns: Number.POSITIVE_INFINITY,
  now: Date.parse('2026-01-31T12:00:00Z'),
  paint: createPaint(false),
}
const by = {
  node: '12D3KooWalice' as NodeId,
  name: 'zylos01',
  agent: 'billing',
  at: '2026-01-31T11:57:00Z',
  entry: '9ab1' as EntryHash,
}

const shown: Result<'policy.show'> = {
  scope: 'app=default',
  policy: {
    version: 1,
    clauses: [
      { when: { kind: 'fact', key: 'customer/*' }, rule: 'authority', order: ['billing', '*'] },
      { rule: 'arbiter', below: { importance: 0.3, rule: 'latest' }, advice: 'Ask twice.' },
    ],
  },
  setBy: by,
  conflict: false,
}

test('a policy is a table of its clauses', () => {
  expect(policyText(shown, screen)).toBe(
    `app=default, set by billing (zylos01) 3 m ago
#  WHEN                       RULE                                   ADVICE
1  kind fact, key customer/*  authority billing > *
2  always                     arbiter; below importance 0.3: latest  Ask twice.
`,
  )
})

test('no policy, an empty one and a disputed one are told apart', () => {
  expect(policyText({ scope: null, policy: null, setBy: null, conflict: false }, screen)).toMatch(
    /^no policy/,
  )
  expect(policyText({ ...shown, policy: { version: 1, clauses: [] } }, screen)).toContain('without clauses')
  expect(policyText({ ...shown, conflict: true }, screen)).toContain('this is the newer')
})

const candidate = { ...by, caution: null, record: 'ab', confidence: null, support: 1 }
const trial = {
  conflict: '3f2a91c04d1122334455667788990011.content',
  record: '3f2a91c04d1122334455667788990011',
  key: 'seat',
  scope: 'app=default',
  candidates: [
    { ...candidate, value: 'aisle' },
    { ...candidate, value: 'window' },
  ],
  was: { kind: 'pick', value: 'aisle', caution: null, judge: 'person', by },
  would: { rule: 'latest', clause: 1, value: 'window', caution: null },
  agrees: false,
} as const

test('a tested policy says what was, what would be, and how many change', () => {
  const tested: Result<'policy.test'> = {
    total: 4,
    changes: 1,
    warnings: [],
    rules: {
      latest: { total: 1, changes: 1 },
      arbiter: { total: 1, changes: 0 },
      none: { total: 1, changes: 0 },
    },
    trials: [
      trial,
      {
        ...trial,
        was: null,
        would: { rule: 'arbiter', clause: 2, value: null, caution: null },
        agrees: true,
      },
      {
        ...trial,
        was: { ...trial.was, kind: 'overwrite' },
        agrees: true,
      },
      {
        ...trial,
        was: { ...trial.was, kind: 'defer' },
        would: { rule: 'latest', clause: null, value: null, caution: null },
        agrees: true,
      },
    ],
  }
  expect(policyTestText(tested, screen)).toBe(
    `CONFLICT              KEY   VALUES          WAS                  RULE       WOULD BE
3f2a91c04d11.content  seat  aisle | window  aisle (person)       1 latest   window            changes
3f2a91c04d11.content  seat  aisle | window  (open)               2 arbiter  (for an arbiter)
3f2a91c04d11.content  seat  aisle | window  aisle (overwritten)  1 latest   window
3f2a91c04d11.content  seat  aisle | window  (put off)                       (left open)

would change 1 of 4 conflicts
  latest: 1 of 1
  arbiter: 0 of 1
  no clause: 0 of 1
`,
  )
  expect(policyTestText({ total: 0, changes: 0, rules: {}, trials: [], warnings: [] }, screen)).toBe(
    'no conflict to try it on\n',
  )
})

test('nothing that others wrote drives the terminal', () => {
  const ESCAPE = String.fromCodePoint(0x1b)
  const evil = `${ESCAPE}[2J\nmoot: all is well`
  const clauses = [{ when: { key: evil }, rule: 'authority' as const, order: [evil], advice: evil }]
  const hostile = {
    ...shown,
    scope: evil,
    policy: { version: 1 as const, clauses },
    setBy: { ...by, agent: evil, name: evil },
  }
  const texts = [policyText(hostile, screen)]
  const said = {
    ...trial,
    key: evil,
    was: { ...trial.was, value: evil },
    would: { ...trial.would, value: evil },
  }
  const tested = { total: 1, changes: 1, rules: {}, trials: [said], warnings: [] }
  texts.push(policyTestText(tested, screen))
  for (const text of texts) {
    expect(text).not.toContain(ESCAPE)
    expect(text).not.toMatch(/^moot: all/m)
  }
})
