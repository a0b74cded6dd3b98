import type { Result } from '@folkmoot/gateway/client'
import { expect, test } from 'vitest'
import { whoamiText } from '../commands/whoami.ts'
import { accessText, grantedText, revokedText } from './access.ts'
import { createPaint, type Screen } from './screen.ts'
import { verifyText } from './verify.ts'

const NOW = Date.parse('2026-01-31T12:00:00Z')
const wide: Screen = { columns: Number.POSITIVE_INFINITY, now: NOW, paint: createPaint(false) }
const entry = `9ab1${'0'.repeat(60)}`
const by = { node: '12D3KooWannannannann', name: 'ann', agent: 'support' }
const node = '12D3KooWbobbobbobbob'

const grants = [
  {
    ...{ agent: 'billing', scope: 'user=alice', resource: null, rights: ['read', 'write'], by, entry },
    ...{ from: '2026-01-31T11:00:00Z', until: '2026-02-02T12:00:00Z', inForce: true },
  },
  {
    ...{ node, name: 'bob', scope: null, resource: 'crm', rights: [], by, entry },
    ...{ from: '2026-01-31T10:00:00Z', until: '2026-01-31T11:30:00Z', inForce: false },
  },
] as unknown as Result<'access'>['grants']

test('grants are a table', () => {
  expect(accessText({ asOf: null, grants, reach: null }, wide)).toBe(
    `WHO      IS     MAY          WHERE       FROM     UNTIL     BY   IN FORCE
billing  agent  read, write  user=alice  1 h ago  in 2 d    ann  yes
bob      node   use          crm         2 h ago  30 m ago  ann  no
`,
  )
})

test('what a relay cannot read of a grant is shown as hidden', () => {
  const hidden = grants.slice(0, 1).map(grant => ({ ...grant, scope: '(hidden)' }))
  expect(accessText({ asOf: null, grants: hidden, reach: null }, wide)).toBe(
    `WHO      IS     MAY          WHERE     FROM     UNTIL   BY   IN FORCE
billing  agent  read, write  (hidden)  1 h ago  in 2 d  ann  yes
`,
  )
})

test('and so is who can do what', () => {
  const one = { node, name: 'bob', agent: 'billing', rights: ['read'], serves: true, uses: null }
  const reach = [one] as unknown as NonNullable<Result<'access'>['reach']>
  expect(accessText({ asOf: null, grants: [], reach }, wide)).toBe(
    `nothing was granted

1 member at that time:
AGENT    NODE  READS  WRITES  ARBITRATES  SERVES
billing  bob   yes    no      no          yes
`,
  )
})

test('a grant, new and old', () => {
  const granted = [
    {
      agent: 'billing',
      scope: 'user=alice',
      resource: null,
      rights: ['read'],
      until: null,
      entry,
      isNew: true,
    },
    {
      ...{ node, name: 'bob', scope: null, resource: 'crm', rights: [], entry, isNew: false },
      until: '2026-02-02T12:00:00Z',
    },
  ] as unknown as Result<'grant'>
  expect(grantedText(granted, wide)).toBe(
    `billing may read user=alice  entry 9ab100000000
bob may use crm until 2026-02-02T12:00:00Z (in 2 d) already: nothing was written  entry 9ab100000000
`,
  )
})

test('a revocation says where logs end, and what is left', () => {
  const log = `77c3${'0'.repeat(28)}`
  const revoked = [
    {
      ...{ agent: 'billing', entry, permission: { scope: 'user=alice', resource: null, rights: ['write'] } },
      cut: [{ log, node, scope: 'user=alice', seq: 4 }],
      unseen: false,
      remaining: [{ scope: '*', resource: null, rights: ['read', 'write'] }],
    },
    { node, name: 'bob\u001b[31m', entry, permission: null, cut: [], unseen: true, remaining: [] },
  ] as unknown as Result<'revoke'>
  expect(revokedText(revoked, wide)).toBe(
    `billing may not write user=alice any more  entry 9ab100000000
  its log in user=alice ends at 4  …obbobbob 77c300000000
  but it still may read, write *
bob␛[31m is out of the mesh  entry 9ab100000000
  what it wrote where this node may not read counts no more (revoked by a node that relays it would)
`,
  )
})

test('what does not count is told author by author', () => {
  const one = { entry, status: 'cut', reason: 'its node was removed', node, name: 'bob', agent: 'billing' }
  const uncounted = Array.from({ length: 12 }, (_, seq) => ({ ...one, scope: 'user=alice', seq, at: 'T' }))
  const other = { ...one, status: 'void', reason: 'no admin', scope: 'membership', seq: 3, at: 'T' }
  const report = {
    valid: true,
    entries: 20,
    logs: 2,
    faults: [],
    uncounted: [other, ...uncounted],
    rowsDiffer: 0,
  }
  const lines = verifyText(report as unknown as Result<'verify'>, wide).split('\n')
  expect(lines.slice(0, 3)).toEqual([
    'valid: 20 entries in 2 logs',
    '  12 entries by bob (billing): cut, its node was removed',
    '    9ab100000000  0 in user=alice  T',
  ])
  expect(lines.slice(11)).toEqual([
    '    9ab100000000  9 in user=alice  T',
    '    and 2 more: moot verify --json',
    '  1 entry by bob (billing): void, no admin',
    '    9ab100000000  3 in membership  T',
    '',
  ])
})

test('a status that is its own reason is said once', () => {
  const erased = { entry, status: 'erased', reason: 'erased', node, name: 'bob', agent: 'billing' }
  const uncounted = [{ ...erased, scope: 'user=alice', seq: 1, at: 'T' }]
  const report = { valid: true, entries: 2, logs: 1, faults: [], uncounted, rowsDiffer: 0 }
  const [, line] = verifyText(report as unknown as Result<'verify'>, wide).split('\n')
  expect(line).toBe('  1 entry by bob (billing): erased')
})

test('who one is', () => {
  const self = {
    ...{
      node,
      mesh: 'ab'.repeat(32),
      name: 'bob',
      agent: 'billing',
      dir: '/d',
      isAdmin: false,
      sealed: false,
    },
    ...{ notAfter: '2026-02-02T12:00:00Z', incarnation: 0, rights: [], agentsNodes: [{ node, name: 'cid' }] },
  } as unknown as Result<'whoami'>
  expect(whoamiText(self, wide)).toBe(
    `bob acting as billing
  node        ${node}
  mesh        ${'ab'.repeat(32)} (not encrypted)
  directory   /d
  certified   until 2026-02-02T12:00:00Z (in 2 d)
  same agent  cid

nothing was granted to it
`,
  )
})
