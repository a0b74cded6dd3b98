/** Flags that several commands take. */
import type { Flag } from './command.ts'

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
