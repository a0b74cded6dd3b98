/** How a command ends. Scripts rely on these numbers. */
export const DONE = 0
export const REFUSED = 1
export const USAGE = 2

/** The command line, or what it names, makes no sense. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly code = 'usage'
}

/** What was asked cannot be done; the message says why in one line. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
  readonly code = 'refused'
}

export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

/** One line, whatever was thrown; nothing in it can drive a terminal. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.replace(/\s*\n\s*/g, ' ').replace(/\p{Cc}/gu, '�')
}
