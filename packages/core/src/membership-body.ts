/** What the membership log says: who belongs, who may do what, and what the mesh keeps house with. */
import * as v from 'valibot'
import { RIGHTS } from './access/right.ts'
import { bytes, hash, hex, name, natural, node, rawBytes, text } from './body-fields.ts'
import { fromHex } from './bytes.ts'
import { ID_BYTES, type LogId, type NodeId, nodeKey, type ScopeId } from './ids.ts'
import {
  CUTS_MAX,
  FORGOTTEN_MAX,
  GRANTS_PER_INVITE_MAX,
  KEY_WRAPS_MAX,
  NAME_BYTES_MAX,
  RECEIPTS_MAX,
  RUN_ENTRIES_MAX,
  WRAP_BYTES_MAX,
} from './limits.ts'

const SIGNATURE_BYTES = 64

const pattern = v.pipe(text(NAME_BYTES_MAX * 5), v.minLength(1))
const rights = v.pipe(
  v.array(v.picklist(RIGHTS)),
  v.minLength(1),
  v.check(
    list => list.every((right, i) => i === 0 || right > (list[i - 1] as string)),
    'rights are not in order',
  ),
)

/** Rights over the scopes, or leave to use the resources, that a pattern covers. */
const permission = v.union([
  v.strictObject({ scope: pattern, rights, until: v.exactOptional(natural) }),
  v.strictObject({ resource: pattern, until: v.exactOptional(natural) }),
])
export type Permission = v.InferOutput<typeof permission>

/** Rights over scopes that only those can tell who know what scopes are called. */
const hiddenPermission = v.strictObject({
  hidden: v.pipe(
    rawBytes,
    v.check(value => value.length <= WRAP_BYTES_MAX, 'a hidden pattern is too large'),
  ),
  // Every node has to tell alike who is an admin, also one that cannot read this.
  rights: v.pipe(
    rights,
    v.check(list => !list.includes('admin'), 'admin over a hidden pattern'),
  ),
  until: v.exactOptional(natural),
})

/** A permission as it stands in the log. */
const wirePermission = v.union([...permission.options, hiddenPermission])
export type WirePermission = v.InferOutput<typeof wirePermission>

/** All instances of an agent, or one node. */
const subject = { to: v.union([v.strictObject({ agent: name }), v.strictObject({ node })]) }
export type Subject = { readonly agent: string } | { readonly node: NodeId }

/**
 * Where logs end: each cut is the last entry that counts. A log not named ends before its first entry. `more`: the
 * author's next entry goes on with the list.
 */
const cutting = {
  cuts: v.pipe(v.array(v.strictTuple([hex<LogId>(ID_BYTES), natural, hash])), v.maxLength(CUTS_MAX)),
  more: v.exactOptional(v.literal(true)),
  reason: v.exactOptional(text(NAME_BYTES_MAX * 4)),
}

export type Cut = v.InferOutput<typeof cutting.cuts>[number]

const wrap = v.pipe(
  rawBytes,
  v.check(value => value.length <= WRAP_BYTES_MAX, 'a wrapped key is too large'),
)

const branch = v.strictObject({
  headers: v.pipe(v.array(rawBytes), v.minLength(1), v.maxLength(RUN_ENTRIES_MAX)),
  signature: bytes(SIGNATURE_BYTES),
})
export type Branch = v.InferOutput<typeof branch>

export const membershipBodies = [
  v.strictObject({
    type: v.literal('genesis'),
    name,
    /** From most to least senior. */
    admins: v.pipe(v.array(node), v.minLength(1)),
    salt: bytes(ID_BYTES),
    /** Payloads are encrypted, but for those of scopes that never leave their node. */
    sealed: v.exactOptional(v.literal(true)),
  }),
  v.strictObject({
    type: v.literal('invite'),
    ticket: hash,
    agent: name,
    expiresAt: natural,
    uses: natural,
    grants: v.exactOptional(v.pipe(v.array(wirePermission), v.maxLength(GRANTS_PER_INVITE_MAX))),
    notAfter: v.exactOptional(natural),
  }),
  /** A certificate: this key is an instance of that agent, until then. Of several the latest `notAfter` holds. */
  v.strictObject({
    type: v.literal('admit'),
    node,
    name,
    agent: name,
    ticket: v.exactOptional(hash),
    notAfter: v.exactOptional(natural),
  }),
  v.strictObject({ type: v.literal('grant'), ...subject, permission: wirePermission }),
  v.strictObject({ type: v.literal('revoke'), ...subject, permission: wirePermission, ...cutting }),
  v.strictObject({ type: v.literal('remove'), node, ...cutting }),
  /** By the node itself: another key goes on in its place, with its name, agent and rights. */
  v.strictObject({ type: v.literal('rotate'), node, ...cutting }),
  /** A scope's key of one epoch, wrapped to each reader (HPKE); of the scope of zeros: the key that scopes are named by. */
  v.strictObject({
    type: v.literal('keys'),
    scope: hex<ScopeId>(ID_BYTES),
    epoch: natural,
    wraps: v.pipe(v.array(v.strictTuple([node, wrap])), v.minLength(1), v.maxLength(KEY_WRAPS_MAX)),
  }),
  /** For those who cannot read an erasure: entries whose payload has to go. */
  v.strictObject({
    type: v.literal('forget'),
    erasure: hash,
    scope: hex<ScopeId>(ID_BYTES),
    entries: v.pipe(v.array(v.strictTuple([hex<LogId>(ID_BYTES), natural])), v.maxLength(FORGOTTEN_MAX)),
  }),
  /** This node holds nothing any more of what these erasures name. */
  v.strictObject({
    type: v.literal('receipt'),
    erasures: v.pipe(v.array(hash), v.minLength(1), v.maxLength(RECEIPTS_MAX)),
  }),
  /** Two chains of headers from one position of one log, each up to a signed one: its author wrote two histories. */
  v.strictObject({ type: v.literal('fork'), one: branch, other: branch }),
] as const

const membershipBody = v.variant('type', [...membershipBodies])
export type MembershipBody = v.InferOutput<typeof membershipBody>

type Opened<B> = B extends { permission: WirePermission }
  ? Omit<B, 'permission'> & { permission: Permission }
  : B extends { type: 'invite' }
    ? Omit<B, 'grants'> & { grants?: Permission[] }
    : B

/** What it says to this node: patterns that were hidden are opened. */
export type OpenedBody = Opened<MembershipBody>

const TYPES: ReadonlySet<string> = new Set(membershipBodies.map(({ entries }) => entries.type.literal))

export function isMembership(body: { readonly type: string }): body is MembershipBody {
  return TYPES.has(body.type)
}

/** Hex and node ids back as bytes. */
export function membershipToWire(body: MembershipBody): unknown {
  switch (body.type) {
    case 'genesis':
      return { ...body, admins: body.admins.map(nodeKey) }
    case 'invite':
      return { ...body, ticket: fromHex(body.ticket) }
    case 'admit':
      return {
        ...body,
        node: nodeKey(body.node),
        ...(body.ticket === undefined ? {} : { ticket: fromHex(body.ticket) }),
      }
    case 'grant':
      return { ...body, to: subjectToWire(body.to) }
    case 'revoke':
      return { ...body, to: subjectToWire(body.to), cuts: cutsToWire(body.cuts) }
    case 'remove':
    case 'rotate':
      return { ...body, node: nodeKey(body.node), cuts: cutsToWire(body.cuts) }
    case 'keys':
      return {
        ...body,
        scope: fromHex(body.scope),
        wraps: body.wraps.map(([reader, wrapped]) => [nodeKey(reader), wrapped]),
      }
    case 'forget':
      return {
        ...body,
        erasure: fromHex(body.erasure),
        scope: fromHex(body.scope),
        entries: body.entries.map(([log, seq]) => [fromHex(log), seq]),
      }
    case 'receipt':
      return { ...body, erasures: body.erasures.map(fromHex) }
    case 'fork':
      return body
  }
}

function subjectToWire(to: Subject): unknown {
  return 'node' in to ? { node: nodeKey(to.node) } : to
}

function cutsToWire(cuts: readonly Cut[]): unknown {
  return cuts.map(([log, seq, entry]) => [fromHex(log), seq, fromHex(entry)])
}
