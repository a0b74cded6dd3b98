/**
 * A memory node inside your process.
 *
 *   const node = await openNode({ dir: '/var/lib/agent/memory', name: 'zylos01' })
 *   await node.remember('The customer prefers aisle seats', { key: 'seat', tags: ['travel'] })
 *   const memory = await node.get('seat')     // the effective value, and every sibling that competes with it
 *   await node.close()
 */

export type { AsOf, Permission, Right } from '@folkmoot/core'
export { openRecovery, type Recovery } from './administration/recovery.ts'
export type {
  AccessQuery,
  AccessReport,
  AccessRow,
  Certified,
  CertifyOptions,
  CutLog,
  Granted,
  Grantee,
  IdentityReport,
  Named,
  Reach,
  Revoked,
  RevokeOptions,
} from './administration/reports.ts'
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
export { readRecoverySeed } from './recovery-key.ts'
export type {
  BlockReport,
  DoctorReport,
  EndRunReport,
  EraseReport,
  ExpireReport,
  PeerReport,
  StateReport,
  StatusReport,
  TokenReport,
  VerifyReport,
} from './reports.ts'
export { rotateKey } from './rotate-key.ts'
export type { ExpireOptions, TokenOptions, VisitorOptions } from './visitor-options.ts'
