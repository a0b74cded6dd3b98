/** How a mesh begins, and how it grows. */
import type { Body } from './body.ts'
import { toHex } from './bytes.ts'
import { type EntryBytes, encodeHeader, entryOf, NO_MESH, signedBytes } from './entry.ts'
import { sha256 } from './hash.ts'
import { type EntryHash, ID_BYTES, MEMBERSHIP_SCOPE, type MeshId, type NodeId } from './ids.ts'
import { draftOf } from './log-writer.ts'
import type { Plan } from './memory.ts'
import type { Clock, Random, Signer } from './ports.ts'

/** The entry whose hash names the mesh: it says who its admins are. */
export function foundMesh(
  name: string,
  ports: { clock: Clock; random: Random; signer: Signer },
): {
  readonly mesh: MeshId
  readonly genesis: EntryBytes
} {
  const { clock, random, signer } = ports
  const body: Body = { type: 'genesis', name, admins: [signer.node], salt: random.bytes(ID_BYTES) }
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

export function admit(node: NodeId, name: string, agent: string, ticket?: EntryHash): Plan {
  return {
    plan: () => ({
      scope: null,
      body:
        ticket === undefined
          ? { type: 'admit', node, name, agent }
          : { type: 'admit', node, name, agent, ticket },
    }),
  }
}

/** @param ticket hash of the secret that the ticket holds; the secret itself is written nowhere. */
export function invite(ticket: EntryHash, agent: string, expiresAt: number, uses: number): Plan {
  return { plan: () => ({ scope: null, body: { type: 'invite', ticket, agent, expiresAt, uses } }) }
}
