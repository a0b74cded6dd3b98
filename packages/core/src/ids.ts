import { base58btc } from 'multiformats/bases/base58'
import { concatBytes, fromHex, toHex, utf8 } from './bytes.ts'
import { MalformedError } from './errors.ts'
import { sha256 } from './hash.ts'

declare const brand: unique symbol
type Branded<Base, Name> = Base & { readonly [brand]: Name }

/** A node's Ed25519 public key, written as its libp2p PeerId (`12D3KooW…`). */
export type NodeId = Branded<string, 'NodeId'>
/** Hash of the genesis entry, 64 hex digits. */
export type MeshId = Branded<string, 'MeshId'>
/**
 * What scope ids are made with, 64 hex digits: a secret of those who may read, or the mesh id where nothing is secret.
 */
export type ScopeNames = Branded<string, 'ScopeNames'> | MeshId
/** SHA-256 of an entry's header, 64 hex digits. */
export type EntryHash = Branded<string, 'EntryHash'>
/** Hash of mesh and scope address, 32 hex digits: what a log says of its scope to those who cannot read it. */
export type ScopeId = Branded<string, 'ScopeId'>
/** A record or block, 32 hex digits. */
export type DocumentId = Branded<string, 'DocumentId'>
/** Position-free name of a log: hash of scope, node and incarnation, 32 hex digits. */
export type LogId = Branded<string, 'LogId'>

/** The scope of the membership log: all zeros, so that it sorts and replicates before every other. */
export const MEMBERSHIP_SCOPE = '0'.repeat(32) as ScopeId

export const KEY_BYTES = 32
export const HASH_BYTES = 32
export const ID_BYTES = 16

// A PeerId of an Ed25519 key is the identity multihash of the key's protobuf: this prefix, then the key.
const PEER_ID_PREFIX = new Uint8Array([0x00, 0x24, 0x08, 0x01, 0x12, 0x20])

const keys = new Map<NodeId, Uint8Array>()
const nodes = new Map<string, NodeId>()

/** @throws MalformedError if `key` is not 32 bytes. */
export function nodeId(key: Uint8Array): NodeId {
  const hex = toHex(key)
  const known = nodes.get(hex)
  if (known !== undefined) return known
  if (key.length !== KEY_BYTES) throw new MalformedError('a node key has 32 bytes')
  const id = base58btc.baseEncode(concatBytes(PEER_ID_PREFIX, key)) as NodeId
  remember(id, hex, key)
  return id
}

/** The 32-byte public key inside a node id. @throws MalformedError */
export function nodeKey(id: NodeId): Uint8Array {
  const known = keys.get(id)
  if (known !== undefined) return known
  const bytes = decodeBase58(id)
  const prefix = bytes.subarray(0, PEER_ID_PREFIX.length)
  if (bytes.length !== PEER_ID_PREFIX.length + KEY_BYTES || toHex(prefix) !== toHex(PEER_ID_PREFIX)) {
    throw new MalformedError(`not an Ed25519 peer id: ${id}`)
  }
  const key = bytes.slice(PEER_ID_PREFIX.length)
  remember(id, toHex(key), key)
  return key
}

/** Node ids seen by this process: base58 is slow and a mesh has hundreds of nodes, so both directions are kept. */
const NODE_IDS_KEPT_MAX = 10_000

function remember(id: NodeId, hex: string, key: Uint8Array): void {
  if (keys.size >= NODE_IDS_KEPT_MAX) {
    keys.clear()
    nodes.clear()
  }
  keys.set(id, Uint8Array.from(key))
  nodes.set(hex, id)
}

/** Longer than any peer id of ours. Decoding takes time in the square of the length. */
const PEER_ID_LENGTH_MAX = 64

function decodeBase58(text: string): Uint8Array {
  if (text.length > PEER_ID_LENGTH_MAX) throw new MalformedError('not a peer id: it is too long')
  try {
    return base58btc.baseDecode(text)
  } catch {
    throw new MalformedError(`not a peer id: ${text}`)
  }
}

export function parseNodeId(text: string): NodeId {
  nodeKey(text as NodeId)
  return text as NodeId
}

const HEX_16 = /^[0-9a-f]{32}$/

/** @throws MalformedError */
export function parseDocumentId(text: string): DocumentId {
  if (!HEX_16.test(text)) throw new MalformedError(`not an id: ${text}`)
  return text as DocumentId
}

/** First digits that may stand for a whole id: fewer are words more often than ids. */
export const ID_DIGITS_MIN = 6
const FEW_DIGITS = new RegExp(`^[0-9a-f]{1,${ID_DIGITS_MIN - 1}}$`)

/** To be added where nothing was found by a name that may be meant as the first digits of an id. */
export function idHint(text: string): string {
  return FEW_DIGITS.test(text) ? ` (of an id it takes ${ID_DIGITS_MIN} digits or more)` : ''
}

/** A record with a key has one id on every node, so that writers who never met write the same register. */
export function keyedDocumentId(scope: ScopeId, type: 'record' | 'block', key: string): DocumentId {
  return shortHash(`folkmoot/${type}`, fromHex(scope), utf8(key)) as DocumentId
}

export function logId(scope: ScopeId, node: NodeId, incarnation: number): LogId {
  return shortHash('folkmoot/log', fromHex(scope), nodeKey(node), utf8(String(incarnation))) as LogId
}

/** The first 16 bytes of a domain-separated SHA-256, in hex. */
export function shortHash(domain: string, ...parts: readonly Uint8Array[]): string {
  return toHex(sha256(concatBytes(utf8(`${domain}\0`), ...parts)).subarray(0, ID_BYTES))
}

/** A document without a key: its id comes from who first wrote it, and a salt that nobody else can choose for them. */
export function newDocumentId(
  scope: ScopeId,
  type: 'record' | 'block',
  node: NodeId,
  salt: Uint8Array,
): DocumentId {
  return shortHash(`folkmoot/new-${type}`, fromHex(scope), nodeKey(node), salt) as DocumentId
}
