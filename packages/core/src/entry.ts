/**
 * An entry: the signed, hash-linked envelope around one change.
 *
 *   header  = canonical CBOR array of HEADER_FIELDS, in that order
 *   hash    = SHA-256(header)
 *   signature = Ed25519(node, "folkmoot/entry/1\0" || hash), or none: a signature on a later entry of the
 *             same log covers every entry before it through `prev`
 *   payload = bytes of payloadSize whose SHA-256 is payloadHash; may be gone (erased): the chain still verifies
 *
 * SPEC.md, rules E1 to E9, states the layout; entry.test.ts locks it with golden bytes.
 */
import { concatBytes, fromHex, toHex, utf8 } from './bytes.ts'
import { decodeCanonical, encodeCanonical } from './canonical.ts'
import { assert, MalformedError, TooLargeError } from './errors.ts'
import { sha256 } from './hash.ts'
import type { HybridTime } from './hlc.ts'
import {
  type EntryHash,
  HASH_BYTES,
  ID_BYTES,
  KEY_BYTES,
  type LogId,
  logId,
  MEMBERSHIP_SCOPE,
  type MeshId,
  type NodeId,
  nodeId,
  nodeKey,
  type ScopeId,
} from './ids.ts'
import {
  AUTHORITY_HEADS_MAX,
  FORK_BYTES_MAX,
  HEADER_BYTES_MAX,
  PAYLOAD_BYTES_MAX,
  TICK_MAX,
} from './limits.ts'

export const ENTRY_VERSION = 1
const SIGNATURE_DOMAIN = utf8('folkmoot/entry/1\0')
export const SIGNATURE_BYTES = 64

/** The `mesh` of the genesis entry, whose own hash becomes the mesh id. */
export const NO_MESH = '0'.repeat(64) as MeshId

/** One node's log in one scope. A node restored from a backup goes on in a new incarnation. */
export interface LogRef {
  readonly scope: ScopeId
  readonly node: NodeId
  readonly incarnation: number
}

export interface Header extends LogRef, HybridTime {
  readonly mesh: MeshId
  /** Position in the log, from 0. */
  readonly seq: number
  /** Hash of the entry at seq - 1; empty at 0. */
  readonly prev: EntryHash | ''
  /** Heads of the membership log that the author knew. */
  readonly authority: readonly EntryHash[]
  /** Key epoch of the scope; 0 = the payload is not encrypted. */
  readonly epoch: number
  readonly payloadSize: number
  readonly payloadHash: string
}

/** An entry as it travels: bytes nobody has looked into yet. */
export interface EntryBytes {
  readonly header: Uint8Array
  readonly signature: Uint8Array | null
  /** Null when erased. */
  readonly payload: Uint8Array | null
}

export interface Entry extends Header {
  readonly hash: EntryHash
  readonly log: LogId
  readonly bytes: EntryBytes
}

declare const verified: unique symbol
/** An entry whose chain and signature the gate has checked. Storage takes nothing else. */
export type VerifiedEntry = Entry & { readonly [verified]: true }

/** What it takes it also gives back: a header that no peer could read would end its log for good. */
export function encodeHeader(header: Header): Uint8Array {
  const numbers = [header.incarnation, header.seq, header.at, header.tick, header.epoch, header.payloadSize]
  assert(
    numbers.every(number => Number.isSafeInteger(number) && number >= 0),
    'a header holds natural numbers',
  )
  assert(
    header.tick <= TICK_MAX && header.authority.length <= AUTHORITY_HEADS_MAX,
    'a header is within limits',
  )
  return encodeCanonical([
    ENTRY_VERSION,
    fromHex(header.mesh),
    fromHex(header.scope),
    nodeKey(header.node),
    header.incarnation,
    header.seq,
    fromHex(header.prev),
    header.at,
    header.tick,
    header.authority.map(fromHex),
    header.epoch,
    header.payloadSize,
    fromHex(header.payloadHash),
  ])
}

const HEADER_FIELDS = 13

/** @throws MalformedError | TooLargeError */
export function decodeHeader(bytes: Uint8Array): Header {
  if (bytes.length > HEADER_BYTES_MAX) throw new TooLargeError('header', bytes.length, HEADER_BYTES_MAX)
  const fields = decodeCanonical(bytes)
  if (!Array.isArray(fields)) throw new MalformedError('header is not an array')
  if (fields[0] !== ENTRY_VERSION)
    throw new MalformedError(`entry version ${String(fields[0])} is not known here`)
  if (fields.length !== HEADER_FIELDS) throw new MalformedError(`header has ${fields.length} fields`)
  const [, mesh, scope, node, incarnation, seq, prev, at, tick, authority, epoch, size, hash] = fields
  const position = natural(seq, 'seq')
  if (!Array.isArray(authority) || authority.length > AUTHORITY_HEADS_MAX) {
    throw new MalformedError('authority is not a short array')
  }
  return {
    mesh: hexOf(mesh, HASH_BYTES, 'mesh') as MeshId,
    scope: hexOf(scope, ID_BYTES, 'scope') as ScopeId,
    node: nodeId(bytesOf(node, KEY_BYTES, 'node')),
    incarnation: natural(incarnation, 'incarnation'),
    seq: position,
    prev: hexOf(prev, position === 0 ? 0 : HASH_BYTES, 'prev') as EntryHash | '',
    at: natural(at, 'at'),
    tick: atMost(natural(tick, 'tick'), TICK_MAX, 'tick'),
    authority: authority.map(head => hexOf(head, HASH_BYTES, 'authority head') as EntryHash),
    epoch: natural(epoch, 'epoch'),
    payloadSize: natural(size, 'payload size'),
    payloadHash: hexOf(hash, HASH_BYTES, 'payload hash'),
  }
}

/** Reads header and payload and checks that they belong together; says nothing about who wrote them. */
export function decodeEntry(bytes: EntryBytes): Entry {
  const header = decodeHeader(bytes.header)
  // A proof of two histories is larger than anything else; what an entry of the membership log says is not known here.
  const most = header.scope === MEMBERSHIP_SCOPE ? FORK_BYTES_MAX : PAYLOAD_BYTES_MAX
  if (header.payloadSize > most) throw new TooLargeError('payload', header.payloadSize, most)
  if (bytes.signature !== null && bytes.signature.length !== SIGNATURE_BYTES) {
    throw new MalformedError('a signature has 64 bytes')
  }
  if (bytes.payload !== null) {
    const matches =
      bytes.payload.length === header.payloadSize && toHex(sha256(bytes.payload)) === header.payloadHash
    if (!matches) throw new MalformedError('payload is not the one the header names')
  }
  return entryOf(header, bytes)
}

/** Reads back what this node verified and stored: no check is made twice. */
export function entryOf(header: Header, bytes: EntryBytes): Entry {
  return {
    ...header,
    hash: entryHash(bytes.header),
    log: logId(header.scope, header.node, header.incarnation),
    bytes,
  }
}

export function entryHash(header: Uint8Array): EntryHash {
  return toHex(sha256(header)) as EntryHash
}

/** What a node signs for an entry: the hash, marked as an entry so that no other signature can be passed off. */
export function signedBytes(hash: EntryHash): Uint8Array {
  return concatBytes(SIGNATURE_DOMAIN, fromHex(hash))
}

function bytesOf(value: unknown, length: number, name: string): Uint8Array {
  if (!(value instanceof Uint8Array) || value.length !== length) {
    throw new MalformedError(`${name} is not ${length} bytes`)
  }
  return value
}

function hexOf(value: unknown, length: number, name: string): string {
  return toHex(bytesOf(value, length, name))
}

function atMost(value: number, max: number, name: string): number {
  if (value > max) throw new MalformedError(`${name} is over ${max}`)
  return value
}

function natural(value: unknown, name: string): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    throw new MalformedError(`${name} is not a natural number`)
  return value as number
}
