/** Flags that several commands take. */
import type { Flag } from './command.ts'
import { UsageError } from './fault.ts'

export const SCOPE = {
  type: 'string',
  hint: 'S',
  about: 'scope, like app=shop,user=alice',
} as const satisfies Flag

export const REASON = { type: 'string', hint: 'R', about: 'why, for the record' } as const satisfies Flag

export const LIMIT = { type: 'string', hint: 'N', about: 'at most so many' } as const satisfies Flag

export const AT = {
  type: 'string',
  hint: 'TIME_OR_HEADS',
  about: 'as of a time (ISO 8601, 10m ago) or of entries',
} as const satisfies Flag

export const FRESH = { type: 'boolean', about: 'ask the peers for news first' } as const satisfies Flag

const RESOLVERS = ['latest', 'authority', 'confidence', 'keep-all'] as const

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
