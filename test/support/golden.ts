/** One fixed entry of each kind, from which the golden vectors of SPEC.md are made. */
import {
  type Body,
  type DocumentId,
  type EntryHash,
  encodeBody,
  encodeHeader,
  entryOf,
  type Header,
  keyedDocumentId,
  type MeshId,
  type ScopeId,
  sha256,
  signedBytes,
  toHex,
} from '@folkmoot/core'
import { signerOf } from './replicas.ts'

/** The secret key of the vectors: 32 bytes from 0 to 31. */
export const GOLDEN_SIGNER = signerOf(Uint8Array.from({ length: 32 }, (_, i) => i))
export const GOLDEN_SCOPE = '11'.repeat(16) as ScopeId
const SALT = new Uint8Array(16).fill(0x55)
const DEPS = ['66'.repeat(32), '77'.repeat(32)] as EntryHash[]
const DOC = keyedDocumentId(GOLDEN_SCOPE, 'record', 'door') as DocumentId

export const GOLDEN_BODIES: { readonly [type: string]: Body } = {
  open: { type: 'open', scope: 'app=default' },
  change: {
    type: 'change',
    doc: DOC,
    deps: DEPS,
    salt: SALT,
    key: 'door',
    why: { reason: 'I looked', derivedFrom: [DOC] },
    ops: [
      ['put', 'content', { is: 'open', wide: 0.5, seen: [1, null, true] }],
      ['end', 'claim'],
      ['settle', 'content', { kind: 'overwrite', supersedes: DEPS }],
      ['add', 'tags', 'house'],
      ['cut', 'tags', 'garden'],
    ],
  },
  block: { type: 'block', doc: DOC, deps: [], salt: SALT, update: new Uint8Array([0, 0]) },
  erase: { type: 'erase', doc: DOC, deps: DEPS, salt: SALT },
  genesis: { type: 'genesis', name: 'home', admins: [GOLDEN_SIGNER.node], salt: SALT },
  invite: {
    type: 'invite',
    ticket: '88'.repeat(32) as EntryHash,
    agent: 'cook',
    expiresAt: 1_700_000_000_000,
    uses: 3,
  },
  admit: {
    type: 'admit',
    node: GOLDEN_SIGNER.node,
    name: 'kitchen',
    agent: 'cook',
    ticket: '88'.repeat(32) as EntryHash,
  },
}

export function goldenEntry() {
  const payload = encodeBody(GOLDEN_BODIES.change as Body)
  const header: Header = {
    mesh: '22'.repeat(32) as MeshId,
    scope: GOLDEN_SCOPE,
    node: GOLDEN_SIGNER.node,
    incarnation: 0,
    seq: 7,
    prev: '33'.repeat(32) as EntryHash,
    at: 1_700_000_000_000,
    tick: 2,
    authority: ['44'.repeat(32) as EntryHash],
    epoch: 0,
    payloadSize: payload.length,
    payloadHash: toHex(sha256(payload)),
  }
  const entry = entryOf(header, { header: encodeHeader(header), signature: null, payload })
  return { header, entry, signature: GOLDEN_SIGNER.sign(signedBytes(entry.hash)) }
}
