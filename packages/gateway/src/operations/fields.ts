/** Fields that several operations take. */
import {
  type DocumentId,
  type EntryHash,
  type Json,
  limits,
  parseScope,
  TooLargeError,
  UsageError,
  utf8,
} from '@folkmoot/core'
import type { ClaimKind } from '@folkmoot/node'
import * as v from 'valibot'
import { LIMIT_MAX } from '../wire-limits.ts'

const LIST_MAX = 256
const HASHES_MAX = limits.DEPS_MAX

/** As v.check, but with the error that `check` throws: its code says more than "usage". */
function checked<Input>(check: (input: Input) => void) {
  return v.check<Input, string>(input => {
    check(input)
    return true
  }, 'cannot be meant')
}

function checkText(what: string, text: string, bytesMax: number): void {
  if (text === '') throw new UsageError(`${what} is empty`)
  if (!text.isWellFormed()) throw new UsageError(`${what} is not well-formed Unicode`)
  const size = utf8(text).length
  if (size > bytesMax) throw new TooLargeError(`${what} in bytes`, size, bytesMax)
}

function textOf(what: string, bytesMax: number) {
  return v.pipe(
    v.string(),
    checked<string>(text => checkText(what, text, bytesMax)),
  )
}

export const name = textOf('a name', limits.NAME_BYTES_MAX)
export const id = textOf('an id or key', limits.NAME_BYTES_MAX)
/** Of a memory; a key or the beginning of an id does not do. */
export const wholeId = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{32}$/, 'not the whole id of a memory'),
  v.transform(text => text as DocumentId),
)
export const reason = textOf('a reason', limits.NAME_BYTES_MAX * 4)
/** Under which one of several candidates holds. */
export const condition = textOf('a condition (when)', limits.NAME_BYTES_MAX * 4)
export const query = textOf('a query', limits.TEXT_BYTES_MAX)
export const names = v.pipe(v.array(name), v.maxLength(LIST_MAX))
export const elements = v.pipe(v.array(textOf('a tag', limits.ELEMENT_BYTES_MAX)), v.maxLength(LIST_MAX))
export const text = textOf('text', limits.TEXT_BYTES_MAX)
export const flag = v.boolean()
export const natural = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
/** One more may be asked for: whoever shows as many as allowed then knows whether there is more. */
export const limit = v.pipe(
  v.number(),
  v.safeInteger(),
  v.minValue(1),
  v.maxValue(LIMIT_MAX + 1, `at most ${LIMIT_MAX.toLocaleString('en')}`),
)
export const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1))
export const scope = v.pipe(
  v.string(),
  checked<string>(address => void parseScope(address)),
)

/** A block may hold no text at all. */
export const blockText = v.union([v.literal(''), text])

/** Anything JSON can say; a string is text under the limit. */
export const value = v.pipe(
  v.custom<Json>(input => input !== undefined, 'no value'),
  checked<Json>(input => {
    checkText('text', typeof input === 'string' ? input : jsonOf(input), limits.TEXT_BYTES_MAX)
  }),
)

/** What a memory says: null would read as one that was retracted. */
export const statement = v.pipe(
  value,
  v.check(input => input !== null, 'null says nothing'),
)

/** JSON is read to any depth and written only as deep as the stack goes. */
function jsonOf(input: Json): string {
  try {
    return JSON.stringify(input)
  } catch {
    throw new UsageError('a value is nested too deep')
  }
}

/** A time: ISO 8601 or milliseconds since 1970. */
export const moment = v.pipe(
  v.union([v.number(), v.string()], 'not a time'),
  v.transform(input => (typeof input === 'number' ? input : Date.parse(input))),
  v.check(ms => Number.isFinite(new Date(ms).getTime()), 'not a time (write ISO 8601)'),
)

/** Whole, or the first digits of its hash. */
export const entry = v.pipe(v.string(), v.regex(/^[0-9a-f]{6,64}$/, 'not an entry hash'))
export const hashes = v.pipe(v.array(entry), v.minLength(1), v.maxLength(HASHES_MAX))
export const asOf = v.union([hashes, moment])
export const entries = v.pipe(
  v.array(
    v.pipe(
      v.string(),
      v.regex(/^[0-9a-f]{64}$/, 'not an entry hash'),
      v.transform(hash => hash as EntryHash),
    ),
  ),
  v.maxLength(HASHES_MAX),
)
export const ack = v.union([
  v.picklist(['local', 'majority']),
  v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
])

const CLAIMS = ['observation', 'inference', 'verified', 'directive'] as const satisfies readonly ClaimKind[]
export const claim = v.picklist(CLAIMS, `not a claim: one of ${CLAIMS.join(', ')}`)

/** What a read may demand. */
export const demand = {
  verified: v.exactOptional(flag),
  minConfidence: v.exactOptional(share),
  claim: v.exactOptional(claim),
}

/** What a write may say of what its author has read. */
export const basing = {
  basedOn: v.exactOptional(hashes),
  strict: v.exactOptional(flag),
}

/** What every write may say about itself. */
export const writing = {
  scope: v.exactOptional(scope),
  reason: v.exactOptional(reason),
  onBehalfOf: v.exactOptional(name),
  source: v.exactOptional(reason),
  derivedFrom: v.exactOptional(names),
  resources: v.exactOptional(names),
  ack: v.exactOptional(ack),
}
