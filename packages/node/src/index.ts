/**
 * A memory node inside your process.
 *
 *   const node = await openNode({ dir: '/var/lib/agent/memory', name: 'zylos01' })
 *   await node.remember('The customer prefers aisle seats', { key: 'seat', tags: ['travel'] })
 *   const memory = await node.get('seat')     // the effective value, and every sibling that competes with it
 *   await node.close()
 */
export type {
  AsOf,
  Authorship,
  BlockReport,
  Candidate,
  ChangeEvent,
  ConflictReport,
  DoctorReport,
  EraseReport,
  Event,
  InviteOptions,
  ListOptions,
  Memory,
  MemoryNode,
  OpenNodeOptions,
  PeerReport,
  Progress,
  ReadOptions,
  RememberOptions,
  Settlement,
  StateReport,
  StatusReport,
  VerifyReport,
  WriteOptions,
  Written,
} from './api.ts'
export { openNode } from './open-node.ts'
