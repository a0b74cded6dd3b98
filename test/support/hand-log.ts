/** A log written by hand, as a hostile or broken peer would: every field can be what it should not be. */
import {
  type Body,
  concatBytes,
  DEFAULT_SCOPE,
  type DocumentId,
  type Entry,
  type EntryBytes,
  type EntryHash,
  encodeBody,
  encodeHeader,
  entryOf,
  type Header,
  keyedDocumentId,
  type LogRef,
  MEMBERSHIP_SCOPE,
  type MeshId,
  newDocumentId,
  type Op,
  type ScopeAddress,
  type Signer,
  scopeId,
  sha256,
  signedBytes,
  toHex,
  utf8,
} from '@folkmoot/core'
import { authorityIn, signerOf, type TestNode } from './replicas.ts'

export interface HandLogOptions {
  readonly scope?: ScopeAddress
  readonly incarnation?: number
  /** Milliseconds of the first entry; each later one is a millisecond on. */
  readonly from?: number
  /** What it says it knew of the mesh; what a test mesh began with by default. */
  readonly authority?: readonly EntryHash[]
}

export class HandLog {
  readonly mesh: MeshId
  readonly scope: ScopeAddress
  readonly signer: Signer
  readonly ref: LogRef
  readonly #authority: readonly EntryHash[]
  #last: Entry | undefined
  #at: number

  constructor(mesh: MeshId, name: string, options: HandLogOptions = {}) {
    this.mesh = mesh
    this.signer = signerOf(name)
    this.scope = options.scope ?? DEFAULT_SCOPE
    this.ref = {
      scope: scopeId(mesh, this.scope),
      node: this.signer.node,
      incarnation: options.incarnation ?? 0,
    }
    this.#authority = options.authority ?? authorityIn(mesh)
    this.#at = options.from ?? 1_700_000_000_500
  }

  /** The next entry, not signed. `over` says which header fields lie. */
  next(content: Body | Uint8Array, over: Partial<Header> = {}): Entry {
    const payload = content instanceof Uint8Array ? content : encodeBody(content)
    const header: Header = {
      ...this.ref,
      mesh: this.mesh,
      seq: this.#last === undefined ? 0 : this.#last.seq + 1,
      prev: this.#last?.hash ?? '',
      at: this.#at++,
      tick: 0,
      authority: this.#authority,
      epoch: 0,
      payloadSize: payload.length,
      payloadHash: toHex(sha256(payload)),
      ...over,
    }
    const entry = entryOf(header, { header: encodeHeader(header), signature: null, payload })
    this.#last = entry
    return entry
  }

  open(): Entry {
    return this.next({ type: 'open', scope: this.scope })
  }

  /** The entries as they travel, the last one signed. */
  run(...entries: readonly Entry[]): readonly EntryBytes[] {
    return entries.map((entry, i) => (i === entries.length - 1 ? this.signed(entry) : entry.bytes))
  }

  signed({ bytes, hash }: Entry): EntryBytes {
    return { ...bytes, signature: this.signer.sign(signedBytes(hash)) }
  }
}

export interface ChangeOptions {
  readonly deps?: readonly EntryHash[]
  readonly key?: string
  readonly salt?: Uint8Array
  readonly doc?: DocumentId
}

export const SALT = new Uint8Array(16).fill(7)

/** A change by the author of `log`; its id is bound as it should be unless `doc` says otherwise. */
export function changeBy(log: HandLog, ops: readonly Op[], options: ChangeOptions = {}): Body {
  const { deps = [], key, salt = SALT } = options
  const { scope, node } = log.ref
  const own =
    key === undefined ? newDocumentId(scope, 'record', node, salt) : keyedDocumentId(scope, 'record', key)
  const body = {
    type: 'change' as const,
    doc: options.doc ?? own,
    deps: [...deps].sort(),
    salt,
    ops: [...ops],
  }
  return key === undefined ? body : { ...body, key }
}

/** A membership log by hand. */
export class MembershipLog extends HandLog {
  override readonly ref: LogRef
  constructor(mesh: MeshId, name: string, options: HandLogOptions = {}) {
    super(mesh, name, options)
    this.ref = { scope: MEMBERSHIP_SCOPE, node: this.signer.node, incarnation: options.incarnation ?? 0 }
  }
}

/** Everything about a node's copy that a refused run must leave as it was. */
export function stateOf({ replica, storage }: TestNode) {
  return {
    root: replica.roots.root(),
    frontier: frontierOf(replica),
    rows: rowsOf(storage),
    members: [...replica.membership.members()].map(({ node }) => node).sort(),
  }
}

export function frontierOf(replica: TestNode['replica']): readonly string[] {
  return [...replica.heads()].map(({ log, seq, hash }) => `${log} ${seq} ${hash}`).sort()
}

/** All rows, by id. */
export function rowsOf(storage: TestNode['storage']) {
  return [...storage.rows.list({ limit: 1_000_000 })].sort((a, b) => (a.id < b.id ? -1 : 1))
}

export function randomHash(seed: string): EntryHash {
  return toHex(sha256(concatBytes(utf8('random'), utf8(seed)))) as EntryHash
}
