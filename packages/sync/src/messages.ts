/**
 * Every message between two nodes, and the one they gossip.
 *
 * The life of an exchange between A and B:
 *
 *   A, B   hello      who I am, and fingerprints of all I hold. Equal roots: nothing more is said
 *   A      compare    below this prefix I hold these subtrees, with these fingerprints
 *   B      compare    … where they differ, one fork further down
 *   A      heads      … where few logs are left: their heads
 *   B      heads      the heads of logs in which B is ahead of what A said
 *   B      want       send me this log from here; several may be outstanding
 *   A      page       its entries; `more` if there are more
 *   B      probe      when nothing is missing any more, and every few seconds: my fingerprints again
 *   A      inSync     said only when the roots are equal
 *
 * Whoever is answered remembers nothing: each comparison says all that is needed to go on, so a lost, repeated or
 * stale message costs traffic and never truth. `confirm` asks to be told, by `confirmed`, when a log is stored up to
 * some entry; `peers` tells addresses; `refuse` is the last word of a connection.
 *
 * A message is a canonical CBOR array whose first element is its kind. Ids and hashes are byte strings. SPEC.md,
 * rules W1 to W9, gives each layout; messages.test.ts locks golden bytes and the schema.
 */
import { decodeCanonical, type LogId, MalformedError, type MeshId } from '@folkmoot/core'
import * as v from 'valibot'
import type { Fingerprint } from './fingerprint.ts'
import {
  HEADS_PER_MESSAGE_MAX,
  KNOWN_PEERS_PER_MESSAGE_MAX,
  REASON_BYTES_MAX,
  SPLITS_PER_MESSAGE_MAX,
  WANTS_PER_MESSAGE_MAX,
} from './limits.ts'
import {
  addresses,
  confirmItems,
  entries,
  hexOf,
  list,
  natural,
  node,
  position,
  split,
  summary,
  treeName,
} from './message-fields.ts'

/**
 * 1  first version
 */
export const PROTOCOL_VERSION = 1

/** The first element of each. */
export const KIND = {
  hello: 0,
  probe: 1,
  compare: 2,
  heads: 3,
  want: 4,
  page: 5,
  inSync: 6,
  peers: 7,
  refuse: 8,
  confirm: 9,
  confirmed: 10,
  gossip: 11,
} as const

const hello = v.pipe(
  v.strictTuple([
    v.literal(KIND.hello),
    /** PROTOCOL_VERSION; another one is refused before anything else is read. */
    v.literal(PROTOCOL_VERSION),
    hexOf<MeshId>(32),
    summary,
    /** Where I can be dialled. */
    addresses,
    /** Digest of the addresses I know; if yours differs we tell each other. */
    hexOf<string>(8),
  ]),
  v.transform(([, version, mesh, summary, addresses, known]) => {
    return { kind: 'hello' as const, version, mesh, summary, addresses, known }
  }),
)

const probe = v.pipe(
  v.strictTuple([
    v.literal(KIND.probe),
    summary,
    /** Compare 'pull' scopes too. */
    v.boolean(),
  ]),
  v.transform(([, summary, pull]) => ({ kind: 'probe' as const, summary, pull })),
)

const compare = v.pipe(
  v.strictTuple([
    v.literal(KIND.compare),
    treeName,
    v.pipe(v.array(split), v.maxLength(SPLITS_PER_MESSAGE_MAX), v.readonly()),
  ]),
  v.transform(([, tree, splits]) => ({ kind: 'compare' as const, tree, splits })),
)

const heads = v.pipe(
  v.strictTuple([
    v.literal(KIND.heads),
    treeName,
    v.pipe(v.array(list), v.maxLength(HEADS_PER_MESSAGE_MAX), v.readonly()),
  ]),
  v.transform(([, tree, lists]) => ({ kind: 'heads' as const, tree, lists })),
)

const want = v.pipe(
  v.strictTuple([
    v.literal(KIND.want),
    v.pipe(
      v.array(
        v.pipe(
          v.strictTuple([
            hexOf<LogId>(16),
            /** The first entry missing. */
            natural,
            /** About how much to send; a run that one signature covers is sent whole. */
            natural,
          ]),
          v.transform(([log, from, bytesMax]) => ({ log, from, bytesMax })),
        ),
      ),
      v.minLength(1),
      v.maxLength(WANTS_PER_MESSAGE_MAX),
      v.readonly(),
    ),
  ]),
  v.transform(([, items]) => ({ kind: 'want' as const, items })),
)

const page = v.pipe(
  v.strictTuple([
    v.literal(KIND.page),
    hexOf<LogId>(16),
    /** As asked for. */
    natural,
    /** I have entries after these. */
    v.boolean(),
    /** From there on, the last one signed; none if I have none. Layout: entry-frame.ts. */
    entries,
  ]),
  v.transform(([, log, from, more, entries]) => ({ kind: 'page' as const, log, from, more, entries })),
)

const inSync = v.pipe(
  v.strictTuple([
    v.literal(KIND.inSync),
    /** The root that both had when the probe was answered. */
    hexOf<Fingerprint>(16),
  ]),
  v.transform(([, root]) => ({ kind: 'inSync' as const, root })),
)

const peers = v.pipe(
  v.strictTuple([
    v.literal(KIND.peers),
    v.pipe(
      v.array(
        v.pipe(
          v.strictTuple([node, addresses]),
          v.transform(([node, addresses]) => ({ node, addresses })),
        ),
      ),
      v.maxLength(KNOWN_PEERS_PER_MESSAGE_MAX),
      v.readonly(),
    ),
  ]),
  v.transform(([, known]) => ({ kind: 'peers' as const, known })),
)

/** Why a connection ends, as the other side may know it. */
export const REFUSALS = [
  'version',
  'mesh',
  'not-admitted',
  'malformed',
  'flood',
  'unasked',
  'backoff',
  'slow',
] as const
export type RefusalCode = (typeof REFUSALS)[number]

const refuse = v.pipe(
  v.strictTuple([
    v.literal(KIND.refuse),
    v.picklist(REFUSALS),
    /** One line for people. */
    v.pipe(v.string(), v.maxLength(REASON_BYTES_MAX)),
  ]),
  v.transform(([, code, reason]) => ({ kind: 'refuse' as const, code, reason })),
)

/** Tell me when you have stored these logs up to these entries; at once if you have. */
const confirm = v.pipe(
  v.strictTuple([v.literal(KIND.confirm), confirmItems]),
  v.transform(([, items]) => ({ kind: 'confirm' as const, items })),
)

/** I have stored these logs up to these entries, or further. */
const confirmed = v.pipe(
  v.strictTuple([v.literal(KIND.confirmed), confirmItems]),
  v.transform(([, items]) => ({ kind: 'confirmed' as const, items })),
)

const gossip = v.pipe(
  v.strictTuple([
    v.literal(KIND.gossip),
    /** Runs just written by the author who publishes this. */
    v.pipe(v.array(entries), v.maxLength(HEADS_PER_MESSAGE_MAX), v.readonly()),
    /** Heads of logs whose new run is too long for gossip. */
    v.pipe(v.array(position), v.maxLength(HEADS_PER_MESSAGE_MAX), v.readonly()),
  ]),
  v.transform(([, runs, heads]) => ({ kind: 'gossip' as const, runs, heads })),
)

const schemas = [hello, probe, compare, heads, want, page, inSync, peers, refuse, confirm, confirmed] as const

export const messageSchema = v.union(schemas)
export const gossipSchema = gossip

export type Message = v.InferOutput<typeof messageSchema>
export type Hello = v.InferOutput<typeof hello>
export type Probe = v.InferOutput<typeof probe>
export type Compare = v.InferOutput<typeof compare>
export type Heads = v.InferOutput<typeof heads>
export type Want = v.InferOutput<typeof want>
export type WantItem = Want['items'][number]
export type Page = v.InferOutput<typeof page>
export type Peers = v.InferOutput<typeof peers>
export type KnownPeer = Peers['known'][number]
export type Refuse = v.InferOutput<typeof refuse>
export type ConfirmItem = v.InferOutput<typeof confirmItems>[number]
export type Gossip = v.InferOutput<typeof gossip>

/** The peer speaks another version of this protocol. */
export class VersionError extends MalformedError {
  override readonly name = 'MalformedError'
  readonly version: number
  constructor(version: number) {
    super(`protocol version ${version}, this is ${PROTOCOL_VERSION}`)
    this.version = version
  }
}

/** @throws VersionError | MalformedError */
export function decodeMessage(bytes: Uint8Array): Message {
  const value = decodeCanonical(bytes)
  if (!Array.isArray(value)) throw new MalformedError('not a message')
  const [kind, version] = value as unknown[]
  if (kind === KIND.hello && typeof version === 'number' && version !== PROTOCOL_VERSION) {
    throw new VersionError(version)
  }
  const schema = schemas[typeof kind === 'number' ? kind : -1]
  if (schema === undefined) throw new MalformedError(`message kind ${String(kind)}`)
  return parse(schema, value)
}

/** @throws MalformedError */
export function decodeGossip(bytes: Uint8Array): Gossip {
  return parse(gossip, decodeCanonical(bytes))
}

function parse<Schema extends v.GenericSchema>(schema: Schema, value: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value, { abortEarly: true })
  if (result.success) return result.output
  throw new MalformedError(`message: ${result.issues[0].message}`)
}
