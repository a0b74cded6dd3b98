import type { Result } from '@folkmoot/gateway/client'
import { expect, test } from 'vitest'
import { blameTable } from './beliefs.ts'
import { type Memory, memoryTable, memoryText } from './memory.ts'
import { createPaint, type Screen } from './screen.ts'

const screen: Screen = {
  ...{ columns: Number.POSITIVE_INFINITY, now: Date.parse('2026-01-31T12:00:00Z') },
  paint: createPaint(false),
}
const ann = {
  ...{ node: '12D3KooWannannann', name: 'a', agent: 'ann' },
  ...{ at: '2026-01-31T11:50:00Z', entry: `aaaa${'0'.repeat(60)}` },
}
const bob = {
  ...{ node: '12D3KooWbobbobbob', name: 'b', agent: 'bob' },
  ...{ at: '2026-01-31T11:58:00Z', entry: `bbbb${'0'.repeat(60)}` },
}
type Sibling = Omit<typeof bob, 'name'> & { readonly value: string; readonly verdict?: object }

function sibling(value: string, { name: _, ...by }: typeof bob, more: object = {}): Sibling {
  return { value, ...by, ...more }
}

function memory(value: string, ...siblings: readonly Sibling[]): Memory {
  return {
    ...{ id: '3f2a'.repeat(8), key: 'k', scope: 'app=default', kind: 'semantic', status: 'resolved' },
    ...{ value, siblings, tags: [], confidence: null, claim: null, verified: false, verification: null },
    ...{ checks: [], caution: null, stale: null, links: [], supersededBy: null, heads: [] },
    provenance: { ...bob, reason: 'because', onBehalfOf: null, source: null },
  } as unknown as Memory
}

const picked = { verdict: { judge: 'person', statedBy: [ann] } }

test('a value that was picked is said by whoever said it', () => {
  const one = memory('v-ann', sibling('v-ann', bob, picked))
  expect(memoryText(one, screen)).toContain(
    'said by  ann (a) 10 m ago, picked by bob (b) 2 m ago, entry bbbb00000000\n  reason   because',
  )
  expect(memoryTable([one], screen)).toMatch(/ann, picked by bob {2}2 m ago/)
})

test('a value that a judge found is said by nobody else', () => {
  const one = memory('v', sibling('v', bob, { verdict: { judge: 'model', statedBy: [] } }))
  expect(memoryText(one, screen)).toContain('found by  bob (b) 2 m ago (model), entry')
  expect(memoryTable([one], screen)).toContain('found by bob (model)')
})

test('of what is disputed it is said who says the value in effect, and not who spoke last', () => {
  const one = memory('v-ann', sibling('v-ann', ann), sibling('v-bob', bob))
  const text = memoryText(one, screen)
  expect(text).toMatch(/said by {2}ann \(…\w+\) 10 m ago, entry aaaa00000000/)
  expect(text).not.toContain('because')
  expect(memoryTable([one], screen)).toMatch(/ann {2}10 m ago/)
})

test('a value that was put together has the name of whoever spoke last', () => {
  const one = memory('both', sibling('v-ann', ann), sibling('v-bob', bob))
  expect(memoryText(one, screen)).toContain('said by  bob (b) 2 m ago')
})

test('blame says who said what was picked', () => {
  const part = { ...bob, kind: 'register', place: 'content', value: 'v-ann', ended: false, ...picked }
  const rest = {
    caution: null,
    reason: null,
    onBehalfOf: null,
    source: null,
    confidence: null,
    settlement: null,
  }
  const report = { id: 'x', key: 'k', scope: 'app=default', parts: [{ ...part, ...rest }] }
  expect(blameTable(report as unknown as Result<'blame'>, screen)).toContain('ann (a), picked by bob (b)')
})
