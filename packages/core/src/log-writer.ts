import { type Body, decodeBody, encodeBody } from './body.ts'
import { toHex } from './bytes.ts'
import { type Entry, encodeHeader, entryOf, type Header, type LogRef, NO_MESH, signedBytes } from './entry.ts'
import { sha256 } from './hash.ts'
import { type HybridTime, nextTime } from './hlc.ts'
import type { EntryHash, MeshId } from './ids.ts'
import { sealedWith } from './payload.ts'
import type { LogHead, Random, Signer } from './ports.ts'
import { type ScopeKey, SEAL_BYTES, SEAL_NONCE_BYTES, seal } from './sealing.ts'

export interface WriterView {
  readonly mesh: MeshId
  readonly authority: readonly EntryHash[]
  readonly nowMs: number
  /** The latest time this node has seen or given. */
  readonly last: HybridTime
}

export interface Draft {
  readonly body: Body
  readonly payload: Uint8Array
}

/**
 * The body as a peer will read it, so that nothing counts here that is refused or read differently elsewhere.
 * @throws TooLargeError | MalformedError, before anything is written.
 */
export function draftOf(body: Body): Draft {
  const payload = encodeBody(body)
  return { body: decodeBody(payload), payload }
}

/** How payloads are made unreadable to all but the scope's readers. */
export interface Sealer {
  readonly key: ScopeKey
  readonly random: Random
}

/**
 * The next entries of one of our logs, linked to its head; the last is signed and so covers them all.
 * @param sealer undefined: payloads are written in clear
 */
export function writeRun(
  log: LogRef,
  head: LogHead | undefined,
  drafts: readonly Draft[],
  view: WriterView,
  signer: Signer,
  sealer?: Sealer,
): readonly Entry[] {
  const run: Entry[] = []
  let time = view.last
  for (const [i, { body, payload }] of drafts.entries()) {
    time = nextTime(time, view.nowMs)
    const before = run.at(-1) ?? head
    const draft: Header = {
      scope: log.scope,
      node: log.node,
      incarnation: log.incarnation,
      mesh: body.type === 'genesis' ? NO_MESH : view.mesh,
      seq: before === undefined ? 0 : before.seq + 1,
      prev: before?.hash ?? '',
      ...time,
      authority: view.authority,
      epoch: sealer?.key.epoch ?? 0,
      payloadSize: payload.length + (sealer === undefined ? 0 : SEAL_BYTES),
      payloadHash: '',
    }
    const stored = sealer === undefined ? payload : sealed(draft, payload, sealer)
    const header = { ...draft, payloadHash: toHex(sha256(stored)) }
    const entry = entryOf(header, { header: encodeHeader(header), signature: null, payload: stored })
    run.push(i === drafts.length - 1 ? signed(entry, signer) : entry)
  }
  return run
}

function sealed(header: Header, payload: Uint8Array, { key, random }: Sealer): Uint8Array {
  return seal(key.key, sealedWith(header), payload, random.bytes(SEAL_NONCE_BYTES))
}

function signed(entry: Entry, signer: Signer): Entry {
  return { ...entry, bytes: { ...entry.bytes, signature: signer.sign(signedBytes(entry.hash)) } }
}
