import { FolkmootError, type Work } from '@folkmoot/core'

/** Tells work that came after its node was closed; nobody may wait for ever. */
export function refuseClosed(batch: readonly Work[]): void {
  const failure = new FolkmootError('closed', 'the node is closed')
  const { code, message: reason } = failure
  for (const work of batch) {
    if (work.kind === 'remote') work.done({ accepted: 0, refusal: { code, reason } })
    else work.done(failure)
  }
}
