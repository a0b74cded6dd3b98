/** The parts that messages are made of: each as it is read, and below as it is written. */
import {
  type EntryBytes,
  type EntryHash,
  fromHex,
  type LogId,
  logId,
  nodeId,
  nodeKey,
  type ScopeId,
  toHex,
} from '@folkmoot/core'
import * as v from 'valibot'
import { decodeEntries } from './entry-frame.ts'
import type { Fingerprint } from './fingerprint.ts'
import type { Position, Split } from './frontier-index.ts'
import { ADDRESS_BYTES_MAX, ADDRESSES_MAX, CONFIRMS_MAX, HEADS_PER_MESSAGE_MAX } from './limits.ts'

const byteString = (length: number) =>
  v.pipe(
    v.instance(Uint8Array),
    v.check(bytes => bytes.length === length, `not ${length} bytes`),
  )
export const hexOf = <Hex extends string>(length: number) =>
  v.pipe(
    byteString(length),
    v.transform(bytes => toHex(bytes) as Hex),
  )
export const natural = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const prefix = v.pipe(v.string(), v.regex(/^[0-9a-f]{0,64}$/))
export const addresses = v.pipe(
  v.array(v.pipe(v.string(), v.maxLength(ADDRESS_BYTES_MAX))),
  v.maxLength(ADDRESSES_MAX),
  v.readonly(),
)
export const node = v.pipe(
  byteString(32),
  v.transform(key => nodeId(key)),
)

/** The part of the frontier a comparison is about: scopes replicated at once, or now and then. */
export const treeName = v.pipe(
  v.picklist([0, 1]),
  v.transform((tree): 'push' | 'pull' => (tree === 0 ? 'push' : 'pull')),
)

/** A log and its head: [scope, node key, incarnation, seq, hash]. */
export const position = v.pipe(
  v.strictTuple([hexOf<ScopeId>(16), node, natural, natural, hexOf<EntryHash>(32)]),
  v.transform(([scope, node, incarnation, seq, hash]): Position => {
    return { scope, node, incarnation, log: logId(scope, node, incarnation), seq, hash }
  }),
)

/** Fingerprints of all a node holds: membership, 'push' scopes (membership among them), 'pull' scopes. */
export const summary = v.pipe(
  v.strictTuple([hexOf<Fingerprint>(16), hexOf<Fingerprint>(16), hexOf<Fingerprint>(16)]),
  v.transform(([membership, push, pull]) => ({ membership, push, pull })),
)
export type Summary = v.InferOutput<typeof summary>

/** Fingerprints in a split are cut to 8 bytes: roots are compared in full before anything is called in sync. */
export const SPLIT_FINGERPRINT_BYTES = 8

export const split = v.pipe(
  v.strictTuple([
    /** What is split. */
    prefix,
    /** Where it first forks: `prefix` and any digits that all keys below it share. */
    v.pipe(prefix, v.maxLength(63)),
    /** Bit n: something lies below base + digit n. What lies below none of them, the sender does not have. */
    v.pipe(natural, v.maxValue(0xffff)),
    /** Fingerprints of those subtrees, in order of digit. */
    v.instance(Uint8Array),
  ]),
  v.check(([prefix, base, mask, prints]) => {
    return base.startsWith(prefix) && prints.length === SPLIT_FINGERPRINT_BYTES * bitsOf(mask).length
  }, 'a split that does not fit together'),
  v.transform(([prefix, base, mask, prints]): Split & { readonly prefix: string } => {
    const parts = bitsOf(mask).map((digit, index) => ({ digit, fingerprint: shortPrint(prints, index) }))
    return { prefix, base, parts }
  }),
)
export type SplitMessage = v.InferOutput<typeof split>

export const list = v.pipe(
  v.strictTuple([
    prefix,
    /** True: this is all I have below the prefix; tell me where you are ahead. False: here I am ahead of you. */
    v.boolean(),
    v.pipe(v.array(position), v.maxLength(HEADS_PER_MESSAGE_MAX), v.readonly()),
  ]),
  v.transform(([prefix, complete, items]) => ({ prefix, complete, items })),
)
export type HeadList = v.InferOutput<typeof list>

export const entries = v.pipe(
  v.instance(Uint8Array),
  v.transform((bytes): readonly EntryBytes[] => decodeEntries(bytes)),
)

export const confirmItems = v.pipe(
  v.array(
    v.pipe(
      v.strictTuple([hexOf<LogId>(16), natural]),
      v.transform(([log, seq]) => ({ log, seq })),
    ),
  ),
  v.maxLength(CONFIRMS_MAX),
  v.readonly(),
)

export function summaryToWire({ membership, push, pull }: Summary): readonly Uint8Array[] {
  return [fromHex(membership), fromHex(push), fromHex(pull)]
}

export function treeToWire(tree: 'push' | 'pull'): 0 | 1 {
  return tree === 'push' ? 0 : 1
}

export function splitToWire({ prefix, base, parts }: SplitMessage): readonly unknown[] {
  const mask = parts.reduce((bits, part) => bits | (1 << part.digit), 0)
  return [prefix, base, mask, fromHex(parts.map(part => shorten(part.fingerprint)).join(''))]
}

export function listToWire({ prefix, complete, items }: HeadList): readonly unknown[] {
  return [prefix, complete, items.map(positionToWire)]
}

export function positionToWire({ scope, node, incarnation, seq, hash }: Position): readonly unknown[] {
  return [fromHex(scope), nodeKey(node), incarnation, seq, fromHex(hash)]
}

/** A fingerprint as splits carry it. */
export function shorten(fingerprint: Fingerprint): Fingerprint {
  return fingerprint.slice(0, 2 * SPLIT_FINGERPRINT_BYTES) as Fingerprint
}

function shortPrint(prints: Uint8Array, index: number): Fingerprint {
  const start = index * SPLIT_FINGERPRINT_BYTES
  return toHex(prints.subarray(start, start + SPLIT_FINGERPRINT_BYTES)) as Fingerprint
}

function bitsOf(mask: number): readonly number[] {
  return Array.from({ length: 16 }, (_, digit) => digit).filter(digit => mask & (1 << digit))
}
