/**
 * A ticket: where to join, whom to expect there, and a secret that is good once.
 *
 *   folkmoot-ticket-1.<base64url of canonical CBOR [mesh, admin key, addresses, secret, expiresAt] and 4 bytes of
 *   its SHA-256>
 */
import { randomBytes } from 'node:crypto'
import {
  concatBytes,
  decodeCanonical,
  type EntryHash,
  encodeCanonical,
  equalBytes,
  FolkmootError,
  fromHex,
  type MeshId,
  type NodeId,
  nodeId,
  nodeKey,
  sha256,
  toHex,
} from '@folkmoot/core'

const PREFIX = 'folkmoot-ticket-1.'
const SECRET_BYTES = 32
const CHECK_BYTES = 4
/** A mistyped or pasted-over ticket must not be decoded at length. */
const TICKET_LENGTH_MAX = 4096

export interface Ticket {
  readonly mesh: MeshId
  readonly admin: NodeId
  /** Multiaddrs of the admin's door for joining. */
  readonly addresses: readonly string[]
  readonly secret: Uint8Array
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

export function newSecret(): Uint8Array {
  return new Uint8Array(randomBytes(SECRET_BYTES))
}

/** What the membership log knows a ticket by. */
export function ticketHash(secret: Uint8Array): EntryHash {
  return toHex(sha256(secret)) as EntryHash
}

export function encodeTicket(ticket: Ticket): string {
  const { mesh, admin, addresses, secret, expiresAt } = ticket
  const bytes = encodeCanonical([fromHex(mesh), nodeKey(admin), [...addresses], secret, expiresAt])
  return PREFIX + Buffer.from(concatBytes(bytes, checkOf(bytes))).toString('base64url')
}

/** @throws FolkmootError ticket */
export function decodeTicket(text: string): Ticket {
  const trimmed = text.trim()
  if (!trimmed.startsWith(PREFIX) || trimmed.length > TICKET_LENGTH_MAX)
    throw damaged('it does not look like one')
  const all = new Uint8Array(Buffer.from(trimmed.slice(PREFIX.length), 'base64url'))
  const bytes = all.subarray(0, Math.max(0, all.length - CHECK_BYTES))
  if (!equalBytes(all.subarray(bytes.length), checkOf(bytes)))
    throw damaged('part of it is missing or mistyped')
  try {
    return parse(decodeCanonical(bytes))
  } catch {
    throw damaged('its content makes no sense')
  }
}

function parse(fields: unknown): Ticket {
  const [mesh, admin, addresses, secret, expiresAt] = fields as [
    Uint8Array,
    Uint8Array,
    string[],
    Uint8Array,
    number,
  ]
  const isWhole =
    mesh instanceof Uint8Array &&
    secret instanceof Uint8Array &&
    Array.isArray(addresses) &&
    addresses.every(address => typeof address === 'string') &&
    Number.isSafeInteger(expiresAt)
  if (!isWhole) throw damaged('its content makes no sense')
  return { mesh: toHex(mesh) as MeshId, admin: nodeId(admin), addresses, secret, expiresAt }
}

function checkOf(bytes: Uint8Array): Uint8Array {
  return sha256(bytes).subarray(0, CHECK_BYTES)
}

function damaged(why: string): FolkmootError {
  return new FolkmootError('ticket', `the ticket is damaged: ${why}`)
}
