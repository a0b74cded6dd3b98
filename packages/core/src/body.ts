/** What an entry's payload says: schema first, types inferred. A payload is the canonical CBOR of one of these maps. */
import * as v from 'valibot'
import { bytes, element, hash, hex, json, name, natural, rawBytes, register, text } from './body-fields.ts'
import { fromHex } from './bytes.ts'
import { decodeCanonical, encodeCanonical } from './canonical.ts'
import { MalformedError, TooLargeError } from './errors.ts'
import { type DocumentId, HASH_BYTES, ID_BYTES, type LogId } from './ids.ts'
import {
  BARRED_PER_ERASURE_MAX,
  DEPS_MAX,
  FORK_BYTES_MAX,
  NAME_BYTES_MAX,
  OPS_MAX,
  PAYLOAD_BYTES_MAX,
  TEXT_BYTES_MAX,
} from './limits.ts'
import { membershipBodies, membershipToWire } from './membership-body.ts'
import { SEAL_BYTES } from './sealing.ts'

/**
 * One operation on a record: put a register's value · end it (a tombstone, "no longer true") · settle the
 * disagreement in a register · claim to be settling it · add an element to a set · cut it out.
 */
const op = v.union([
  v.strictTuple([v.literal('put'), register, json]),
  v.strictTuple([v.literal('end'), register]),
  v.strictTuple([v.literal('settle'), register, json]),
  v.strictTuple([v.literal('claim'), register, json]),
  v.strictTuple([v.literal('add'), register, element]),
  v.strictTuple([v.literal('cut'), register, element]),
])
export type Op = v.InferOutput<typeof op>

/** Who caused a change and on what grounds, beyond the node that signed it. Immutable, like the entry. */
const provenanceFields = v.strictObject({
  reason: v.exactOptional(text(NAME_BYTES_MAX * 4)),
  onBehalfOf: v.exactOptional(name),
  source: v.exactOptional(text(NAME_BYTES_MAX * 4)),
  resources: v.exactOptional(v.pipe(v.array(name), v.maxLength(64))),
  derivedFrom: v.exactOptional(v.pipe(v.array(hex<DocumentId>(ID_BYTES)), v.maxLength(64))),
  /** Agents who contributed to what this was derived from: a restriction follows the information. */
  contributors: v.exactOptional(v.pipe(v.array(name), v.maxLength(256))),
  /** Entries whose values its author acted on: what it believed when it wrote. */
  basedOn: v.exactOptional(v.pipe(v.array(hash), v.maxLength(64))),
})
export type Provenance = v.InferOutput<typeof provenanceFields>

/** An array or bytes would pass for an object without fields. */
const provenance = v.pipe(
  v.custom<object>(value => !Array.isArray(value) && !(value instanceof Uint8Array), 'not a map'),
  provenanceFields,
)

/** Changes of documents: what they change, what they had seen of it, and a salt so that a hash gives nothing away. */
const onDocument = {
  doc: hex<DocumentId>(ID_BYTES),
  deps: v.pipe(
    v.array(hash),
    v.maxLength(DEPS_MAX),
    v.check(
      deps => deps.every((dep, i) => i === 0 || dep > (deps[i - 1] as string)),
      'deps are not in order',
    ),
  ),
  /** Where each of the deps stands, in the same order: so that one in a log that was cut is known for what it is. */
  places: v.exactOptional(
    v.pipe(v.array(v.strictTuple([hex<LogId>(ID_BYTES), natural])), v.maxLength(DEPS_MAX)),
  ),
  salt: bytes(ID_BYTES),
  key: v.exactOptional(name),
  why: v.exactOptional(provenance),
}

const body = v.variant('type', [
  /** First entry of every log but the membership log: the scope in clear. */
  v.strictObject({ type: v.literal('open'), scope: text(NAME_BYTES_MAX * 5) }),
  v.strictObject({
    type: v.literal('change'),
    ...onDocument,
    ops: v.pipe(
      v.array(op),
      v.minLength(1),
      v.maxLength(OPS_MAX),
      v.check(ops => new Set(ops.map(opTarget)).size === ops.length, 'two operations on one place'),
    ),
  }),
  v.strictObject({
    type: v.literal('block'),
    ...onDocument,
    update: v.pipe(
      rawBytes,
      v.check(update => update.length <= TEXT_BYTES_MAX, 'update is too large'),
    ),
  }),
  v.strictObject({
    type: v.literal('erase'),
    ...onDocument,
    /** Digests of the values it had: they are not to be written again. */
    barred: v.exactOptional(v.pipe(v.array(hex(HASH_BYTES)), v.maxLength(BARRED_PER_ERASURE_MAX))),
  }),
  ...membershipBodies,
])
export type Body = v.InferOutput<typeof body>
export type DocumentBody = Extract<Body, { doc: DocumentId }>
/** Where an operation lands: at most one operation may land on one place in one change. */
export function opTarget(operation: Op): string {
  const [kind, field] = operation
  if (kind === 'settle') return `~${field}`
  if (kind === 'claim') return `!${field}`
  return kind === 'add' || kind === 'cut' ? `${field}/${operation[2]}` : field
}

/** @throws MalformedError */
export function decodeBody(payload: Uint8Array): Body {
  const parsed = v.safeParse(body, decodeCanonical(payload), { abortEarly: true })
  if (parsed.success) {
    if (payload.length > mostBytes(parsed.output)) throw new MalformedError('payload: it is too large')
    return parsed.output
  }
  const issue = parsed.issues[0]
  throw new MalformedError(`payload: ${v.getDotPath(issue) ?? ''} ${issue.message}`)
}

/** @throws TooLargeError | MalformedError, so that nothing is signed that a peer would refuse. */
export function encodeBody(value: Body): Uint8Array {
  const payload = encodeCanonical(toWire(value))
  const most = mostBytes(value) - SEAL_BYTES
  if (payload.length > most) throw new TooLargeError('payload', payload.length, most)
  return payload
}

function mostBytes({ type }: Body): number {
  return type === 'fork' ? FORK_BYTES_MAX : PAYLOAD_BYTES_MAX
}

function toWire(value: Body): unknown {
  switch (value.type) {
    case 'open':
      return value
    case 'change':
    case 'block':
    case 'erase': {
      const { why } = value
      return {
        ...value,
        doc: fromHex(value.doc),
        ...('barred' in value ? { barred: value.barred?.map(fromHex) } : {}),
        deps: value.deps.map(fromHex),
        ...(value.places === undefined
          ? {}
          : { places: value.places.map(([log, seq]) => [fromHex(log), seq]) }),
        ...(why === undefined ? {} : { why: provenanceToWire(why) }),
      }
    }
    default:
      return membershipToWire(value)
  }
}

function provenanceToWire(why: Provenance): unknown {
  const { derivedFrom, basedOn } = why
  return {
    ...why,
    ...(derivedFrom === undefined ? {} : { derivedFrom: derivedFrom.map(fromHex) }),
    ...(basedOn === undefined ? {} : { basedOn: basedOn.map(fromHex) }),
  }
}
