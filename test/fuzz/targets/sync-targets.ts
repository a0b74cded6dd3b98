/** What nodes say to one another. */
import { limits, logId, MalformedError } from '@folkmoot/core'
import { syncLimits } from '@folkmoot/sync'
import { encodeMessage } from '../../../packages/sync/src/encode-message.ts'
import { decodeEntries, encodeEntries } from '../../../packages/sync/src/entry-frame.ts'
import type { Fingerprint } from '../../../packages/sync/src/fingerprint.ts'
import {
  decodeReply,
  decodeRequest,
  encodeReply,
  encodeRequest,
} from '../../../packages/sync/src/join-messages.ts'
import { FrameReader, frame } from '../../../packages/sync/src/libp2p/frames.ts'
import {
  decodeGossip,
  decodeMessage,
  type Gossip,
  type Message,
} from '../../../packages/sync/src/messages.ts'
import {
  entriesAfter,
  hashOf,
  MESH,
  testNode,
  testScope,
} from '../../../packages/sync/src/testing/fake-replica.ts'
import { Fault, oneForm, type Target } from '../target.ts'
import { RUN } from './samples.ts'

const print = (byte: string) => byte.repeat(16) as Fingerprint
const ref = { scope: testScope(1), node: testNode(1), incarnation: 0 }
const log = logId(ref.scope, ref.node, ref.incarnation)
const entries = entriesAfter(ref, [], 3, 3)
const head = { ...ref, log, seq: 2, hash: hashOf(entries[2] as (typeof entries)[0]) }
const summary = { membership: print('01'), push: print('02'), pull: print('03') }
const parts = [0, 7, 15].map(digit => ({ digit, fingerprint: '0a'.repeat(8) as Fingerprint }))
const addresses = ['/ip4/10.0.0.1/tcp/4001', '/dns4/é/tcp/1']

const MESSAGES: readonly Message[] = [
  { kind: 'hello', version: 1, mesh: MESH, summary, addresses, known: '00'.repeat(8) },
  { kind: 'probe', summary, pull: true },
  {
    kind: 'compare',
    tree: 'push',
    splits: [
      { prefix: '', base: '3f', parts },
      { prefix: 'a', base: 'ab', parts: [] },
    ],
  },
  { kind: 'heads', tree: 'pull', lists: [{ prefix: '3f0', complete: true, items: [head, head] }] },
  { kind: 'want', items: [{ log, from: 0, bytesMax: 65_536 }] },
  { kind: 'page', log, from: 0, more: false, entries },
  { kind: 'inSync', root: print('04') },
  { kind: 'peers', known: [{ node: testNode(1), addresses }] },
  { kind: 'refuse', code: 'version', reason: 'no' },
  { kind: 'confirm', items: [{ log, seq: 7 }] },
  { kind: 'confirmed', items: [{ log, seq: 7 }] },
]
const GOSSIP: readonly Gossip[] = [
  { kind: 'gossip', runs: [entries, RUN], heads: [head] },
  { kind: 'gossip', runs: [], heads: [] },
]

export const SYNC_TARGETS: readonly Target[] = [
  ...MESSAGES.map(
    (message): Target => ({
      name: `message: ${message.kind}`,
      shape: 'cbor',
      samples: () => [encodeMessage(message), ...MESSAGES.map(encodeMessage)],
      bytesMax: syncLimits.FRAME_BYTES_MAX,
      take: oneForm(decodeMessage, encodeMessage),
    }),
  ),
  {
    name: 'gossip',
    shape: 'cbor',
    samples: () => GOSSIP.map(encodeMessage),
    bytesMax: syncLimits.GOSSIP_BYTES_MAX,
    take: oneForm(decodeGossip, encodeMessage),
  },
  {
    name: 'entry frame',
    shape: 'bytes',
    samples: () => [encodeEntries(entries), encodeEntries(RUN), encodeEntries([])],
    bytesMax: limits.RUN_BYTES_MAX,
    take: oneForm(decodeEntries, encodeEntries),
  },
  {
    name: 'frames of a stream',
    shape: 'bytes',
    samples: () => [
      frame(encodeEntries(RUN)),
      Buffer.concat([frame(new Uint8Array(1)), frame(new Uint8Array(9))]),
    ],
    take: takeFrames,
  },
  {
    name: 'join request',
    shape: 'cbor',
    samples: () => [encodeRequest({ version: 1, mesh: MESH, secret: new Uint8Array(32), name: 'zoë' })],
    bytesMax: syncLimits.JOIN_REQUEST_BYTES_MAX,
    take: oneForm(decodeRequest, encodeRequest),
  },
  {
    name: 'join reply',
    shape: 'cbor',
    samples: () => [
      encodeReply({ ok: true, membership: [entries, RUN], addresses }),
      encodeReply({ ok: false, code: 'ticket', reason: 'used up' }),
    ],
    bytesMax: syncLimits.JOIN_REPLY_BYTES_MAX,
    take: oneForm(decodeReply, encodeReply),
  },
]

/** Cut anywhere, a stream gives the same frames, and they are what was in it. */
function takeFrames(input: Uint8Array): boolean {
  const whole = framesOf([input])
  const at = (input[0] ?? 0) % (input.length + 1)
  const cut = framesOf([input.subarray(0, at), input.subarray(at)])
  const again = Buffer.concat(whole.map(frame))
  if (Buffer.compare(again, Buffer.concat(cut.map(frame))) !== 0)
    throw new Fault('it matters where it is cut')
  if (Buffer.compare(again, input.subarray(0, again.length)) !== 0)
    throw new Fault('frames that were not sent')
  if (again.length < input.length) throw new MalformedError('the last frame is not whole')
  return true
}

function framesOf(chunks: readonly Uint8Array[]): readonly Uint8Array[] {
  const reader = new FrameReader(syncLimits.FRAME_BYTES_MAX)
  return chunks.flatMap(chunk => reader.push(chunk))
}
