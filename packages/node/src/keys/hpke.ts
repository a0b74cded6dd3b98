/**
 * Secrets for one node's eyes: HPKE (RFC 9180), base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
 *
 *   wrapped = enc (32) || ciphertext || tag (16)
 *   info    = "folkmoot/wrap/1\0" || mesh (32) || scope (16) || epoch (8, big-endian)
 *
 * A node's X25519 key is the Montgomery form of the Ed25519 key in its id, so anybody who can name a node can wrap for
 * it. The info ties a wrap to one place: passed off at another it does not open. Who wrapped it is for the signature
 * on the entry around it to say.
 */

import { concatBytes, fromHex, type MeshId, type NodeId, nodeKey, type ScopeId, utf8 } from '@folkmoot/core'
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core'
import { ed25519 } from '@noble/curves/ed25519.js'

const DOMAIN = utf8('folkmoot/wrap/1\0')
const ENC_BYTES = 32
const TAG_BYTES = 16
/** Wraps made at once: enough to keep the few threads that WebCrypto has busy, few enough to let others in between. */
const AT_ONCE = 32

const suite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
})

/** The place that a secret is for. */
export interface WrapPlace {
  readonly mesh: MeshId
  readonly scope: ScopeId
  readonly epoch: number
}

/** What opens the wraps of one node. */
export type UnwrapKey = Awaited<ReturnType<typeof suite.kem.importKey>>

/** @param seed the node's Ed25519 seed, 32 bytes */
export function unwrapKeyOf(seed: Uint8Array): Promise<UnwrapKey> {
  return suite.kem.importKey('raw', bufferOf(ed25519.utils.toMontgomerySecret(seed)), false)
}

/** @throws if the id is no point that anything can be wrapped for */
export async function wrapFor(node: NodeId, place: WrapPlace, secret: Uint8Array): Promise<Uint8Array> {
  const montgomery = ed25519.utils.toMontgomery(nodeKey(node))
  const recipientPublicKey = await suite.kem.importKey('raw', bufferOf(montgomery), true)
  const { enc, ct } = await suite.seal({ recipientPublicKey, info: infoOf(place) }, bufferOf(secret))
  return concatBytes(new Uint8Array(enc), new Uint8Array(ct))
}

/**
 * One wrap for each node. A node that nothing can be wrapped for (its id is a degenerate point, which takes malice)
 * is left out, so that it keeps no key from the others.
 */
export async function wrapForAll(
  nodes: readonly NodeId[],
  place: WrapPlace,
  secret: Uint8Array,
): Promise<(readonly [NodeId, Uint8Array])[]> {
  const wraps: (readonly [NodeId, Uint8Array])[] = []
  for (let start = 0; start < nodes.length; start += AT_ONCE) {
    const some = nodes.slice(start, start + AT_ONCE)
    const made = await Promise.all(
      some.map(async node => {
        const wrapped = await wrapFor(node, place, secret).catch(() => undefined)
        return wrapped === undefined ? [] : [[node, wrapped] as const]
      }),
    )
    wraps.push(...made.flat())
  }
  return wraps
}

/** The secret, or undefined if it was wrapped for somebody else or for another place. */
export async function unwrap(
  key: UnwrapKey,
  place: WrapPlace,
  wrapped: Uint8Array,
): Promise<Uint8Array | undefined> {
  if (wrapped.length < ENC_BYTES + TAG_BYTES) return undefined
  const enc = bufferOf(wrapped.subarray(0, ENC_BYTES))
  try {
    const text = await suite.open(
      { recipientKey: key, enc, info: infoOf(place) },
      bufferOf(wrapped.subarray(ENC_BYTES)),
    )
    return new Uint8Array(text)
  } catch {
    return undefined
  }
}

function infoOf({ mesh, scope, epoch }: WrapPlace): ArrayBuffer {
  const number = Buffer.alloc(8)
  number.writeBigUInt64BE(BigInt(epoch))
  return bufferOf(concatBytes(DOMAIN, fromHex(mesh), fromHex(scope), number))
}

/** The library takes whole buffers, and ours are often parts of larger ones. */
function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}
