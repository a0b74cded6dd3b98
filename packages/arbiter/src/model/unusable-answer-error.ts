import { FolkmootError } from '@folkmoot/core'

/**
 * The endpoint answers, but not to this question: it is too long for it, its filter stops it, the answer has no end.
 * Whoever writes a candidate can bring this about, so it must not look as if nobody judged at all.
 */
export class UnusableAnswerError extends FolkmootError {
  override readonly name = 'UnusableAnswerError'
  constructor(message: string) {
    super('unavailable', message)
  }
}
