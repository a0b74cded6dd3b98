/** Questions and statements about beliefs, as they come in by the doors. */
import { PRESET_POLICY } from '@folkmoot/core'
import type { OperationName } from '@folkmoot/gateway'

export interface Asked {
  readonly name: OperationName
  readonly params: object
}

const CONTEXTS = [
  { pick: 1, when: 'by day' },
  { pick: 2, when: 'at night' },
]

/** In this order each can be answered, by a node that has a memory `door` in dispute and one called `port`. */
export const ASKED: readonly Asked[] = [
  { name: 'conflicts', params: { status: 'open', cause: 'concurrent-values', expired: true } },
  { name: 'conflict', params: { id: 'door' } },
  { name: 'resolve', params: { conflict: 'door', pick: 2, reason: 'seen', source: 's', onBehalfOf: 'ann' } },
  { name: 'resolve', params: { conflict: 'door', undo: true } },
  { name: 'resolve', params: { conflict: 'door', contexts: CONTEXTS } },
  { name: 'resolve', params: { conflict: 'door', undo: true } },
  { name: 'resolve', params: { conflict: 'door', value: { is: ['ajar'] } } },
  { name: 'resolve', params: { conflict: 'door', undo: true } },
  { name: 'resolve', params: { conflict: 'door', defer: true } },
  { name: 'policy.set', params: { policy: PRESET_POLICY, scope: 'app=default', reason: 'r' } },
  { name: 'policy.set', params: { policy: 'standard' } },
  { name: 'policy.test', params: { policy: { version: 1, clauses: [{ rule: 'max' }] } } },
  { name: 'policy.set', params: { policy: null } },
  { name: 'policy.show', params: { scope: 'app=default' } },
  { name: 'scan', params: { scope: 'app=default', id: 'port', record: true, limit: 5 } },
  { name: 'why', params: { id: 'port', at: 1_700_000_100_000 } },
  { name: 'blame', params: { id: 'door', scope: 'app=default' } },
  { name: 'diff', params: { a: 'here', b: '2023-11-14T22:13:20Z', scope: 'app=default' } },
  { name: 'taint', params: { id: 'port' } },
  { name: 'rollBack', params: { id: 'port', only: [], reason: 'r' } },
  { name: 'verifyClaim', params: { id: 'port', how: 'asked', refuted: true, confidence: 0.9 } },
  { name: 'remember', params: { value: 'The port is 8081', reconcile: 'ladder', claim: 'inference' } },
  { name: 'remember', params: { value: 'x', basedOn: ['ab'.repeat(32)] } },
  { name: 'update', params: { id: 'port', value: 'The port is 8082', basedOn: ['ab'.repeat(32)] } },
  { name: 'get', params: { id: 'door', resolver: 'union' } },
  { name: 'list', params: { superseded: true, claim: 'observation' } },
]

/** Likewise, and refused by a node that keeps nothing on a disk, has met nobody, or has no such memory. */
export const ASKED_IN_VAIN: readonly Asked[] = [
  { name: 'branch.create', params: { name: 'what-if' } },
  { name: 'branch.list', params: {} },
  { name: 'merge', params: { branch: 'what-if', keep: true } },
  { name: 'branch.drop', params: { name: 'what-if' } },
  { name: 'diff', params: { a: 'here', b: 'bob' } },
  { name: 'get', params: { id: 'door', minConfidence: 0.9, verified: true, claim: 'verified' } },
  { name: 'remember', params: { value: 'x', derivedFrom: ['ab'.repeat(16)], strict: true } },
]
