import { encodeBody, encodeCanonical, fromHex, limits, newDocumentId, type Op, utf8 } from '@folkmoot/core'
import type { HandLog } from '../../support/hand-log.ts'

const AUTOMERGE_CHUNK = '856f4a83'

/** Payloads that are small to send and dear to open, or that are not what they are said to be. */
export function bombs(log: HandLog, salt: Uint8Array): readonly Uint8Array[] {
  const { scope, node } = log.ref
  const doc = fromHex(newDocumentId(scope, 'record', node, salt))
  const change = (ops: readonly unknown[]) => encodeCanonical({ type: 'change', doc, deps: [], salt, ops })
  return [
    // A compressed chunk, and a hundred thousand operations in 64 bytes.
    fromHex(`${AUTOMERGE_CHUNK}021d636060606460e06060601014f8`),
    fromHex(`${AUTOMERGE_CHUNK}${'7f'.repeat(60)}`),
    // Nested deeper than any stack, and an array said to hold four thousand million items.
    new Uint8Array(60_000).fill(0x81),
    fromHex('9affffffff'),
    new Uint8Array(limits.PAYLOAD_BYTES_MAX + 1),
    new Uint8Array(),
    utf8('{"type":"open"}'),
    change(Array.from({ length: limits.OPS_MAX + 1 }, (_, at): Op => ['add', 'tags', `t${at}`])),
    change(Array.from({ length: 100 }, () => ['put', 'content', 'again'])),
    change(Array.from({ length: 10_000 }, (_, at): Op => ['add', 'tags', `${at}`])),
    encodeBody({ type: 'open', scope: 'app=elsewhere' }),
  ]
}
