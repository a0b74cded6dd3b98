import { FolkmootError, type Work } from '@folkmoot/core'

/** What is told to those who come after their node was closed. */
export const NODE_CLOSED = new FolkmootError('closed', 'the node is closed')

/** Tells work that came too late; nobody may wait for ever. */
export function refuseClosed(batch: readonly Work[], failure: FolkmootError): void {
  const { code, message: reason } = failure
  for (const work of batch) {
    if (work.kind === 'remote') work.done({ accepted: 0, refusal: { code, reason } })
    else work.done(failure)
  }
}
