import { type Body, decodeBody, encodeBody } from './body.ts'
import { toHex } from './bytes.ts'
import { type Entry, encodeHeader, entryOf, type Header, type LogRef, NO_MESH, signedBytes } from './entry.ts'
import { sha256 } from './hash.ts'
import { type HybridTime, nextTime } from './hlc.ts'
import type { EntryHash, MeshId } from './ids.ts'
import type { LogHead, Signer } from './ports.ts'

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

/** The next entries of one of our logs, linked to its head; the last is signed and so covers them all. */
export function writeRun(
  log: LogRef,
  head: LogHead | undefined,
  drafts: readonly Draft[],
  view: WriterView,
  signer: Signer,
): readonly Entry[] {
  const run: Entry[] = []
  let time = view.last
  for (const [i, { body, payload }] of drafts.entries()) {
    time = nextTime(time, view.nowMs)
    const before = run.at(-1) ?? head
    const header: Header = {
      scope: log.scope,
      node: log.node,
      incarnation: log.incarnation,
      mesh: body.type === 'genesis' ? NO_MESH : view.mesh,
      seq: before === undefined ? 0 : before.seq + 1,
      prev: before?.hash ?? '',
      ...time,
      authority: view.authority,
      epoch: 0,
      payloadSize: payload.length,
      payloadHash: toHex(sha256(payload)),
    }
    const entry = entryOf(header, { header: encodeHeader(header), signature: null, payload })
    run.push(i === drafts.length - 1 ? signed(entry, signer) : entry)
  }
  return run
}

function signed(entry: Entry, signer: Signer): Entry {
  return { ...entry, bytes: { ...entry.bytes, signature: signer.sign(signedBytes(entry.hash)) } }
}
