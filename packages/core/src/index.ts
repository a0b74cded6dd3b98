/** What a memory is, and what is true. No I/O, no clock, no randomness, no network: those come in through ports. */

export type { Body, Op, Provenance } from './body.ts'
export { concatBytes, equalBytes, fromHex, toHex, utf8 } from './bytes.ts'
export { decodeCanonical, encodeCanonical } from './canonical.ts'
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
export { sha256 } from './hash.ts'
export type { HybridTime } from './hlc.ts'
export type { DocumentId, EntryHash, LogId, MeshId, NodeId, ScopeId } from './ids.ts'
export {
  keyedDocumentId,
  logId,
  MEMBERSHIP_SCOPE,
  nodeId,
  nodeKey,
  parseDocumentId,
  parseNodeId,
  shortHash,
} from './ids.ts'
export type { Json } from './json.ts'
export { canonicalJson } from './json.ts'
export * as limits from './limits.ts'
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
export type { Conflict, DocumentRow, Resolution, RowQuery, SearchHit, SearchQuery, Sibling } from './row.ts'
export type { ScopeAddress } from './scope.ts'
export { DEFAULT_SCOPE, parseScope, SCOPE_DIMENSIONS, scopeHas, scopeId } from './scope.ts'
