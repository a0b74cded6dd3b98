import type { Result } from '@folkmoot/gateway/client'
import { expect, test } from 'vitest'
import { arbiterText } from './arbiter.ts'
import { createPaint } from './screen.ts'

type Arbiter = NonNullable<Result<'status'>['arbiter']>

const NOW = Date.parse('2026-01-31T12:00:00Z')
const screen = { columns: 80, now: NOW, paint: createPaint(false) }
const AT_REST: Arbiter = {
  ...{ model: null, mayArbitrate: true, queued: 0, judging: [], lastError: null, lastVerdictAt: null },
  breaker: { state: 'closed', until: null },
  settled: { byRule: 0, byModel: 0, deferred: 0, failed: 0, changed: 0, yielded: 0, takenOver: 0 },
  left: { calls: null, tokens: null, until: null, scopes: [] },
}

test('says nothing of an arbiter that is not there', () => expect(arbiterText(null, screen)).toBe(''))

test('says little of one that has had nothing to do', () => {
  expect(arbiterText(AT_REST, screen)).toBe(
    '\narbiter\n  judges by  rules alone\n  waiting    0\n  settled    0 by rule, 0 by the model\n  deferred   0\n',
  )
})

test('says what a busy one is at, and what keeps it', () => {
  const text = arbiterText(
    {
      ...AT_REST,
      ...{ model: 'llama\u001b[31m', mayArbitrate: false, queued: 12, lastError: 'too many\nrequests' },
      judging: ['3f2a91c04d1122334455667788990011.content'],
      breaker: { state: 'open', until: '2026-01-31T12:05:00Z' },
      settled: { ...AT_REST.settled, byRule: 10_000, byModel: 3, deferred: 2, failed: 4 },
      left: {
        ...{ calls: 0, tokens: 1200, until: '2026-01-31T12:30:00Z' },
        scopes: [{ scope: 'app=shop', calls: 7, tokens: null, until: null }],
      },
      lastVerdictAt: '2026-01-31T11:58:00Z',
    },
    screen,
  )
  expect(text).not.toContain('\u001b')
  for (const words of [
    'none: moot grant with the right to arbitrate',
    'left alone, again in 5 m',
    '3f2a91c04d11.content',
    '10,000 by rule, 3 by the model',
    '0 calls, 1,200 tokens, more in 30 m',
    'app=shop',
    '7 calls',
    '2 m ago',
  ])
    expect(text).toContain(words)
})
