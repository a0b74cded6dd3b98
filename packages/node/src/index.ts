/**
 * A memory node inside your process.
 *
 *   const node = await openNode({ dir: '/var/lib/agent/memory', name: 'zylos01' })
 *   await node.remember('The customer prefers aisle seats', { key: 'seat', tags: ['travel'] })
 *   const memory = await node.get('seat')     // the effective value, and every sibling that competes with it
 *   await node.close()
 */

export type { AsOf } from '@folkmoot/core'
export type {
  Authorship,
  Candidate,
  ChangeEvent,
  ConflictReport,
  Event,
  InviteOptions,
  ListOptions,
  Memory,
  MemoryNode,
  OpenNodeOptions,
  Progress,
  ReadOptions,
  RememberOptions,
  Settlement,
  WriteOptions,
  Written,
} from './api.ts'
export { openNode } from './open-node.ts'
export type {
  BlockReport,
  DoctorReport,
  EraseReport,
  PeerReport,
  StateReport,
  StatusReport,
  VerifyReport,
} from './reports.ts'
