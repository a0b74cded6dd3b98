/** What a door tells the other side when it refuses. */
import type { ErrorCode } from '@folkmoot/core'

/** `internal` is a fault of ours: every error that is no FolkmootError. */
export type WireErrorCode = ErrorCode | 'internal'

export class WireError extends Error {
  override readonly name = 'WireError'
  readonly code: WireErrorCode
  constructor(code: WireErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

export interface WireFault {
  readonly code: WireErrorCode
  readonly message: string
}

/** Any error as it goes over the wire: no stack, one line. */
export function toFault(error: unknown): WireFault {
  const message = (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, ' ')
  return { code: isRefusal(error) ? error.code : 'internal', message }
}

/** A FolkmootError, known by name, since loading its class would load all of core. */
function isRefusal(error: unknown): error is { readonly code: WireErrorCode } {
  return error instanceof Error && NAMES.has(error.name) && 'code' in error
}

const NAMES = new Set([
  'FolkmootError',
  'MalformedError',
  'UsageError',
  'NotFoundError',
  'TooLargeError',
  'WireError',
])
