/**
 * A memory node inside your process.
 *
 *   const node = await openNode({ dir: '/var/lib/agent/memory', name: 'zylos01' })
 *   await node.remember('The customer prefers aisle seats', { key: 'seat', tags: ['travel'] })
 *   const memory = await node.get('seat')     // the effective value, and every sibling that competes with it
 *   await node.close()
 */

export { type Budget, type Judge, parseModelAddress } from '@folkmoot/arbiter'
export type { AsOf, Permission, Policy, Right } from '@folkmoot/core'
export { presetPolicy } from '@folkmoot/core'
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
  BasedOptions,
  Candidate,
  ChangeEvent,
  ConflictOptions,
  ConflictReport,
  Event,
  Exported,
  ExportedValue,
  InviteOptions,
  ListOptions,
  Memory,
  MemoryNode,
  OpenNodeOptions,
  Progress,
  ReadOptions,
  Remembered,
  RememberOptions,
  Settlement,
  WriteOptions,
  Written,
} from './api.ts'
export type { ArbiterOptions, ArbiterReport } from './arbitration/arbiter-options.ts'
export type { ClaimKind } from './beliefs/claims.ts'
export type { DiffOptions, DiffSide, SideReport } from './beliefs/diff-side.ts'
export type {
  Belief,
  BlamePart,
  BlameReport,
  Demand,
  Differing,
  DiffReport,
  Held,
  Reason,
  Settled,
  SettlementFacts,
  Stale,
  Verification,
  VerifyClaimOptions,
} from './beliefs/reports.ts'
export type { RollBackReport, Tainted, TaintReport } from './beliefs/taint-report.ts'
export type { AppliedPolicy, ConflictCandidate, SettledBy } from './conflict-reports.ts'
export type { ConflictTurn } from './conflict-turn.ts'
export { openNode } from './open-node.ts'
export type { PolicyReport, PolicySet, PolicyTest, PolicyTrial } from './policy-reports.ts'
export { asReport } from './quoted-report.ts'
export type { ReconcileBy } from './reconcile/decide.ts'
export type { Decided } from './reconcile/decision.ts'
export { readRecoverySeed } from './recovery-key.ts'
export { RefusedItemError } from './refused-item-error.ts'
export type {
  BlockReport,
  BranchReport,
  DoctorReport,
  EndRunReport,
  EraseReport,
  ExpireReport,
  MergeReport,
  PeerReport,
  RefusedEntries,
  StateReport,
  StatusReport,
  TokenReport,
  VerifyReport,
} from './reports.ts'
export { rotateKey } from './rotate-key.ts'
export type { Link } from './suspicions/links.ts'
export type { FindingReport, FoundMemory, ScanOptions, ScanReport } from './suspicions/scan-report.ts'
export type { ExpireOptions, TokenOptions, VisitorOptions } from './visitor-options.ts'
