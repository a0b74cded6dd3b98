/**
 * What can be written in the membership log, as plans: who belongs, who may do what, and the keys and notices that
 * every node has to have. A list too long for one entry becomes several, to be written one after the other.
 */
import type { Body } from './body.ts'
import type { Plan } from './change-plan.ts'
import type { EntryHash, LogId, NodeId, ScopeId } from './ids.ts'
import {
  CUTS_MAX,
  FORGOTTEN_MAX,
  KEY_WRAPS_MAX,
  PAYLOAD_BYTES_MAX,
  RECEIPTS_MAX,
  WRAP_BYTES_MAX,
} from './limits.ts'
import type { Cut, MembershipBody, Permission, Subject } from './membership-body.ts'

export interface AdmitOptions {
  /** Hash of the ticket that it came with. */
  readonly ticket?: EntryHash
  /** Milliseconds since 1970: when the certificate runs out. For ever if not given. */
  readonly notAfter?: number
}

/** A certificate: this key is an instance of that agent. Written again with a later `notAfter` it is renewed. */
export function admit(
  node: NodeId,
  name: string,
  agent: string,
  options: AdmitOptions | EntryHash = {},
): Plan {
  const { ticket, notAfter } = typeof options === 'string' ? { ticket: options } : options
  return planOf({ type: 'admit', node, name, agent, ...given({ ticket, notAfter }) })
}

export interface InvitePlanOptions {
  /** What whoever comes with the ticket may do. */
  readonly grants?: readonly Permission[]
  /** Until when the certificate is good that the ticket gets. */
  readonly notAfter?: number
}

/** @param ticket hash of the secret that the ticket holds; the secret itself is written nowhere. */
export function invite(
  ticket: EntryHash,
  agent: string,
  expiresAt: number,
  uses: number,
  { grants = [], notAfter }: InvitePlanOptions = {},
): Plan {
  const listed = grants.length === 0 ? undefined : grants.map(inOrder)
  return planOf({ type: 'invite', ticket, agent, expiresAt, uses, ...given({ grants: listed, notAfter }) })
}

export function grant(to: Subject, permission: Permission): Plan {
  return planOf({ type: 'grant', to, permission: inOrder(permission) })
}

/**
 * Takes a right back.
 * @param cuts where the subject's logs end that it no longer may write: what is not named does not count
 */
export function revoke(
  to: Subject,
  permission: Permission,
  cuts: readonly Cut[],
  reason?: string,
): readonly Plan[] {
  return inParts(cuts, { type: 'revoke', to, permission: inOrder(permission), ...given({ reason }) })
}

/** Puts a node out of the mesh. */
export function removeNode(node: NodeId, cuts: readonly Cut[], reason?: string): readonly Plan[] {
  return inParts(cuts, { type: 'remove', node, ...given({ reason }) })
}

/** By the node whose key it is: `next` goes on in its place. */
export function rotate(next: NodeId, cuts: readonly Cut[], reason?: string): readonly Plan[] {
  return inParts(cuts, { type: 'rotate', node: next, ...given({ reason }) })
}

/** A key of a scope, handed out to those it is wrapped to. */
export interface HandedKey {
  readonly scope: ScopeId
  readonly epoch: number
  readonly wraps: readonly (readonly [NodeId, Uint8Array])[]
}

/** Room beside the wraps in one entry. */
const KEYS_OVERHEAD_BYTES = 256
/** A node's key and framing beside each wrap. */
const WRAP_OVERHEAD_BYTES = 48

export function handOut({ scope, epoch, wraps }: HandedKey): readonly Plan[] {
  // Wraps of one key have one length: the scope's address is in each.
  const longest = wraps.reduce((most, [, bytes]) => Math.max(most, bytes.length), 0)
  const room = PAYLOAD_BYTES_MAX - KEYS_OVERHEAD_BYTES
  const most = Math.min(
    KEY_WRAPS_MAX,
    Math.floor(room / (Math.min(longest, WRAP_BYTES_MAX) + WRAP_OVERHEAD_BYTES)),
  )
  return inSlices(wraps, most).map(part =>
    planOf({ type: 'keys', scope, epoch, wraps: part.map(([node, bytes]) => [node, bytes]) }),
  )
}

/** Tells those who cannot read an erasure whose payloads have to go. */
export function forget(
  erasure: EntryHash,
  scope: ScopeId,
  entries: readonly (readonly [LogId, number])[],
): readonly Plan[] {
  return inSlices(entries, FORGOTTEN_MAX).map(part =>
    planOf({ type: 'forget', erasure, scope, entries: part.map(([log, seq]) => [log, seq]) }),
  )
}

/** This node holds nothing any more of what these erasures name. */
export function receipt(erasures: readonly EntryHash[]): readonly Plan[] {
  return inSlices(erasures, RECEIPTS_MAX).map(part => planOf({ type: 'receipt', erasures: [...part] }))
}

type Cutting = Extract<MembershipBody, { type: 'revoke' | 'remove' | 'rotate' }>
type Uncut<B> = B extends Cutting ? Omit<B, 'cuts' | 'more'> : never

/** Without cuts there is still one entry: it says that nothing of the logs counts that it names. */
function inParts(cuts: readonly Cut[], body: Uncut<Cutting>): readonly Plan[] {
  const parts = cuts.length === 0 ? [[]] : inSlices(cuts, CUTS_MAX)
  return parts.map((part, i) =>
    planOf({
      ...body,
      cuts: part.map(([log, seq, entry]) => [log, seq, entry]),
      ...(i < parts.length - 1 ? { more: true as const } : {}),
    } as Cutting),
  )
}

function inSlices<T>(items: readonly T[], most: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / most) }, (_, i) =>
    items.slice(i * most, (i + 1) * most),
  )
}

/** The same rights are the same bytes, in whatever order somebody wrote them. */
function inOrder(permission: Permission): Permission {
  return 'rights' in permission
    ? { ...permission, rights: [...new Set(permission.rights)].sort() }
    : permission
}

/** The fields that have a value. */
function given<T extends { readonly [field: string]: unknown }>(
  fields: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}

function planOf(body: Body): Plan {
  return { plan: () => ({ scope: null, body }) }
}
