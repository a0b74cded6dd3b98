/** Everything Folkmoot refuses, by stable code. Callers switch on `code`; `message` is one line for people. */
export type ErrorCode =
  | 'malformed'
  | 'too-large'
  | 'usage'
  | 'not-found'
  | 'ambiguous'
  | 'forged'
  | 'gap'
  | 'equivocation'
  | 'not-admitted'
  /** Without the right that it takes. */
  | 'forbidden'
  /** In a log that was cut before it. */
  | 'cut'
  /** No key of the scope is here. */
  | 'no-key'
  | 'clock'
  | 'wrong-mesh'
  | 'erased'
  | 'ticket'
  | 'directory'
  | 'busy'
  | 'closed'
  | 'unreachable'
  /** Nobody judges: the model's endpoint fails or is too busy. */
  | 'unavailable'
  /** What it was decided on is no longer so. */
  | 'changed'
  | 'protocol'
  | 'disk'
  /** Not the caller's fault: please report it. */
  | 'internal'

export class FolkmootError extends Error {
  override readonly name: string = 'FolkmootError'
  readonly code: ErrorCode
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Bytes or text that are not what their place calls for. */
export class MalformedError extends FolkmootError {
  override readonly name = 'MalformedError'
  constructor(message: string) {
    super('malformed', message)
  }
}

/** The caller asked for something that cannot be meant: a bad scope, an empty text, an unknown field. */
export class UsageError extends FolkmootError {
  override readonly name = 'UsageError'
  constructor(message: string) {
    super('usage', message)
  }
}

export class NotFoundError extends FolkmootError {
  override readonly name = 'NotFoundError'
  constructor(what: string) {
    super('not-found', `no ${what}`)
  }
}

/** A limit of limits.ts was met; nothing was kept. */
export class TooLargeError extends FolkmootError {
  override readonly name = 'TooLargeError'
  constructor(what: string, size: number, max: number) {
    super('too-large', `${what} is ${size}, the most is ${max}`)
  }
}

/** Programmer error: the program is wrong, not its input. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`)
}

export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`)
}
