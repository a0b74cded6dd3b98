import { expect, test } from 'vitest'
import {
  admit,
  forget,
  grant,
  handOut,
  invite,
  receipt,
  removeNode,
  revoke,
  rotate,
} from './administration.ts'
import { type Body, encodeBody } from './body.ts'
import type { Plan } from './change-plan.ts'
import type { EntryHash, LogId, NodeId, ScopeId } from './ids.ts'
import { nodeId } from './ids.ts'
import { CUTS_MAX, KEY_WRAPS_MAX, WRAP_BYTES_MAX } from './limits.ts'
import type { Cut } from './membership-body.ts'
import type { PlanView } from './work.ts'

const bodyOf = (plan: Plan): Body => {
  const { scope, body } = plan.plan({} as PlanView)
  expect(scope).toBeNull()
  // Every one of them is one that a peer takes.
  expect(encodeBody(body).length).toBeGreaterThan(0)
  return body
}

const key = (number: number) => {
  const bytes = new Uint8Array(32).fill(5)
  new DataView(bytes.buffer).setUint32(0, number)
  return nodeId(bytes)
}
const hash = (number: number) => number.toString(16).padStart(64, '0') as EntryHash
const cuts = (count: number) =>
  Array.from({ length: count }, (_, i): Cut => [i.toString(16).padStart(32, '0') as LogId, i, hash(i)])
const ANN: NodeId = key(1)

test('what is not given is not in the body', () => {
  expect(bodyOf(admit(ANN, 'ann', 'cook'))).toEqual({ type: 'admit', node: ANN, name: 'ann', agent: 'cook' })
  expect(bodyOf(admit(ANN, 'ann', 'cook', { ticket: hash(1), notAfter: 5 }))).toMatchObject({
    ticket: hash(1),
    notAfter: 5,
  })
  expect(bodyOf(invite(hash(1), 'cook', 9, 1))).toEqual({
    ...{ type: 'invite', ticket: hash(1), agent: 'cook', expiresAt: 9, uses: 1 },
  })
})

test('rights stand in order, each once', () => {
  const permission = { scope: '*', rights: ['write' as const, 'read' as const, 'read' as const] }
  const ordered = { permission: { scope: '*', rights: ['read', 'write'] } }
  expect(bodyOf(grant({ agent: 'cook' }, permission))).toMatchObject(ordered)
  expect(revoke({ node: ANN }, permission, []).map(bodyOf)).toMatchObject([{ ...ordered, cuts: [] }])
  expect(bodyOf(invite(hash(1), 'cook', 9, 1, { grants: [permission, { resource: 'crm' }] }))).toMatchObject({
    grants: [ordered.permission, { resource: 'crm' }],
  })
})

test.each([
  ['remove', (list: readonly Cut[]) => removeNode(ANN, list, 'stolen')],
  ['revoke', (list: readonly Cut[]) => revoke({ agent: 'cook' }, { resource: '*' }, list, 'stolen')],
  ['rotate', (list: readonly Cut[]) => rotate(ANN, list, 'stolen')],
])('a %s goes on in the next entry until all its cuts are named', (type, make) => {
  expect(make([]).map(bodyOf)).toMatchObject([{ type, cuts: [], reason: 'stolen' }])
  const list = cuts(2 * CUTS_MAX + 1)
  const parts = make(list).map(bodyOf) as (Body & { cuts: Cut[]; more?: true })[]
  expect(parts.map(({ cuts, more }) => [cuts.length, more])).toEqual([
    [CUTS_MAX, true],
    [CUTS_MAX, true],
    [1, undefined],
  ])
  expect(parts.flatMap(part => part.cuts)).toEqual(list)
})

test.each([116, WRAP_BYTES_MAX])('keys for many readers fit their entries, at %i bytes each', size => {
  const wraps = Array.from({ length: KEY_WRAPS_MAX + 1 }, (_, i) => [key(i), new Uint8Array(size)] as const)
  const parts = handOut({ scope: 'ab'.repeat(16) as ScopeId, epoch: 7, wraps }).map(bodyOf)
  expect(parts.flatMap(body => (body.type === 'keys' ? body.wraps : []))).toEqual(wraps)
  expect(parts.length).toBeLessThan(size > 1000 ? 12 : 3)
  expect(handOut({ scope: 'ab'.repeat(16) as ScopeId, epoch: 7, wraps: [] })).toEqual([])
})

test('notices are cut into as many as they need', () => {
  const scope = 'ab'.repeat(16) as ScopeId
  const entries = cuts(1025).map(([log, seq]) => [log, seq] as const)
  expect(forget(hash(1), scope, entries).map(bodyOf)).toHaveLength(2)
  expect(receipt(Array.from({ length: 1025 }, (_, i) => hash(i))).map(bodyOf)).toHaveLength(2)
})
