/**
 * Joining: one question and one answer, between a stranger with a ticket and an admin.
 *
 *   stranger   request   [version, mesh, secret, name]
 *   admin      reply     [1, runs of the membership log, addresses of the mesh]  or  [0, code, reason]
 */
import {
  decodeCanonical,
  type EntryBytes,
  type ErrorCode,
  encodeCanonical,
  fromHex,
  limits,
  MalformedError,
  type MeshId,
  toHex,
} from '@folkmoot/core'
import * as v from 'valibot'
import { decodeEntries, encodeEntries } from './entry-frame.ts'
import {
  ADDRESS_BYTES_MAX,
  ADDRESSES_MAX,
  JOIN_RUNS_MAX,
  JOIN_SECRET_BYTES_MAX,
  REASON_BYTES_MAX,
} from './limits.ts'

/**
 * 1  first version
 */
export const JOIN_VERSION = 1

export const requestSchema = v.pipe(
  v.strictTuple([
    /** JOIN_VERSION. */
    v.literal(JOIN_VERSION),
    /** The mesh to be admitted to. */
    v.pipe(
      v.instance(Uint8Array),
      v.check(bytes => bytes.length === 32, 'not 32 bytes'),
      v.transform(bytes => toHex(bytes) as MeshId),
    ),
    /** What the ticket gives away and nobody else can know. */
    v.pipe(
      v.instance(Uint8Array),
      v.check(bytes => bytes.length <= JOIN_SECRET_BYTES_MAX, 'too long'),
    ),
    /** How the new node wants to be called. */
    v.pipe(v.string(), v.maxBytes(limits.NAME_BYTES_MAX)),
  ]),
  v.transform(([version, mesh, secret, name]) => ({ version, mesh, secret, name })),
)

const CODES = [
  'ticket',
  'wrong-mesh',
  'malformed',
  'busy',
  'closed',
  'usage',
  'protocol',
  'not-admitted',
] as const
/** The refusals a stranger is told; any other becomes 'closed', which tells nothing. */
export type JoinRefusal = Extract<ErrorCode, (typeof CODES)[number]>

const welcome = v.pipe(
  v.strictTuple([
    v.literal(1),
    /** The whole membership log, in runs, the first from the genesis. */
    v.pipe(
      v.array(
        v.pipe(
          v.instance(Uint8Array),
          v.transform((bytes): readonly EntryBytes[] => decodeEntries(bytes)),
        ),
      ),
      v.maxLength(JOIN_RUNS_MAX),
      v.readonly(),
    ),
    /** Where the mesh listens. */
    v.pipe(
      v.array(v.pipe(v.string(), v.maxLength(ADDRESS_BYTES_MAX))),
      v.maxLength(ADDRESSES_MAX),
      v.readonly(),
    ),
  ]),
  v.transform(([, membership, addresses]) => ({ ok: true as const, membership, addresses })),
)

const refusal = v.pipe(
  v.strictTuple([v.literal(0), v.picklist(CODES), v.pipe(v.string(), v.maxBytes(REASON_BYTES_MAX))]),
  v.transform(([, code, reason]) => ({ ok: false as const, code, reason })),
)

export const replySchema = v.union([welcome, refusal])

export type JoinRequest = v.InferOutput<typeof requestSchema>
export type JoinReply = v.InferOutput<typeof replySchema>

export function encodeRequest({ version, mesh, secret, name }: JoinRequest): Uint8Array {
  return encodeCanonical([version, fromHex(mesh), secret, name])
}

/** @throws MalformedError */
export function decodeRequest(bytes: Uint8Array): JoinRequest {
  return parse(requestSchema, bytes)
}

export function encodeReply(reply: JoinReply): Uint8Array {
  return encodeCanonical(
    reply.ok ? [1, reply.membership.map(encodeEntries), reply.addresses] : [0, reply.code, reply.reason],
  )
}

/** @throws MalformedError */
export function decodeReply(bytes: Uint8Array): JoinReply {
  return parse(replySchema, bytes)
}

function parse<Schema extends v.GenericSchema>(schema: Schema, bytes: Uint8Array): v.InferOutput<Schema> {
  const result = v.safeParse(schema, decodeCanonical(bytes), { abortEarly: true })
  if (result.success) return result.output
  throw new MalformedError(`join message: ${result.issues[0].message}`)
}
