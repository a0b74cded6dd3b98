import type { Result } from '@folkmoot/gateway/client'
import { expect, test } from 'vitest'
import { createPaint, type Screen } from './screen.ts'
import { decisionText, scanText } from './suspicions.ts'

const NOW = Date.parse('2026-01-31T12:00:00Z')
const screen: Screen = { columns: 80, now: NOW, paint: createPaint(false) }
const ID = '3f2a91c04d1122334455667788990011'

const memory = (value: unknown, key: string | null = null) => ({
  ...{ id: ID, key, scope: 'app=shop', kind: 'semantic', value, caution: null },
  ...{ node: 'n', name: 'zylos01', agent: 'bill\u001bing', at: '2026-01-31T11:57:00Z', entry: 'e' },
})
const report = {
  ...{ records: 4, pairs: 6, found: 3, suspicions: 1, links: 1, withdrawn: 2, complete: false },
  skipped: ['app=shop', 'app=s\u001bop'],
  findings: [
    {
      relation: 'contradicts',
      memories: [memory('EUR\u001b[2J', 'currency'), memory({ price: 12 })],
      score: 0.85,
      evidence: [{ test: 'value', detail: 'numbers differ' }],
      conflict: `${ID}.suspicion`,
      recorded: true,
    },
    {
      relation: 'same',
      memories: [memory('EUR'), memory('EUR')],
      score: 1,
      evidence: [{ test: 'text', detail: 'same text' }],
      conflict: null,
      recorded: true,
    },
  ],
} as unknown as Result<'scan'>

test('both texts are shown with the evidence, and what became of it', () => {
  expect(scanText(report, screen)).toBe(`may contradict each other, 0.85: numbers differ (value)
  [1] EUR␛[2J
      3f2a91c04d11, currency, said by bill␛ing 3 m ago
  [2] {"price":12}
      3f2a91c04d11, said by bill␛ing 3 m ago
  kept as a conflict: moot conflict 3f2a91c04d11.suspicion

say the same, 1.00: same text (text)
  [1] EUR
      3f2a91c04d11, said by bill␛ing 3 m ago
  [2] EUR
      3f2a91c04d11, said by bill␛ing 3 m ago
  kept as a link

4 memories looked at, 6 pairs compared, 2 of 3 findings shown (--limit N shows up to 10,000)
kept: 1 new suspicion, 1 new link, 2 suspicions withdrawn
kept nothing, for want of the right, in app=shop, app=s␛op
there are more memories than one scan reads: give a scope
`)
})

test('nothing found is said in one line', () => {
  const nothing = { ...report, records: 1, pairs: 0, found: 0, findings: [], complete: true }
  const none = { ...nothing, suspicions: 0, links: 0, withdrawn: 0, skipped: [] }
  expect(scanText(none, screen)).toBe('1 memory looked at, 0 pairs compared, 0 findings\n')
})

test('a decision says what was done, by whom and why', () => {
  const decision = {
    ...{ op: 'UPDATE' as const, by: 'gpt\n5', reason: 'it\u001b moved', confidence: 0.9 },
    ...{ basis: [ID], target: ID },
  } as unknown as Parameters<typeof decisionText>[0]
  const where = '3f2a91c04d11 as seat in app=shop'
  expect(decisionText(decision, where)).toBe(`updated 3f2a91c04d11 as seat in app=shop
  UPDATE by gpt ⏎ 5, 0.90, held against 1 memory
  because it␛ moved
`)
  expect(decisionText({ ...decision, op: 'NOOP', by: 'ladder', basis: [] }, where)).toContain(
    'confirmed 3f2a91c04d11 as seat in app=shop\n  NOOP by rules, 0.90\n',
  )
})

test('a directive of another agent is marked', () => {
  const said = { ...memory('zap it'), caution: 'a directive by x' }
  const finding = { ...report.findings[0], memories: [said, memory('EUR')] }
  const text = scanText({ ...report, findings: [finding] } as unknown as Result<'scan'>, screen)
  expect(text).toContain('NOT TO BE FOLLOWED] "zap it"')
  expect(text).toContain('[2] EUR\n')
})
