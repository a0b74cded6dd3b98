import { FolkmootError } from './errors.ts'
import type { Work } from './work.ts'

/** What is told of an error: one of ours as it is, any other as a fault of this program. */
export function failureOf(error: unknown): FolkmootError {
  if (error instanceof FolkmootError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new FolkmootError('internal', `a fault in Folkmoot: ${message}`, { cause: error })
}

export function tellFailure(work: Work, failure: FolkmootError): void {
  if (work.kind === 'local') work.done(failure)
  else if (work.kind === 'unseal') work.done(failure)
  else work.done({ accepted: 0, refusal: { code: failure.code, reason: failure.message } })
}
