/** How a mesh begins. */
import type { Body } from './body.ts'
import { toHex } from './bytes.ts'
import { type EntryBytes, encodeHeader, entryOf, NO_MESH, signedBytes } from './entry.ts'
import { sha256 } from './hash.ts'
import { ID_BYTES, MEMBERSHIP_SCOPE, type MeshId, type NodeId } from './ids.ts'
import { draftOf } from './log-writer.ts'
import type { Clock, Random, Signer } from './ports.ts'

export interface FoundingOptions {
  /** Payloads are encrypted. */
  readonly sealed?: boolean
  /** Admins above the founder, from most to least senior: a key kept in a drawer can remove one that was stolen. */
  readonly seniors?: readonly NodeId[]
}

/** The entry whose hash names the mesh: it says who its admins are. */
export function foundMesh(
  name: string,
  ports: { clock: Clock; random: Random; signer: Signer },
  { sealed = false, seniors = [] }: FoundingOptions = {},
): {
  readonly mesh: MeshId
  readonly genesis: EntryBytes
} {
  const { clock, random, signer } = ports
  const body: Body = {
    type: 'genesis',
    name,
    admins: [...seniors, signer.node],
    salt: random.bytes(ID_BYTES),
    ...(sealed ? { sealed: true } : {}),
  }
  const { payload } = draftOf(body)
  const header = {
    mesh: NO_MESH,
    scope: MEMBERSHIP_SCOPE,
    node: signer.node,
    incarnation: 0,
    seq: 0,
    prev: '' as const,
    at: clock.now(),
    tick: 0,
    authority: [],
    epoch: 0,
    payloadSize: payload.length,
    payloadHash: toHex(sha256(payload)),
  }
  const bytes = { header: encodeHeader(header), signature: null, payload }
  const { hash } = entryOf(header, bytes)
  return { mesh: hash as string as MeshId, genesis: { ...bytes, signature: signer.sign(signedBytes(hash)) } }
}
