import type { RememberOptions } from './api.ts'

/** Registers that `remember` sets besides the content, and that `export` writes. */
export const REGISTERS = [
  'kind',
  'confidence',
  'claim',
  'importance',
  'pinned',
  'expiresAt',
  'validFrom',
  'validUntil',
  'thread',
  'position',
  'metadata',
] as const satisfies readonly (keyof RememberOptions)[]
