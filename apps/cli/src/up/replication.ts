import { UsageError } from '../fault.ts'

const MODES = ['push', 'pull', 'local'] as const

export interface Replication {
  readonly scope: string
  readonly mode: (typeof MODES)[number]
}

/** `run=*:local`. @throws UsageError */
export function parseReplication(text: string): Replication {
  const colon = text.lastIndexOf(':')
  const mode = MODES.find(mode => mode === text.slice(colon + 1))
  if (colon < 1 || mode === undefined) {
    throw new UsageError(`--replicate ${text}: write SCOPE:${MODES.join('|')}`)
  }
  return { scope: text.slice(0, colon), mode }
}
