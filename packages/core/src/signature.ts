import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { signedBytes } from './entry.ts'
import { type EntryHash, type NodeId, nodeKey } from './ids.ts'

/** Parsed public keys; a mesh has hundreds of nodes and parsing costs more than half a verification. */
const KEYS_KEPT_MAX = 10_000
const keys = new Map<NodeId, KeyObject>()

/** Ed25519 (RFC 8032): true if `node` signed the entry with this hash. */
export function isSignedBy(node: NodeId, hash: EntryHash, signature: Uint8Array): boolean {
  return verify(null, signedBytes(hash), keyOf(node), signature)
}

function keyOf(node: NodeId): KeyObject {
  const known = keys.get(node)
  if (known !== undefined) return known
  const x = Buffer.from(nodeKey(node)).toString('base64url')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  if (keys.size >= KEYS_KEPT_MAX) keys.clear()
  keys.set(node, key)
  return key
}
