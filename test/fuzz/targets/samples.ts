/** Good entries and bodies of every kind, to be spoiled. */
import {
  type Body,
  type EntryBytes,
  type EntryHash,
  encodeBlockUpdate,
  type LogId,
  type MeshId,
  type NodeId,
  type ScopeId,
} from '@folkmoot/core'
import * as Y from 'yjs'
import { GOLDEN_BODIES, GOLDEN_SCOPE, GOLDEN_SIGNER } from '../../support/golden.ts'
import { changeBy, HandLog } from '../../support/hand-log.ts'
import { signerOf } from '../../support/replicas.ts'
import { NOTE_OPS } from './dispute-samples.ts'

export const MESH = '22'.repeat(32) as MeshId
const HASH = '66'.repeat(32) as EntryHash
const LOG = '99'.repeat(16) as LogId
const node = GOLDEN_SIGNER.node
const other: NodeId = signerOf('other').node

/** A log of two entries in one history of it. */
function history(content: string): { readonly log: HandLog; readonly run: readonly EntryBytes[] } {
  const log = new HandLog(MESH, 'forker', { authority: [HASH] })
  const change = changeBy(log, [['put', 'content', content]])
  return { log, run: log.run(log.open(), log.next(change), log.next(changeBy(log, [['end', 'content']]))) }
}

export const RUN: readonly EntryBytes[] = history('one').run

/** The two entries after the opening, in both histories: each chain up to a signed one. */
function forkProof(): Body {
  const [one, two] = ['one', 'two'].map(content => {
    const [, ...headers] = history(content).run
    const signature = headers.at(-1)?.signature ?? new Uint8Array(64)
    return { headers: headers.map(({ header }) => header), signature }
  })
  if (one === undefined || two === undefined) throw new Error('two histories')
  return { type: 'fork', one, other: two }
}

export const FORK: Body = forkProof()

/** One of each membership body, with and without what can be left out. */
export const MEMBERSHIP_BODIES: readonly Body[] = [
  GOLDEN_BODIES.genesis as Body,
  { type: 'genesis', name: 'home', admins: [node, other], salt: new Uint8Array(16), sealed: true },
  GOLDEN_BODIES.invite as Body,
  {
    type: 'invite',
    ticket: HASH,
    agent: 'cook',
    expiresAt: 1,
    uses: 1,
    grants: [{ scope: 'user=*', rights: ['read', 'write'], until: 5 }, { resource: 'crm-*' }],
    notAfter: 9,
  },
  GOLDEN_BODIES.admit as Body,
  { type: 'admit', node: other, name: 'a', agent: 'b', notAfter: 1_800_000_000_000 },
  {
    type: 'grant',
    to: { agent: 'cook' },
    permission: { scope: 'app=shop,user=*', rights: ['arbitrate', 'read'] },
  },
  { type: 'grant', to: { node }, permission: { scope: '*', rights: ['admin'], until: 1_800_000_000_000 } },
  { type: 'grant', to: { agent: 'cook' }, permission: { resource: 'crm' } },
  {
    type: 'grant',
    to: { agent: 'cook' },
    permission: { hidden: new Uint8Array(38).fill(9), rights: ['read', 'write'], until: 1_800_000_000_000 },
  },
  {
    type: 'revoke',
    to: { agent: 'cook' },
    permission: { scope: '*', rights: ['write'] },
    cuts: [[LOG, 3, HASH]],
    reason: 'left',
  },
  { type: 'revoke', to: { node: other }, permission: { resource: '*' }, cuts: [], more: true },
  { type: 'remove', node: other, cuts: [[LOG, 0, HASH]], reason: 'lost' },
  { type: 'rotate', node: other, cuts: [], more: true },
  {
    type: 'keys',
    scope: GOLDEN_SCOPE as ScopeId,
    epoch: 2 ** 40,
    wraps: [[node, new Uint8Array(80).fill(3)]],
  },
  { type: 'forget', erasure: HASH, scope: GOLDEN_SCOPE as ScopeId, entries: [[LOG, 0]] },
  { type: 'receipt', erasures: [HASH] },
  FORK,
]

export const DOCUMENT_BODIES: readonly Body[] = [
  ...['open', 'change', 'erase'].map(type => GOLDEN_BODIES[type] as Body),
  {
    ...(GOLDEN_BODIES.change as Body & { type: 'change' }),
    places: [
      [LOG, 1],
      [LOG, 2],
    ],
    why: { onBehalfOf: 'ann', source: 's', resources: ['crm'], contributors: ['cook'], reason: 'r' },
  },
  ...NOTE_OPS.map(ops => ({
    ...(GOLDEN_BODIES.change as Body & { type: 'change' }),
    key: 'moot/policy',
    why: { basedOn: [HASH] },
    ops: [...ops],
  })),
  { ...(GOLDEN_BODIES.block as Body & { type: 'block' }), update: typedText() },
]

/** What Yjs writes for some typing by two clients, with deletions. */
export function typedText(): Uint8Array {
  const [one, two] = [new Y.Doc(), new Y.Doc()]
  one.clientID = 300
  two.clientID = 2 ** 33 + 300
  one.getText('content').insert(0, 'a text of some 😀 length')
  Y.applyUpdate(two, Y.encodeStateAsUpdate(one))
  two.getText('content').insert(3, 'more é')
  two.getText('content').delete(8, 4)
  one.getText('content').insert(0, 'before')
  Y.applyUpdate(one, Y.encodeStateAsUpdate(two))
  one.getText('content').delete(1, 2)
  return Y.encodeStateAsUpdate(one)
}

export const BLOCK_UPDATES: readonly Uint8Array[] = [
  typedText(),
  encodeBlockUpdate({ runs: [], deleted: [{ client: 1, clock: 2 ** 40, length: 5 }] }),
  encodeBlockUpdate({
    runs: [{ client: 7, clock: 0, length: 3, left: null, right: null, text: null }],
    deleted: [{ client: 7, clock: 0, length: 3 }],
  }),
  encodeBlockUpdate({ runs: [], deleted: [] }),
]
