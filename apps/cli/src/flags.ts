/** Flags that several commands take. */
import type { Flag, Flags } from './command.ts'
import { UsageError } from './fault.ts'
import { given } from './input/given.ts'
import { parseShare } from './input/numbers.ts'

export const SCOPE = {
  type: 'string',
  hint: 'S',
  about: 'scope, like app=shop,user=alice',
} as const satisfies Flag

export const REASON = { type: 'string', hint: 'R', about: 'why, for the record' } as const satisfies Flag

export const JSON_VALUE = {
  type: 'boolean',
  about: 'the text is JSON: keep the number, list or object that it says',
} as const satisfies Flag

/** What a statement rests on: its restrictions follow. */
export const SOURCES = {
  resource: { type: 'string', multiple: true, hint: 'R', about: 'a resource that it draws on, like crm' },
  'derived-from': {
    type: 'string',
    multiple: true,
    hint: 'ID_OR_KEY',
    about: 'a memory that it follows from',
  },
} as const satisfies Flags

/** What its author acted on. */
export const BASIS = {
  'based-on': { type: 'string', multiple: true, hint: 'ENTRY', about: 'an entry whose value this acts on' },
  strict: { type: 'boolean', about: 'write nothing if one of these does not stand any more' },
} as const satisfies Flags

/** What a read demands. */
export const DEMAND = {
  verified: { type: 'boolean', about: 'only what was checked by another agent than says it' },
  'min-confidence': { type: 'string', hint: 'X', about: 'only what is at least so sure, from 0 to 1' },
  claim: {
    type: 'string',
    hint: 'C',
    about: 'only observation, inference, verified or directive; directives of others only so',
  },
} as const satisfies Flags

const CLAIMS = ['observation', 'inference', 'verified', 'directive'] as const

/** @throws UsageError */
export function parseClaim(text: string | undefined): (typeof CLAIMS)[number] | undefined {
  const claim = CLAIMS.find(name => name === text)
  if (text !== undefined && claim === undefined) {
    throw new UsageError(`--claim ${text}: one of ${CLAIMS.join(', ')}`)
  }
  return claim
}

/** As a read takes it. @throws UsageError */
export function parseDemand(flags: {
  readonly verified?: boolean
  readonly 'min-confidence'?: string
  readonly claim?: string
}) {
  const { verified } = flags
  const minConfidence = parseShare('min-confidence', flags['min-confidence'])
  return given({ verified, minConfidence, claim: parseClaim(flags.claim) })
}

export const LIMIT = { type: 'string', hint: 'N', about: 'at most so many' } as const satisfies Flag

export const AT = {
  type: 'string',
  hint: 'TIME_OR_HEADS',
  about: 'as of a time (ISO 8601, 10m ago) or of entries',
} as const satisfies Flag

export const FRESH = { type: 'boolean', about: 'ask the peers for news first' } as const satisfies Flag

export const CLEAR = {
  type: 'boolean',
  about: 'do not encrypt this mesh: whoever gets hold of an entry can read it',
} as const satisfies Flag

export const RECOVERY_KEY = {
  type: 'string',
  hint: 'FILE',
  about: 'with the key in this file instead, while the node is down',
} as const satisfies Flag

export const ALL = {
  type: 'boolean',
  about: 'also what lost against another memory, by judgement, and what is left of what was erased',
} as const satisfies Flag

export const EXPIRED = { type: 'boolean', about: 'also what has expired' } as const satisfies Flag

const RESOLVERS = ['latest', 'authority', 'confidence', 'max', 'union', 'keep-all'] as const

export const RESOLVER = {
  type: 'string',
  hint: RESOLVERS.join('|'),
  about: 'which of several disputed values to show',
} as const satisfies Flag

/** @throws UsageError */
export function parseResolver(text: string | undefined): (typeof RESOLVERS)[number] | undefined {
  const resolver = RESOLVERS.find(name => name === text)
  if (text !== undefined && resolver === undefined) {
    throw new UsageError(`--resolver ${text}: one of ${RESOLVERS.join(', ')}`)
  }
  return resolver
}
