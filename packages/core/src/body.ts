/** What an entry's payload says: schema first, types inferred. A payload is the canonical CBOR of one of these maps. */
import * as v from 'valibot'
import { fromHex, toHex, utf8 } from './bytes.ts'
import { decodeCanonical, encodeCanonical } from './canonical.ts'
import { MalformedError, TooLargeError } from './errors.ts'
import { type DocumentId, type EntryHash, HASH_BYTES, ID_BYTES, nodeId, nodeKey } from './ids.ts'
import type { Json } from './json.ts'
import {
  DEPS_MAX,
  ELEMENT_BYTES_MAX,
  NAME_BYTES_MAX,
  OPS_MAX,
  PAYLOAD_BYTES_MAX,
  TEXT_BYTES_MAX,
} from './limits.ts'

const rawBytes = v.custom<Uint8Array>(value => value instanceof Uint8Array, 'not bytes')

function bytes(length: number) {
  return v.pipe(
    rawBytes,
    v.check(value => value.length === length, `not ${length} bytes`),
  )
}

function hex<Id extends string>(length: number) {
  return v.pipe(
    bytes(length),
    v.transform(value => toHex(value) as Id),
  )
}

function text(bytesMax: number) {
  return v.pipe(
    v.string(),
    v.check(
      value => value.length * 3 <= bytesMax || utf8(value).length <= bytesMax,
      `over ${bytesMax} bytes`,
    ),
  )
}

function isJson(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (Array.isArray(value)) return value.every(isJson)
  return typeof value === 'object' && !(value instanceof Uint8Array) && Object.values(value).every(isJson)
}

const json = v.custom<Json>(isJson, 'not JSON')
const name = v.pipe(text(NAME_BYTES_MAX), v.minLength(1))
const natural = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
/** Names of registers and sets become keys of plain objects, so what every object has already is no name. */
const register = v.pipe(
  v.string(),
  v.regex(/^[a-z][A-Za-z0-9]{0,31}$/),
  v.check(value => !(value in {}), 'a reserved name'),
)
const element = v.pipe(text(ELEMENT_BYTES_MAX), v.minLength(1))
const hash = hex<EntryHash>(HASH_BYTES)
const node = v.pipe(
  bytes(HASH_BYTES),
  v.transform(key => nodeId(key)),
)

/**
 * One operation on a record: put a register's value · end it (a tombstone, "no longer true") · settle the
 * disagreement in a register · add an element to a set · cut it out.
 */
const op = v.union([
  v.strictTuple([v.literal('put'), register, json]),
  v.strictTuple([v.literal('end'), register]),
  v.strictTuple([v.literal('settle'), register, json]),
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
  v.strictObject({ type: v.literal('erase'), ...onDocument }),
  v.strictObject({
    type: v.literal('genesis'),
    name,
    admins: v.pipe(v.array(node), v.minLength(1)),
    salt: bytes(ID_BYTES),
  }),
  v.strictObject({ type: v.literal('invite'), ticket: hash, agent: name, expiresAt: natural, uses: natural }),
  v.strictObject({ type: v.literal('admit'), node, name, agent: name, ticket: v.exactOptional(hash) }),
])
export type Body = v.InferOutput<typeof body>
export type DocumentBody = Extract<Body, { doc: DocumentId }>
export type MembershipBody = Extract<Body, { type: 'genesis' | 'invite' | 'admit' }>

/** Where an operation lands: at most one operation may land on one place in one change. */
export function opTarget(operation: Op): string {
  const [kind, field] = operation
  if (kind === 'settle') return `~${field}`
  return kind === 'add' || kind === 'cut' ? `${field}/${operation[2]}` : field
}

/** @throws MalformedError */
export function decodeBody(payload: Uint8Array): Body {
  const parsed = v.safeParse(body, decodeCanonical(payload), { abortEarly: true })
  if (parsed.success) return parsed.output
  const issue = parsed.issues[0]
  throw new MalformedError(`payload: ${v.getDotPath(issue) ?? ''} ${issue.message}`)
}

/** @throws TooLargeError | MalformedError, so that nothing is signed that a peer would refuse. */
export function encodeBody(value: Body): Uint8Array {
  const payload = encodeCanonical(toWire(value))
  if (payload.length > PAYLOAD_BYTES_MAX)
    throw new TooLargeError('payload', payload.length, PAYLOAD_BYTES_MAX)
  return payload
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
        deps: value.deps.map(fromHex),
        ...(why === undefined ? {} : { why: provenanceToWire(why) }),
      }
    }
    case 'genesis':
      return { ...value, admins: value.admins.map(nodeKey) }
    case 'invite':
      return { ...value, ticket: fromHex(value.ticket) }
    case 'admit':
      return {
        ...value,
        node: nodeKey(value.node),
        ...(value.ticket === undefined ? {} : { ticket: fromHex(value.ticket) }),
      }
  }
}

function provenanceToWire(why: Provenance): unknown {
  return why.derivedFrom === undefined ? why : { ...why, derivedFrom: why.derivedFrom.map(fromHex) }
}
