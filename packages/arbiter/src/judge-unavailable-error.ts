import { FolkmootError } from '@folkmoot/core'

/** Nobody judges now: the endpoint fails, refuses, or is too busy. The conflict stays as it was. */
export class JudgeUnavailableError extends FolkmootError {
  override readonly name = 'JudgeUnavailableError'
  /** How long it asked to be left alone, in milliseconds; null if it did not say. */
  readonly retryAfterMs: number | null

  constructor(message: string, retryAfterMs: number | null = null) {
    super('unavailable', message)
    this.retryAfterMs = retryAfterMs
  }
}
