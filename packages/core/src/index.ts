/** What a memory is, and what is true. No I/O, no clock, no randomness, no network: those come in through ports. */

export type {
  Access,
  AccessEdge,
  Claim,
  EpochKeys,
  Invitation,
  LogEnd,
  Member,
  Reader as AccessReader,
} from './access/access.ts'
export { Membership } from './access/membership.ts'
export {
  covers,
  HIDDEN_PATTERN,
  isWithin,
  matches as coversResource,
  parsePattern,
  parseResource,
} from './access/pattern.ts'
export type { Right } from './access/right.ts'
export { RIGHTS } from './access/right.ts'
export type { AdmitOptions, HandedKey, InvitePlanOptions } from './administration.ts'
export {
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
export type { AsOf } from './as-of.ts'
export type { AuditReport, OnProgress } from './audit.ts'
export { audit, findUncounted, rebuild } from './audit.ts'
export type { BlockAuthor, BlockStatement } from './block.ts'
export { applyBlockUpdate, createBlock, editBlock } from './block.ts'
export { nodeClient } from './block-claims.ts'
export type { TextEdit } from './block-diff.ts'
export { textEdits } from './block-diff.ts'
export { BlockDocument } from './block-document.ts'
export { splitBlockUpdate } from './block-split.ts'
export type { BlockUpdate, CharacterId, CharacterRange, Run as BlockRun } from './block-update.ts'
export { BLOCK_TEXT_NAME, decodeBlockUpdate, encodeBlockUpdate } from './block-update.ts'
export type { Body, DocumentBody, Op, Provenance } from './body.ts'
export { decodeBody, encodeBody } from './body.ts'
export { concatBytes, equalBytes, fromHex, toHex, utf8 } from './bytes.ts'
export { decodeCanonical, encodeCanonical } from './canonical.ts'
export type { DocumentChange, Verdict } from './causal-order.ts'
export type { Plan } from './change-plan.ts'
export { claimRank, conflictId, holderAt, statusAt } from './conflict.ts'
export type { ReadChange } from './document-change.ts'
export { changeOf } from './document-change.ts'
export { openDocument } from './document-table.ts'
export type { Entry, EntryBytes, Header, LogRef, VerifiedEntry } from './entry.ts'
export {
  decodeEntry,
  decodeHeader,
  ENTRY_VERSION,
  encodeHeader,
  entryOf,
  NO_MESH,
  signedBytes,
} from './entry.ts'
export type { ErrorCode } from './errors.ts'
export {
  assert,
  FolkmootError,
  MalformedError,
  NotFoundError,
  TooLargeError,
  UsageError,
  unreachable,
} from './errors.ts'
export type { FoundingOptions } from './founding.ts'
export { foundMesh } from './founding.ts'
export { checkRun } from './gate.ts'
export { matchesGlob } from './glob.ts'
export { sha256 } from './hash.ts'
export type { HybridTime } from './hlc.ts'
export { compareTime, nextTime } from './hlc.ts'
export type { DocumentId, EntryHash, LogId, MeshId, NodeId, ScopeId, ScopeNames } from './ids.ts'
export {
  ID_DIGITS_MIN,
  idHint,
  keyedDocumentId,
  logId,
  MEMBERSHIP_SCOPE,
  newDocumentId,
  nodeId,
  nodeKey,
  parseDocumentId,
  parseNodeId,
  shortHash,
} from './ids.ts'
export { IMPORTANCE, importanceIn } from './importance.ts'
export type { Json } from './json.ts'
export { canonicalJson } from './json.ts'
export * as limits from './limits.ts'
export { materialise } from './materialise.ts'
export type { Cut, MembershipBody, Permission, Subject, WirePermission } from './membership-body.ts'
export { isMembership } from './membership-body.ts'
export type { Statement } from './memory.ts'
export { erase, remember, retract, tag, update } from './memory.ts'
export type { NoteStatement } from './note.ts'
export { isNoteKey, NOTE_PREFIX, note } from './note.ts'
export type { DocumentContent, OpenDocument } from './open-document.ts'
export { NoKeyError } from './own-logs.ts'
export type { Policy, PolicyClause, PolicyDecision } from './policy.ts'
export { decide, POLICY, PRESET_POLICY, parsePolicy, policyIn, presetPolicy } from './policy.ts'
export { policyWarnings } from './policy-warnings.ts'
export type {
  Clock,
  EntryStatus,
  EntryStore,
  LogHead,
  NoteStore,
  Placement,
  Random,
  Refusal,
  RowStore,
  Signer,
  Storage,
  StoredEntry,
} from './ports.ts'
export { RecordDocument } from './record-document.ts'
export type { ReplicaPorts } from './replica.ts'
export { Replica } from './replica.ts'
export type { ResolverContext, ResolverName } from './resolve.ts'
export { disagree, newest, RESOLVER_NAMES, resolveSiblings, saying } from './resolve.ts'
export { JUDGED, LINKS, rightsFor } from './rights-for.ts'
export type {
  Claim as ConflictClaim,
  Conflict,
  DocumentRow,
  Grounds,
  Resolution,
  RowAccess,
  RowCursor,
  RowQuery,
  SearchHit,
  SearchQuery,
  Sibling,
  SiblingVerdict,
} from './row.ts'
export type { RowFacets } from './row-facets.ts'
export { facetsOf } from './row-facets.ts'
export type { ScopeAddress } from './scope.ts'
export { DEFAULT_SCOPE, isNameOf, parseScope, SCOPE_DIMENSIONS, scopeHas, scopeId } from './scope.ts'
export type { ScopeKey } from './sealing.ts'
export { Keyring, SCOPE_KEY_BYTES } from './sealing.ts'
export type { CandidateRef, Context, Settlement, SettleOptions } from './settle.ts'
export { claim, judgeAgainst, settle } from './settle.ts'
export type { SettlementMark } from './settlement.ts'
export { CLAIM_MS_MAX, settlementsIn } from './settlement.ts'
export { isSignedBy } from './signature.ts'
export type { ScopeState } from './state-root.ts'
export { statementsOf } from './statements.ts'
export type { Suspicion } from './suspicion.ts'
export { SUSPICION, suspicionIn, suspicionName } from './suspicion.ts'
export type { VolatileStorage } from './volatile-storage.ts'
export { createVolatileStorage } from './volatile-storage.ts'
export type {
  Appended,
  Changed,
  LocalWork,
  News,
  Planned,
  PlanView,
  RemoteWork,
  Run,
  RunOutcome,
  UnsealWork,
  Work,
  WriteResult,
} from './work.ts'
